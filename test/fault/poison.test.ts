import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { jobsOf } from '../../src/ingest/sweep.ts';
import { packageRoot } from '../../src/package-root.ts';
import { openIndexQueue } from '../../src/queue/index-queue.ts';
import type { IndexQueue } from '../../src/queue/index-queue.ts';
import type { Database } from '../../src/store/database.ts';
import { countOutcomes } from '../../src/store/deliveries.ts';
import { takeAll } from '../support/index-mail.ts';
import { sampleMail } from '../support/sample-mail.ts';
import { openTestDatabase } from '../support/test-database.ts';

/** Keeps one poisonable worker running; counts how often it died. */
function keepWorker(context: TestContext, url: string): { deathCount: () => number } {
  let deathCount = 0;
  let child: ChildProcess | null = null;
  let isOver = false;
  function start(): void {
    const script = join(packageRoot, 'dist', 'test', 'fault', 'poison-worker.js');
    child = fork(script, {
      env: { DATABASE_URL: url },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.on('exit', () => {
      if (isOver) return;
      deathCount += 1;
      start();
    });
  }
  start();
  context.after(() => {
    isOver = true;
    child?.kill('SIGKILL');
  });
  return { deathCount: () => deathCount };
}

/** Sends messages to the queue, and notes how long each waits for its outcome. */
function watchedIntake(database: Database, queue: IndexQueue) {
  const sentAt = new Map<number, number>();
  let longestWaitMs = 0;
  return {
    longestWaitMs: () => longestWaitMs,
    async send(raw: Buffer): Promise<number> {
      const [receipt] = await takeAll(database, [raw]);
      const id = receipt!.deliveryId;
      sentAt.set(id, performance.now());
      await queue.add(jobsOf([id]));
      return id;
    },
    /** Ids that wait, those of `others` left out of the longest wait. */
    async waiting(others: ReadonlySet<number>): Promise<number[]> {
      const { rows } = await database.query<{ id: number }>(
        'SELECT id FROM patchloom.delivery WHERE outcome IS NULL',
      );
      for (const { id } of rows) {
        const waitMs = performance.now() - (sentAt.get(id) ?? Infinity);
        if (!others.has(id)) longestWaitMs = Math.max(longestWaitMs, waitMs);
      }
      return rows.map(({ id }) => id);
    },
  };
}

test('a message that ends its worker process is stored with its header facts after three deaths, and holds up no other for long', async (context) => {
  const { database, url } = await openTestDatabase(context);
  const location = { kind: 'postgres', url } as const;
  const queue = openIndexQueue(location, () => undefined);
  await queue.open();
  context.after(() => queue.close());
  const intake = watchedIntake(database, queue);
  for (let index = 0; index < 8; index += 1) {
    await intake.send(sampleMail({ id: `a${index}`, subject: `before ${index}` }));
  }
  const body = 'Hello\npoison\n';
  const poison = await intake.send(sampleMail({ id: 'p1', subject: '[PATCH] poison', body }));
  const worker = keepWorker(context, url);
  let afterCount = 0;
  for (let waiting = [poison]; waiting.length > 0; afterCount += 1) {
    await intake.send(sampleMail({ id: `b${afterCount}`, subject: `after ${afterCount}` }));
    await delay(400);
    waiting = await intake.waiting(new Set([poison]));
    assert.ok(afterCount < 300, 'the poison ends');
  }
  const { rows } = await database.query(
    `SELECT message_id FROM patchloom.message WHERE flags && ARRAY['parse-failed']`,
  );
  assert.deepEqual(rows, [{ message_id: '<p1@brook.example>' }]);
  const { dead, stored } = await countOutcomes(database, null);
  assert.deepEqual({ dead, stored }, { dead: 0, stored: 9 + afterCount });
  assert.equal(worker.deathCount(), 3);
  context.diagnostic(`longest wait of another message: ${Math.round(intake.longestWaitMs())} ms`);
  assert.ok(intake.longestWaitMs() < 20_000, 'about 7 s on an idle machine');
});
