import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { startIndexer } from '../../src/ingest/start-indexer.ts';
import { sweep } from '../../src/ingest/sweep.ts';
import { openIndexQueue } from '../../src/queue/index-queue.ts';
import type { IndexJob, QueueLocation } from '../../src/queue/index-queue.ts';
import { countOutcomes } from '../../src/store/deliveries.ts';
import { parseAll, takeAll } from '../support/index-mail.ts';
import { redisSkip, someRedisUrl } from '../support/redis-server.ts';
import { sampleMail } from '../support/sample-mail.ts';
import { openTestDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';

const jobSize = 25;
const jobCount = 80;

/** How many replayed deliveries still wait when a live message that came after all of them is indexed. */
async function waitingBehindLive(
  context: TestContext,
  locate: (url: string) => Promise<QueueLocation>,
): Promise<number> {
  const { database, url } = await openTestDatabase(context);
  const queueLocation = await locate(url);
  const onError = (error: unknown): void => assert.fail(String(error));
  const queue = openIndexQueue(queueLocation, onError);
  await queue.open();
  const old = Array.from({ length: jobSize * jobCount }, (_, index) =>
    sampleMail({ id: `o${index}`, subject: `old ${index}` }),
  );
  const ids = (await takeAll(database, old, { source: 'replay:list.mbox' })).map(
    ({ deliveryId }) => deliveryId,
  );
  const jobs: IndexJob[] = Array.from({ length: jobCount }, (_, job) => ({
    deliveryIds: ids.slice(job * jobSize, (job + 1) * jobSize),
    isReplayed: true,
  }));
  await queue.add(jobs);
  const indexer = startIndexer({
    database,
    parse: parseAll,
    queueLocation,
    lists: 'auto',
    onError,
  });
  try {
    await until('the replay is under way', async () => {
      return (await countOutcomes(database, 'replay:list.mbox')).stored > 0;
    });
    const [live] = await takeAll(database, [sampleMail({ id: 'live', subject: 'live' })], {
      source: 'smtp',
    });
    await queue.add([{ deliveryIds: [live!.deliveryId] }]);
    await until('the live message is indexed', async () => {
      return (await countOutcomes(database, 'smtp')).stored === 1;
    });
    return (await countOutcomes(database, 'replay:list.mbox')).waiting;
  } finally {
    await indexer.close();
    await queue.close();
  }
}

test('a live message is indexed before what is replayed (queue in Postgres)', async (context) => {
  const waiting = await waitingBehindLive(context, async (url) => ({ kind: 'postgres', url }));
  assert.ok(waiting > (jobSize * jobCount) / 2, `${waiting} wait`);
});

test(
  'a live message is indexed before what is replayed (queue in Redis)',
  { skip: redisSkip },
  async (context) => {
    const redisUrl = await someRedisUrl(context);
    const waiting = await waitingBehindLive(context, async () => ({
      kind: 'redis',
      url: redisUrl,
    }));
    assert.ok(waiting > (jobSize * jobCount) / 2, `${waiting} wait`);
  },
);

test('what a replay left waiting goes behind live mail when it is swept', async (context) => {
  const { database } = await openTestDatabase(context);
  await takeAll(database, [sampleMail({ id: 'a1', subject: 'old' })], {
    source: 'replay:a/b.mbox',
  });
  await takeAll(database, [sampleMail({ id: 'a2', subject: 'live' })], { source: 'lmtp' });
  await database.query(`UPDATE patchloom.delivery SET queued_at = now() - interval '1 min'`);
  const added: IndexJob[] = [];
  const queue = {
    add: async (jobs: readonly IndexJob[]) => void added.push(...jobs),
  };
  assert.equal(await sweep(database, queue), 2);
  assert.deepEqual(
    added.map(({ isReplayed, isSwept }) => [isReplayed, isSwept]),
    [
      [false, true],
      [true, true],
    ],
  );
});
