import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import type { Database } from '../../src/store/database.ts';
import { countOutcomes, reopenUnrouted } from '../../src/store/deliveries.ts';
import { addMailingList } from '../../src/store/mailing-lists.ts';
import { assertSameLines, assertSameRows } from '../support/first-difference.ts';
import { indexIds, storeAll, takeAll } from '../support/index-mail.ts';
import {
  messageIdOf,
  patchText,
  sampleListId,
  sampleMail,
  withCrlf,
} from '../support/sample-mail.ts';
import type { SampleMail } from '../support/sample-mail.ts';
import { exportText, storedRows } from '../support/stored-result.ts';
import { connectTo, openTestDatabase } from '../support/test-database.ts';

/** A database in which each of `batches` was indexed after the other. */
async function databaseOf(
  context: TestContext,
  batches: readonly (readonly Buffer[])[],
): Promise<Database> {
  const { database } = await openTestDatabase(context);
  for (const batch of batches) await storeAll(database, batch);
  return database;
}

async function stored(database: Database, columns: string): Promise<object[]> {
  const { rows } = await database.query(
    `SELECT ${columns} FROM patchloom.message m ORDER BY message_id, content_key`,
  );
  return rows;
}

const patch = { id: 'a1', subject: '[PATCH] float: one', body: patchText('one') };
const squatter = { ...patch, minute: 3, body: patchText('another') };

test('two messages with one Message-ID are both kept, and the same one is the first in any order', async (context) => {
  const [one, other] = [sampleMail(patch), sampleMail(squatter)];
  const comment = sampleMail({ id: 'c1', subject: 'Re: float', references: ['a1'] });
  const forwards = await databaseOf(context, [[one], [other], [comment]]);
  const backwards = await databaseOf(context, [[comment], [other], [one]]);
  const together = await databaseOf(context, [[other, comment, one]]);
  const expected = await storedRows(forwards);
  assert.deepEqual(
    (await stored(forwards, 'message_id, is_first')).toSorted((a, b) =>
      JSON.stringify(a) < JSON.stringify(b) ? -1 : 1,
    ),
    [
      { message_id: messageIdOf('a1'), is_first: false },
      { message_id: messageIdOf('a1'), is_first: true },
      { message_id: messageIdOf('c1'), is_first: true },
    ],
  );
  assertSameRows(await storedRows(backwards), expected, 'backwards');
  assertSameRows(await storedRows(together), expected, 'together');
});

test('two messages with one Message-ID that eight workers index at once are both kept', async (context) => {
  const raws = [sampleMail(patch), sampleMail(squatter)];
  const expected = await storedRows(await databaseOf(context, [raws]));
  const { database, url } = await openTestDatabase(context);
  const ids = (await takeAll(database, raws)).map(({ deliveryId }) => deliveryId);
  await Promise.all(
    Array.from({ length: 8 }, (_, index) => indexIds(connectTo(context, url), [ids[index % 2]!])),
  );
  assertSameRows(await storedRows(database), expected, 'at once');
  assert.equal((await countOutcomes(database, null)).stored, 2);
});

test('a message is one whether it came by SMTP with CRLF or out of an archive with LF', async (context) => {
  const archived = sampleMail(patch);
  for (const batches of [
    [[archived], [withCrlf(archived)]],
    [[withCrlf(archived)], [archived]],
    [[withCrlf(archived), archived]],
  ]) {
    const database = await databaseOf(context, batches);
    assert.equal((await stored(database, 'id')).length, 1);
    const { stored: storedCount, duplicate } = await countOutcomes(database, null);
    assert.deepEqual({ storedCount, duplicate }, { storedCount: 1, duplicate: 1 });
  }
});

test('of copies by different relays one message is stored: the copy with the lowest SHA-256, whichever came first', async (context) => {
  const copies = ['a', 'b', 'c'].map((relay) =>
    sampleMail({ ...patch, trace: [`Received: from ada by relay-${relay}.example`] }),
  );
  const [lowest = ''] = copies
    .map((raw) => createHash('sha256').update(raw).digest('hex'))
    .toSorted();
  for (const order of [copies, copies.toReversed()]) {
    const oneByOne = await databaseOf(
      context,
      order.map((raw) => [raw]),
    );
    const rows = await storedRows(oneByOne);
    assert.deepEqual(
      rows.map((row) => 'raw' in row && row.raw),
      [lowest],
    );
    assertSameRows(await storedRows(await databaseOf(context, [order])), rows, 'in one batch');
  }
});

