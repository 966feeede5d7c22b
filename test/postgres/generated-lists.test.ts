import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { pino } from 'pino';
import { readConfig } from '../../src/config.ts';
import { jobsOf } from '../../src/ingest/sweep.ts';
import { openIndexQueue } from '../../src/queue/index-queue.ts';
import type { Database } from '../../src/store/database.ts';
import { countOutcomes } from '../../src/store/deliveries.ts';
import { startWorkerProcesses } from '../../src/worker-processes.ts';
import { assertSameLines } from '../support/first-difference.ts';
import { indexIds, parseAll, takeAll } from '../support/index-mail.ts';
import { generateList } from '../support/list-generator/generate-list.ts';
import type { GeneratedMessage } from '../support/list-generator/generated-message.ts';
import { identityOf, storedPlaces } from '../support/list-generator/stored-places.ts';
import { asFarAsTold, toldTruth } from '../support/list-generator/told-truth.ts';
import { runSeed, seededRandom } from '../support/seeded-random.ts';
import type { SeededRandom } from '../support/seeded-random.ts';
import { exportText } from '../support/stored-result.ts';
import { connectTo, openTestDatabase } from '../support/test-database.ts';
import type { TestDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';

const seed = runSeed();
const listCount = Number(process.env['PATCHLOOM_STORED_LISTS'] ?? 8);
const messagesPerList = Number(process.env['PATCHLOOM_STORED_LIST_SIZE'] ?? 150);

interface List {
  readonly listId: string;
  readonly messages: readonly GeneratedMessage[];
}

const lists: readonly List[] = Array.from({ length: listCount }, (_, number) => {
  const listId = `gauge-${number}.lists.example`;
  const options = { seed: seed + number, messageCount: messagesPerList, listId };
  return { listId, messages: [...generateList(options)] };
});
const raws = lists.flatMap(({ messages }) => messages.map(({ raw }) => raw));

/** Takes raw messages into custody and has them indexed. */
type Way = (stored: TestDatabase, random: SeededRandom, context: TestContext) => Promise<void>;

const ways: ReadonlyMap<string, Way> = new Map([
  ['one by one, and after some time in batches', oneByOne],
  ['in batches of any size', inBatches],
  ['with every message three times', threeTimes],
  ['by four callers at once', byFourCallers],
  ['by worker processes of which one is killed in between', byMortalWorkers],
]);

/** One by one costs ten times as much. */
const aloneCount = 250;

async function oneByOne({ database }: TestDatabase, random: SeededRandom): Promise<void> {
  const shuffled = random.shuffled(raws);
  for (const raw of shuffled.slice(0, aloneCount)) {
    await indexIds(database, await taken(database, [raw]));
  }
  await indexInBatches(database, shuffled.slice(aloneCount), random);
}

async function inBatches({ database }: TestDatabase, random: SeededRandom): Promise<void> {
  await indexInBatches(database, random.shuffled(raws), random);
}

async function threeTimes({ database }: TestDatabase, random: SeededRandom): Promise<void> {
  await indexInBatches(database, random.shuffled([...raws, ...raws, ...raws]), random);
}

async function indexInBatches(
  database: Database,
  shuffled: readonly Buffer[],
  random: SeededRandom,
): Promise<void> {
  for (let start = 0; start < shuffled.length;) {
    const end = start + 1 + random.below(120);
    await indexIds(database, await taken(database, shuffled.slice(start, end)));
    start = end;
  }
}

/** Each has connections of its own; two of them are given every delivery. */
async function byFourCallers(
  { database, url }: TestDatabase,
  random: SeededRandom,
  context: TestContext,
): Promise<void> {
  const ids = await taken(database, random.shuffled(raws));
  const callers = [0, 1, 2, 3].map(async (caller) => {
    const own = connectTo(context, url);
    const share = ids.filter((_, place) => [caller, (caller + 1) % 4].includes(place % 4));
    for (let start = 0; start < share.length; start += 15) {
      await indexIds(own, share.slice(start, start + 15));
    }
  });
  await Promise.all(callers);
}

/** The production path: a queue, and processes that take its jobs. The killed one's job is run again. */
async function byMortalWorkers(
  { database, url }: TestDatabase,
  random: SeededRandom,
  context: TestContext,
): Promise<void> {
  const location = { kind: 'postgres', url } as const;
  const log = pino({ level: 'silent' });
  const queue = openIndexQueue(location, () => undefined);
  await queue.open();
  context.after(() => queue.close());
  const config = readConfig({ DATABASE_URL: url, WORKERS: '2', LISTS: 'auto' });
  const workers = startWorkerProcesses(config, url, log);
  context.after(() => workers.stop());
  const ids = await taken(database, random.shuffled(raws));
  await queue.add(jobsOf(ids));
  const [victim] = workers.pids();
  const half = raws.length / 2;
  await until('half is indexed', async () => (await countOutcomes(database, null)).waiting < half);
  process.kill(victim!, 'SIGKILL');
  await until('all is indexed', async () => (await countOutcomes(database, null)).waiting === 0);
}

/** Ids of deliveries that wait, of messages that are taken into custody. */
async function taken(database: Database, batch: readonly Buffer[]): Promise<number[]> {
  const receipts = await takeAll(database, batch);
  return receipts.filter(({ isDuplicate }) => !isDuplicate).map(({ deliveryId }) => deliveryId);
}

async function assertTruth(database: Database): Promise<void> {
  for (const { listId, messages } of lists) {
    const places = await storedPlaces(database, listId);
    const facts = await parseAll(messages.map(({ raw }) => raw));
    for (const [at, { truth }] of messages.entries()) {
      const { shape, ...told } = toldTruth(truth, facts[at]!.messageId);
      const place = places.get(identityOf(facts[at]!))!;
      const actual = { ...place, series: asFarAsTold(place.series, told.series) };
      assert.deepEqual(actual, told, `${shape}, message ${at} of ${listId}`);
    }
  }
}

async function storedBy(context: TestContext, way: Way, random: SeededRandom): Promise<string> {
  const stored = await openTestDatabase(context);
  await way(stored, random, context);
  const { waiting, dead, unrouted } = await countOutcomes(stored.database, null);
  assert.deepEqual({ waiting, dead, unrouted }, { waiting: 0, dead: 0, unrouted: 0 });
  await assertTruth(stored.database);
  return exportText(stored.database);
}

async function allAtOnce({ database }: TestDatabase): Promise<void> {
  await indexIds(database, await taken(database, raws));
}

test(`generated lists are stored as they are, however they come (PATCHLOOM_SEED=${seed})`, async (context) => {
  const expected = await storedBy(context, allAtOnce, seededRandom(seed));
  for (const [place, [description, way]] of [...ways].entries()) {
    await context.test(description, async (part) => {
      const exported = await storedBy(part, way, seededRandom(seed + place));
      assertSameLines(exported, expected, 'export');
    });
  }
});
