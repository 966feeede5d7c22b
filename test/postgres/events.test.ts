import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { overrideRules, withdrawOverride } from '../../src/ingest/override-rules.ts';
import { reindexList } from '../../src/ingest/reindex.ts';
import type { Database } from '../../src/store/database.ts';
import { loadMailingLists } from '../../src/store/mailing-lists.ts';
import { loadOverrides } from '../../src/store/overrides.ts';
import { indexIds, parseAll, storeAll, takeAll } from '../support/index-mail.ts';
import { messageIdOf, patchText, sampleMail } from '../support/sample-mail.ts';
import { runSeed, seededRandom } from '../support/seeded-random.ts';
import { completedSeries, createdMessages, storedEvents } from '../support/stored-events.ts';
import { syntheticList } from '../support/synthetic-list.ts';
import { openTestDatabase } from '../support/test-database.ts';

const seed = runSeed();

/** Stores batch after batch, and what was told after each must be so. */
async function tellBatches(
  database: Database,
  raws: readonly Buffer[],
  batchSize: () => number,
): Promise<void> {
  for (let start = 0; start < raws.length;) {
    const end = start + batchSize();
    const { length: toldCount } = await storedEvents(database);
    await storeAll(database, raws.slice(start, end));
    await requireComplete(database, toldCount);
    start = end;
  }
}

/** A series that was said to be complete since the event `after` is complete, and its patches are there. */
async function requireComplete(database: Database, after: number): Promise<void> {
  const { rows } = await database.query(
    `SELECT e.seq FROM patchloom.event e
     WHERE e.seq > $1 AND e.category = 'series-completed' AND NOT EXISTS (
       SELECT FROM patchloom.series s WHERE s.id = e.series_id AND s.is_complete AND s.patch_count = (
         SELECT count(*) FROM patchloom.message m JOIN patchloom.patch p ON p.message = m.id
         WHERE m.series_id = s.id AND m.series_number > 0 AND p.is_shown))`,
    [after],
  );
  assert.deepEqual(rows, []);
}

interface Told {
  readonly created: readonly string[];
  readonly completed: readonly string[];
}

async function toldBy(
  context: TestContext,
  raws: readonly Buffer[],
  batchSize: () => number,
): Promise<Told> {
  const { database } = await openTestDatabase(context);
  await tellBatches(database, raws, batchSize);
  const events = await storedEvents(database);
  return { created: createdMessages(events), completed: await completedSeries(database, events) };
}

test(`the feed tells of the same messages and series in whatever order they come (PATCHLOOM_SEED=${seed})`, async (context) => {
  const random = seededRandom(seed);
  const raws = syntheticList(seed, 14);
  const expected = await toldBy(context, raws, () => raws.length);
  assert.ok(expected.created.length > 40 && expected.completed.length > 10);
  const ways: readonly [string, readonly Buffer[], () => number][] = [
    ['one by one', raws, () => 1],
    ['backwards', raws.toReversed(), () => 1],
    ['shuffled, one by one', random.shuffled(raws), () => 1],
    ['shuffled, in batches of any size', random.shuffled(raws), () => 1 + random.below(20)],
    ['shuffled, every message twice', random.shuffled([...raws, ...raws]), () => 5],
  ];
  for (const [description, arriving, batchSize] of ways) {
    await context.test(description, async (part) => {
      assert.deepEqual(await toldBy(part, arriving, batchSize), expected);
    });
  }
});

const posting = ['1', '2', '3'].map((number) =>
  sampleMail({
    id: number,
    subject: `[PATCH ${number}/3] brook: step ${number}`,
    minute: Number(number),
    references: number === '1' ? [] : ['1'],
    body: patchText(`step_${number}`),
  }),
);
const reply = sampleMail({ id: 'r', subject: 'Re: [PATCH 2/3] brook: step 2', references: ['2'] });

/** "patch-created", "series-completed", … of the events after number `after`. */
async function categories(database: Database, after = 0): Promise<string[]> {
  return (await storedEvents(database)).slice(after).map(({ category }) => category);
}

test('a reply before its patch is a comment when the patch has come', async (context) => {
  const { database } = await openTestDatabase(context);
  await storeAll(database, [reply]);
  assert.deepEqual(await categories(database), []);
  await storeAll(database, [posting[1]!]);
  assert.deepEqual(await categories(database), [
    'patch-created',
    'patch-comment-created',
    'series-created',
  ]);
});

test('a batch that is rolled back leaves neither events nor a gap', async (context) => {
  const { database } = await openTestDatabase(context);
  const receipts = await takeAll(database, posting);
  const ids = receipts.map(({ deliveryId }) => deliveryId);
  await database.query(
    `CREATE FUNCTION patchloom.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '53100'; END $$;
     CREATE TRIGGER refuse AFTER INSERT ON patchloom.event FOR EACH STATEMENT EXECUTE FUNCTION patchloom.refuse()`,
  );
  await assert.rejects(indexIds(database, ids));
  await database.query('DROP TRIGGER refuse ON patchloom.event');
  assert.deepEqual(await storedEvents(database), []);
  await indexIds(database, ids);
  assert.equal((await categories(database)).at(-1), 'series-completed');
});

test('a reindex that changes nothing, and one that is dry, say nothing', async (context) => {
  const { database } = await openTestDatabase(context);
  await storeAll(database, [...posting, reply]);
  const { length: toldCount } = await storedEvents(database);
  for (const list of await loadMailingLists(database)) {
    await reindexList({ database, parse: parseAll, isDryRun: false }, list);
    await database.query(`UPDATE patchloom.series SET is_complete = false`);
    await reindexList({ database, parse: parseAll, isDryRun: true }, list);
  }
  assert.deepEqual(await categories(database, toldCount), []);
});

test('a reindex tells what it makes true', async (context) => {
  const { database } = await openTestDatabase(context);
  await storeAll(database, [...posting, reply]);
  const { length: toldCount } = await storedEvents(database);
  await database.query(`UPDATE patchloom.series SET is_complete = false`);
  for (const list of await loadMailingLists(database)) {
    await reindexList({ database, parse: parseAll, isDryRun: false }, list);
  }
  assert.deepEqual(await categories(database, toldCount), ['series-completed']);
});

test("an operator's word is told, and taking it back does not create a comment again", async (context) => {
  const { database } = await openTestDatabase(context);
  await storeAll(database, [...posting, reply]);
  const { length: toldCount } = await storedEvents(database);
  const options = { database, parse: parseAll };
  const blank = { otherMessageId: null, listId: null };
  await overrideRules(options, { ...blank, kind: 'split', messageId: messageIdOf('3') });
  await overrideRules(options, { ...blank, kind: 'unlink', messageId: messageIdOf('r') });
  assert.deepEqual(await categories(database, toldCount), ['series-created']);
  const { length: splitCount } = await storedEvents(database);
  for (const { id } of await loadOverrides(database)) await withdrawOverride(options, id);
  assert.deepEqual(await categories(database, splitCount), [
    'series-rekeyed',
    'patch-completed',
    'series-completed',
  ]);
});