test('the text of a message is that of its stored copy, also after a lower copy took its place', async (context) => {
  const copies = ['a', 'b', 'c', 'd'].map((relay) =>
    sampleMail({ ...patch, trace: [`Received: from ada by relay-${relay}.example`] }),
  );
  const database = await databaseOf(
    context,
    copies.map((raw) => [raw]),
  );
  const [row] = await storedRows(database);
  assert.ok(row !== undefined && 'raw' in row && 'headers' in row && Array.isArray(row.headers));
  const chosen = copies.find((raw) => createHash('sha256').update(raw).digest('hex') === row.raw);
  const [firstLine = ''] = String(chosen).split('\n');
  assert.deepEqual(row.headers[0], firstLine.split(': '));
});

function seriesOf(marker: string, id: string, references: string[] = []): SampleMail {
  return { id, subject: `[PATCH ${marker}] float`, references, body: patchText(id) };
}

test('a cover letter that comes last gives its series a new key; the id stays and the old key is an alias', async (context) => {
  const database = await databaseOf(context, [
    [sampleMail(seriesOf('2/2', 'a2', ['a0'])), sampleMail(seriesOf('1/2', 'a1', ['a0']))],
  ]);
  const { rows: before } = await database.query('SELECT id, key FROM patchloom.series');
  assert.deepEqual(
    before.map(({ key }) => key),
    [messageIdOf('a1')],
  );
  const cover = { id: 'a0', subject: '[PATCH 0/2] float: all', body: 'Two patches.\n' };
  await storeAll(database, [sampleMail(cover)]);
  const { rows: after } = await database.query(
    'SELECT id, key, name, is_complete FROM patchloom.series',
  );
  assert.deepEqual(after, [
    { id: before[0].id, key: messageIdOf('a0'), name: 'float: all', is_complete: true },
  ]);
  const { rows: aliases } = await database.query(
    'SELECT key, series_id FROM patchloom.series_alias',
  );
  assert.deepEqual(aliases, [{ key: messageIdOf('a1'), series_id: before[0].id }]);
});

test('two series that a late message joins become one, and the key of the other is its alias', async (context) => {
  const minutes = [0, 15, 30];
  const [first, late, last] = minutes.map((minute, index) =>
    sampleMail({ ...seriesOf(`${index + 1}/3`, `a${index + 1}`), minute }),
  );
  const database = await databaseOf(context, [[first!], [last!]]);
  const { rows: before } = await database.query('SELECT id FROM patchloom.series ORDER BY id');
  assert.equal(before.length, 2);
  await storeAll(database, [late!]);
  const { rows: after } = await database.query('SELECT id, key, is_complete FROM patchloom.series');
  assert.deepEqual(after, [{ id: before[0].id, key: messageIdOf('a1'), is_complete: true }]);
  const { rows: aliases } = await database.query(
    'SELECT key, series_id FROM patchloom.series_alias',
  );
  assert.deepEqual(aliases, [{ key: messageIdOf('a3'), series_id: before[0].id }]);
});

test('replies to two postings in two threads stay apart, also when both come in one batch', async (context) => {
  const mails = [
    seriesOf('1/2', 'a1', ['a2']),
    seriesOf('2/2', 'a2', ['a1']),
    seriesOf('1/2', 'b1'),
    seriesOf('2/2', 'b2', ['b1']),
    { ...seriesOf('0/2', 'b0', ['b2']), body: 'Two patches.\n' },
  ].map(sampleMail);
  const together = await databaseOf(context, [mails]);
  const apart = await databaseOf(
    context,
    mails.map((mail) => [mail]),
  );
  const { rows } = await together.query(
    'SELECT key, is_complete FROM patchloom.series ORDER BY key',
  );
  assert.deepEqual(rows, [
    { key: messageIdOf('a1'), is_complete: true },
    { key: messageIdOf('b0'), is_complete: true },
  ]);
  assertSameRows(await storedRows(apart), await storedRows(together), 'one by one');
});

