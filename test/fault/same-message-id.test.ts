import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { indexDeliveries } from '../../src/ingest/index-deliveries.ts';
import type { Database } from '../../src/store/database.ts';
import { parseAll, takeAll } from '../support/index-mail.ts';
import { patchText, sampleMail } from '../support/sample-mail.ts';
import { runSeed, seededRandom } from '../support/seeded-random.ts';
import { exportText, storedRows } from '../support/stored-result.ts';
import { connectTo, openTestDatabase } from '../support/test-database.ts';

/** PATCHLOOM_SAME_ID_PAIRS=1000 makes it long. */
const pairCount = Number(process.env['PATCHLOOM_SAME_ID_PAIRS'] ?? 50);
const workerCount = 8;
const batchSize = 5;

/** Two messages with one Message-ID: some with one date, so that only their content tells which is first. */
function pair(index: number): readonly [Buffer, Buffer] {
  const mail = { id: `p${index}`, subject: `[PATCH] change ${index}` };
  const honest = sampleMail({ ...mail, minute: index, body: patchText(`honest_${index}`) });
  const minute = index + (index % 3) - 1;
  return [honest, sampleMail({ ...mail, minute, body: patchText(`other_${index}`) })];
}

/** Takes messages into custody in the given order, and has them indexed by eight workers at once, each on its own connections. */
async function indexInParallel(context: TestContext, raws: readonly Buffer[]): Promise<Database> {
  const { database, url } = await openTestDatabase(context);
  const receipts = await takeAll(database, raws);
  const waiting = receipts.map(({ deliveryId }) => deliveryId);
  const workers = Array.from({ length: workerCount }, async () => {
    const own = connectTo(context, url);
    for (
      let ids = waiting.splice(0, batchSize);
      ids.length > 0;
      ids = waiting.splice(0, batchSize)
    ) {
      await indexDeliveries({ database: own, parse: parseAll, lists: 'auto' }, ids);
    }
  });
  await Promise.all(workers);
  return database;
}

test(`${pairCount} pairs of messages with one Message-ID, indexed by ${workerCount} workers: both are kept, and the same one is first in every order`, async (context) => {
  const seed = runSeed();
  const pairs = Array.from({ length: pairCount }, (_, index) => pair(index));
  const forth = pairs.flat();
  const orders = [
    forth,
    forth.toReversed(),
    [...pairs.map(([first]) => first), ...pairs.map(([, second]) => second)],
    [...pairs.map(([, second]) => second), ...pairs.map(([first]) => first)],
    seededRandom(seed).shuffled(forth),
  ];
  const results: { exported: string; rows: object[] }[] = [];
  for (const order of orders) {
    const database = await indexInParallel(context, order);
    const { rows } = await database.query(
      `SELECT count(*) AS kept, count(*) FILTER (WHERE is_first) AS first,
              count(DISTINCT message_id) FILTER (WHERE is_first) AS ids,
              count(*) FILTER (WHERE NOT is_first AND series_id IS NULL) AS flagged
       FROM patchloom.message`,
    );
    const expected = { kept: 2 * pairCount, first: pairCount, ids: pairCount, flagged: pairCount };
    assert.deepEqual(rows, [expected]);
    results.push({ exported: await exportText(database), rows: await storedRows(database) });
  }
  for (const [index, result] of results.entries()) {
    const order = `order ${index}, PATCHLOOM_SEED=${seed}`;
    assert.equal(result.exported, results[0]!.exported, order);
    assert.deepEqual(result.rows, results[0]!.rows, order);
  }
});
