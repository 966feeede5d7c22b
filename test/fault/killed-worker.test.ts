import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { Database } from '../../src/store/database.ts';
import { inTransaction } from '../../src/store/database.ts';
import { loadMailingLists, lockMailingList } from '../../src/store/mailing-lists.ts';
import { openScene, untilIndexed } from '../support/daemon-scene.ts';
import { sampleMail } from '../support/sample-mail.ts';
import { sendAll } from '../support/send-mail.ts';
import { until } from '../support/until.ts';
import { needsProc, workersOf } from './process-tree.ts';
import { needsRedis, RedisProcess } from './redis-process.ts';

/** Kills the worker while it has a message in hand; how long the message takes from then on. */
async function indexedAfterKillMs(
  context: TestContext,
  environment: Record<string, string>,
): Promise<number> {
  const scene = await openScene(context, environment);
  const daemon = await scene.serve();
  const { smtpAddress } = daemon;
  const database = await scene.database();
  await sendAll(smtpAddress, [sampleMail({ id: 'a1', subject: 'makes the list' })]);
  await untilIndexed(database, 1);
  const [list] = await loadMailingLists(database);
  const killedAt = await inTransaction(database, async (transaction) => {
    await lockMailingList(transaction, list!);
    await sendAll(smtpAddress, [sampleMail({ id: 'a2', subject: 'in hand' })]);
    await until('a worker waits for the list', () => someoneWaitsForLock(database));
    const [worker] = await workersOf(daemon.process.pid);
    assert.ok(worker !== undefined);
    process.kill(worker, 'SIGKILL');
    return performance.now();
  });
  await untilIndexed(database, 2, 60_000);
  const tookMs = performance.now() - killedAt;
  await daemon.stop();
  return tookMs;
}

async function someoneWaitsForLock(database: Database): Promise<boolean> {
  const { rows } = await database.query(
    `SELECT count(*) AS count FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`,
  );
  return rows[0].count > 0;
}

test(
  'a message whose worker is killed is indexed within 15 s',
  {
    skip: needsProc,
  },
  async (context) => {
    const tookMs = await indexedAfterKillMs(context, {});
    context.diagnostic(`queue in Postgres: ${Math.round(tookMs)} ms`);
    assert.ok(tookMs < 15_000, `${tookMs} ms`);
  },
);

test(
  'a message whose worker is killed is indexed within 15 s, with Redis too',
  {
    skip: needsProc || needsRedis,
  },
  async (context) => {
    const redis = await RedisProcess.start(context);
    const tookMs = await indexedAfterKillMs(context, { REDIS_URL: redis.url });
    context.diagnostic(`queue in Redis: ${Math.round(tookMs)} ms`);
    assert.ok(tookMs < 15_000, `${tookMs} ms`);
  },
);