test('patches of a second version that answer unthreaded patches of the first are one series', async (context) => {
  const mails = [
    seriesOf('1/2', 'a1'),
    seriesOf('2/2', 'a2'),
    seriesOf('v2 1/2', 'b1', ['a1']),
    seriesOf('v2 2/2', 'b2', ['a2']),
  ].map(sampleMail);
  const together = await databaseOf(context, [mails]);
  const apart = await databaseOf(
    context,
    mails.toReversed().map((mail) => [mail]),
  );
  const { rows } = await together.query(
    'SELECT key, version, is_complete FROM patchloom.series ORDER BY key',
  );
  assert.deepEqual(rows, [
    { key: messageIdOf('a1'), version: 1, is_complete: true },
    { key: messageIdOf('b1'), version: 2, is_complete: true },
  ]);
  assertSameRows(await storedRows(apart), await storedRows(together), 'one by one');
});

test('two lists are independent, though the same messages come through both', async (context) => {
  const mails = [seriesOf('1/2', 'a1'), seriesOf('2/2', 'a2', ['a1'])];
  const listIds = [sampleListId, 'other.lists.example'];
  const rawsOf = (listId: string, count: number): Buffer[] =>
    mails.slice(0, count).map((mail) => sampleMail({ ...mail, listId }));
  const mixed = await databaseOf(context, [[...rawsOf(listIds[0]!, 2), ...rawsOf(listIds[1]!, 1)]]);
  for (const [index, count] of [2, 1].entries()) {
    const alone = await databaseOf(context, [rawsOf(listIds[index]!, count)]);
    assertSameLines(
      await exportText(mixed, listIds[index]),
      await exportText(alone),
      listIds[index]!,
    );
  }
});

test('mail of an unknown list is kept as unrouted, and routed when the list is added', async (context) => {
  const { database } = await openTestDatabase(context);
  const ids = (await takeAll(database, [sampleMail(patch)])).map(({ deliveryId }) => deliveryId);
  await indexIds(database, ids, 'known');
  const { unrouted, waiting } = await countOutcomes(database, null);
  assert.deepEqual({ unrouted, waiting }, { unrouted: 1, waiting: 0 });
  assert.equal(await exportText(database), '');
  await addMailingList(database, sampleListId);
  const reopened = await reopenUnrouted(database);
  assert.deepEqual(reopened, ids);
  await indexIds(database, reopened, 'known');
  const [row] = await stored(database, 'message_id, fact_rules');
  assert.deepEqual(row, {
    message_id: messageIdOf('a1'),
    fact_rules: { list: 'List-Id', role: 'diff', submitter: 'From' },
  });
});

test('mail without any List-Id goes to the list that the operator names', async (context) => {
  const { database } = await openTestDatabase(context);
  const raw = sampleMail({ ...patch, listId: null });
  await storeAll(database, [raw]);
  assert.equal((await countOutcomes(database, null)).unrouted, 1);
  await storeAll(database, [raw], { requestedListId: 'named.example' });
  const { rows } = await database.query('SELECT list_id FROM patchloom.mailing_list');
  assert.deepEqual(rows, [{ list_id: 'named.example' }]);
  assert.equal((await stored(database, 'id')).length, 1);
});

test('dates at the ends of time are stored, also where a series window would reach beyond them', async (context) => {
  const dates = [
    'Fri, 31 Dec 9999 23:59:59 +0000',
    'Mon, 1 Jan 0001 00:00:00 +0000',
    'Mon, 1 Jan 0150 00:00:00 +0000',
  ];
  const raws = dates.map((date, index) => {
    const text = String(sampleMail(seriesOf('1/2', `a${index}`)));
    return Buffer.from(text.replace(/^Date: .*$/m, `Date: ${date}`));
  });
  const database = await databaseOf(context, [raws, [sampleMail(seriesOf('2/2', 'b'))]]);
  const { stored: storedCount, dead } = await countOutcomes(database, null);
  assert.deepEqual({ storedCount, dead }, { storedCount: 4, dead: 0 });
  assert.match(await exportText(database), /"date":"9999-12-31T23:59:59Z"/);
});
