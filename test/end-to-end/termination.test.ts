import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { Database } from '../../src/store/database.ts';
import { openScene } from '../support/daemon-scene.ts';
import { patchText, sampleMail, withCrlf } from '../support/sample-mail.ts';
import { sendAll, sendBurst } from '../support/send-mail.ts';
import { until } from '../support/until.ts';

const messageCount = 2_000;
const connectionCount = 8;

/** Enough acknowledgements for workers to be under way, and far fewer than messages. */
const acknowledgedCount = 150;

/** Series of four patches, so that workers meet in the threads. */
const messages = Array.from({ length: messageCount }, (_, index) => {
  const [series, number] = [Math.floor(index / 4), (index % 4) + 1];
  return sampleMail({
    id: `s${series}-${number}`,
    subject: `[PATCH ${number}/4] float: change ${series}`,
    references: number === 1 ? [] : [`s${series}-1`],
    body: patchText(`s${series}_${number}`),
  });
});

/** Fails unless every message is in custody byte for byte, and was stored exactly once. */
async function assertStoredOnce(database: Database, raws: readonly Buffer[]): Promise<void> {
  const { rows } = await database.query<{ sha256: string; stored: number }>(
    `SELECT encode(r.sha256, 'hex') AS sha256, count(*) FILTER (WHERE d.outcome = 'stored') AS stored
     FROM patchloom.raw_message r JOIN patchloom.delivery d ON d.raw_message_id = r.id GROUP BY r.id`,
  );
  const storedCountOf = new Map(rows.map((row) => [row.sha256, row.stored]));
  const counts = raws.map((raw) => {
    const sha256 = createHash('sha256').update(withCrlf(raw)).digest('hex');
    return storedCountOf.get(sha256) ?? 'not in custody';
  });
  assert.deepEqual(
    counts.filter((count) => count !== 1),
    [],
  );
}

async function untilNoneWaits(database: Database): Promise<void> {
  await until('everything in custody is indexed', async () => {
    const { rows } = await database.query(
      'SELECT count(*) AS count FROM patchloom.delivery WHERE outcome IS NULL',
    );
    return rows[0].count === 0;
  });
}

test('SIGTERM in the middle of a burst: exit 0, and each 250 was meant', async (context) => {
  const scene = await openScene(context);
  const daemon = await scene.serve();
  const burst = sendBurst(daemon.smtpAddress, messages, connectionCount);
  await until('many are acknowledged', () => burst.acknowledged.length >= acknowledgedCount);
  await daemon.stop();
  await burst.ended;
  assert.ok(burst.acknowledged.length < messageCount, 'it was in the middle');
  const next = await scene.serve();
  const database = await scene.database();
  await untilNoneWaits(database);
  await assertStoredOnce(database, burst.acknowledged);
  await next.stop();
});

test('daemon, workers and Postgres killed in the middle of a burst: nothing acknowledged is lost, nothing is stored twice', async (context) => {
  const scene = await openScene(context);
  const daemon = await scene.serve({ WORKERS: '2' });
  const burst = sendBurst(daemon.smtpAddress, messages, connectionCount);
  await until('many are acknowledged', () => burst.acknowledged.length >= acknowledgedCount);
  await Promise.all([daemon.process.killGroup(), scene.killPostgres()]);
  await burst.ended;
  assert.ok(burst.acknowledged.length < messageCount, 'it was in the middle');
  const next = await scene.serve({ WORKERS: '2' });
  const database = await scene.database();
  await untilNoneWaits(database);
  await assertStoredOnce(database, burst.acknowledged);
  // As MTAs do that were cut off: most of these are stored already.
  const retried = messages.slice(0, 400);
  const replies = await sendAll(next.smtpAddress, retried);
  assert.deepEqual(
    replies.filter((reply) => !reply.startsWith('250 2.0.0 stored')),
    [],
  );
  await untilNoneWaits(database);
  await assertStoredOnce(database, [...burst.acknowledged, ...retried]);
  await next.stop();
});
