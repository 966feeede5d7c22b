import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appendEvents } from '../../src/store/append-events.ts';
import { inTransaction } from '../../src/store/database.ts';
import type { Database } from '../../src/store/database.ts';
import { openEventSignal } from '../../src/store/event-signal.ts';
import { loadEvents } from '../../src/store/events.ts';
import { addMailingList } from '../../src/store/mailing-lists.ts';
import { abandonEveryFifthCommit, commitCount } from '../support/abandoned-commits.ts';
import { indexIds, takeAll } from '../support/index-mail.ts';
import { runSeed, seededRandom } from '../support/seeded-random.ts';
import { storedEvents } from '../support/stored-events.ts';
import { syntheticList } from '../support/synthetic-list.ts';
import { connectTo, openTestDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';

const seed = runSeed();
const all = { after: 0, limit: 1000, categories: null, listIds: null };
const aMinuteMs = 60_000;
const never = new AbortController().signal;

/** Numbers of all events, as a reader sees them who asks for a few at a time until `isDone` and nothing is left. */
async function readByCursor(database: Database, isDone: () => boolean): Promise<number[]> {
  const seen: number[] = [];
  for (let after = 0; ;) {
    const wasDone = isDone();
    const { events, next } = await loadEvents(database, { ...all, after, limit: 7 });
    seen.push(...events.map(({ seq }) => seq));
    if (events.length === 0 && wasDone) return seen;
    after = next;
  }
}

test(`a reader misses nothing and sees nothing twice while four write and a fifth of them fail (PATCHLOOM_SEED=${seed})`, async (context) => {
  const { database, url } = await openTestDatabase(context);
  await abandonEveryFifthCommit(database);
  const raws = seededRandom(seed).shuffled(syntheticList(seed, 40));
  const receipts = await takeAll(database, raws);
  const ids = receipts.filter(({ isDuplicate }) => !isDuplicate).map((one) => one.deliveryId);
  let isDone = false;
  const readers = [1, 2].map(async () => readByCursor(connectTo(context, url), () => isDone));
  await Promise.all(
    [0, 1, 2, 3].map(async (writer) => {
      const own = connectTo(context, url);
      const share = ids.filter((_, index) => index % 4 === writer);
      for (let start = 0; start < share.length; start += 2) {
        await indexIds(own, share.slice(start, start + 2));
      }
    }),
  );
  isDone = true;
  const seen = await Promise.all(readers);
  const stored = (await storedEvents(database)).map(({ seq }) => seq);
  for (const numbers of seen) assert.deepEqual(numbers, stored);
  assert.ok((await commitCount(database)) >= 40, 'there were commits to abandon');
});

test('a part of the feed says where to go on, also past what was not wanted', async (context) => {
  const { database } = await openTestDatabase(context);
  const lists = [await addMailingList(database, 'a.x'), await addMailingList(database, 'b.x')];
  await inTransaction(database, async (transaction) => {
    await appendEvents(
      transaction,
      lists.flatMap(({ id: listId }) => [
        { category: 'series-created', listId, seriesId: 1 },
        { category: 'series-completed', listId, seriesId: 1 },
      ]),
    );
  });
  const numbersOf = async (selection: Partial<typeof all> | object) => {
    const { events, next } = await loadEvents(database, { ...all, ...selection });
    return [events.map(({ seq }) => seq), next];
  };
  assert.deepEqual(await numbersOf({}), [[1, 2, 3, 4], 4]);
  assert.deepEqual(await numbersOf({ limit: 3 }), [[1, 2, 3], 3]);
  assert.deepEqual(await numbersOf({ categories: ['series-created'] }), [[1, 3], 4]);
  assert.deepEqual(await numbersOf({ listIds: [lists[1]!.id] }), [[3, 4], 4]);
  assert.deepEqual(await numbersOf({ categories: ['cover-created'] }), [[], 4]);
  assert.deepEqual(await numbersOf({ after: 9 }), [[], 9]);
});

async function appendOne(database: Database, listId: number): Promise<void> {
  await inTransaction(database, async (transaction) =>
    appendEvents(transaction, [{ category: 'series-created', listId, seriesId: 1 }]),
  );
}

/** PIDs of the connections that listen for events. */
async function listeners(database: Database): Promise<number[]> {
  const { rows } = await database.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'patchloom feed' AND query LIKE 'LISTEN%'`,
  );
  return rows.map(({ pid }) => pid);
}

test('who waits is woken by an event, without a poll', async (context) => {
  const { database, url: databaseUrl } = await openTestDatabase(context);
  const list = await addMailingList(database, 'a.x');
  const reportError = assert.ifError;
  const options = { database, databaseUrl, reportError, pollMs: aMinuteMs };
  const signal = openEventSignal(options);
  context.after(() => signal.close());
  await until('it listens', async () => (await listeners(database)).length === 1);
  const waiting = [0, 0].map(async (seq) => signal.waitPast(seq, aMinuteMs, never));
  await appendOne(database, list.id);
  await Promise.all(waiting);
  assert.equal((await listeners(database)).length, 1, 'one connection for all');
});

test('who waits is woken by a poll while the connection that listens is lost, which comes back', async (context) => {
  const { database, url: databaseUrl } = await openTestDatabase(context);
  const list = await addMailingList(database, 'a.x');
  const signal = openEventSignal({
    database,
    databaseUrl,
    reportError: () => undefined,
    pollMs: 50,
  });
  context.after(() => signal.close());
  await until('it listens', async () => (await listeners(database)).length === 1);
  const [pid] = await listeners(database);
  await database.query('SELECT pg_terminate_backend($1)', [pid]);
  await appendOne(database, list.id);
  await signal.waitPast(0, aMinuteMs, never);
  await until('it listens again', async () => {
    const pids = await listeners(database);
    return pids.length === 1 && pids[0] !== pid;
  });
});

test('who waits goes on when the time is up, and when it is told to', async (context) => {
  const { database, url: databaseUrl } = await openTestDatabase(context);
  const signal = openEventSignal({ database, databaseUrl, reportError: assert.ifError });
  await signal.waitPast(0, 10, never);
  const gone = new AbortController();
  const waiting = signal.waitPast(0, aMinuteMs, gone.signal);
  gone.abort();
  await waiting;
  const untilClosed = signal.waitPast(0, aMinuteMs, never);
  await signal.close();
  await untilClosed;
});
