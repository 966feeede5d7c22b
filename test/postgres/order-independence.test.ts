import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Database } from '../../src/store/database.ts';
import { countOutcomes } from '../../src/store/deliveries.ts';
import { indexIds, takeAll } from '../support/index-mail.ts';
import { assertSameLines, assertSameRows } from '../support/first-difference.ts';
import { runSeed, seededRandom } from '../support/seeded-random.ts';
import type { SeededRandom } from '../support/seeded-random.ts';
import { exportText, storedRows } from '../support/stored-result.ts';
import { syntheticList } from '../support/synthetic-list.ts';
import { connectTo, openTestDatabase } from '../support/test-database.ts';

const seed = runSeed();
const messages = syntheticList(seed, 30);

/** A way to index raw messages; `url` is for those who want connections of their own. */
type Way = (
  database: Database,
  raws: readonly Buffer[],
  random: SeededRandom,
  connect: () => Database,
) => Promise<void>;

const ways: ReadonlyMap<string, Way> = new Map([
  ['one by one', async (database, raws) => inBatches(database, raws, () => 1)],
  ['in batches of 7', async (database, raws) => inBatches(database, raws, () => 7)],
  [
    'backwards, one by one',
    async (database, raws) => inBatches(database, raws.toReversed(), () => 1),
  ],
  [
    'shuffled, one by one',
    async (database, raws, random) => inBatches(database, random.shuffled(raws), () => 1),
  ],
  [
    'shuffled, in batches of any size',
    async (database, raws, random) =>
      inBatches(database, random.shuffled(raws), () => 1 + random.below(25)),
  ],
  [
    'shuffled with every message three times',
    async (database, raws, random) =>
      inBatches(database, random.shuffled([...raws, ...raws, ...raws]), () => 1 + random.below(9)),
  ],
  ['by four workers at once', byFourWorkers],
  [
    'by four workers at once, every delivery given to two of them',
    async (database, raws, random, connect) => byFourWorkers(database, raws, random, connect, true),
  ],
]);

async function inBatches(
  database: Database,
  raws: readonly Buffer[],
  batchSize: () => number,
): Promise<void> {
  for (let start = 0; start < raws.length;) {
    const end = start + batchSize();
    await indexIds(database, await waitingIds(database, raws.slice(start, end)));
    start = end;
  }
}

async function waitingIds(database: Database, raws: readonly Buffer[]): Promise<number[]> {
  const receipts = await takeAll(database, raws);
  return receipts.filter(({ isDuplicate }) => !isDuplicate).map(({ deliveryId }) => deliveryId);
}

/** Each worker has connections of its own and takes its share in small batches. */
async function byFourWorkers(
  database: Database,
  raws: readonly Buffer[],
  random: SeededRandom,
  connect: () => Database,
  isDoubled = false,
): Promise<void> {
  const ids = await waitingIds(database, random.shuffled(raws));
  const shares = [0, 1, 2, 3].map((worker) =>
    ids.filter((_, index) => index % 4 === worker || (isDoubled && index % 4 === (worker + 1) % 4)),
  );
  await Promise.all(
    shares.map(async (share) => {
      const own = connect();
      for (let start = 0; start < share.length; start += 3) {
        await indexIds(own, share.slice(start, start + 3));
      }
    }),
  );
}

interface Stored {
  readonly exported: string;
  readonly rows: readonly object[];
}

/** What a fresh database holds after `way`. */
async function storedBy(context: TestContext, way: Way, random: SeededRandom): Promise<Stored> {
  const { database, url } = await openTestDatabase(context);
  await way(database, messages, random, () => connectTo(context, url));
  const { waiting, dead, unrouted } = await countOutcomes(database, null);
  assert.deepEqual({ waiting, dead, unrouted }, { waiting: 0, dead: 0, unrouted: 0 });
  return { exported: await exportText(database), rows: await storedRows(database) };
}

const allAtOnce: Way = async (database, raws) => inBatches(database, raws, () => raws.length);

test(`a list gives one result in whatever order it comes (PATCHLOOM_SEED=${seed})`, async (context) => {
  const expected = await storedBy(context, allAtOnce, seededRandom(seed));
  assert.ok(expected.rows.length > 90, `${expected.rows.length} messages`);
  for (const [place, [description, way]] of [...ways].entries()) {
    await context.test(description, async (part) => {
      const stored = await storedBy(part, way, seededRandom(seed + place));
      assertSameLines(stored.exported, expected.exported, 'export');
      assertSameRows(stored.rows, expected.rows, 'stored rows');
    });
  }
});
