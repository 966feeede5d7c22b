import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reindexList } from '../../src/ingest/reindex.ts';
import type { Database } from '../../src/store/database.ts';
import { loadMailingLists } from '../../src/store/mailing-lists.ts';
import { sameInAllOrders } from '../support/all-orders.ts';
import { parseAll, storeAll } from '../support/index-mail.ts';
import { messageIdOf, patchText, sampleListId, sampleMail } from '../support/sample-mail.ts';
import type { SampleMail } from '../support/sample-mail.ts';
import { storedRows } from '../support/stored-result.ts';
import { openTestDatabase } from '../support/test-database.ts';

const wren = 'Wren Ford <wren@ford.example>';
const lark = 'Lark Hill <lark@hill.example>';

/** Text of a patch whose commit message ends in these trailers. */
function patchWith(change: string, ...trailers: string[]): string {
  return patchText(change).replace('\n---\n', ['', ...trailers, '---', ''].join('\n'));
}

function reply(id: string, to: string, body: string, more: Partial<SampleMail> = {}): SampleMail {
  return { id, subject: 'Re: [PATCH] x', references: [to], from: wren, minute: 30, body, ...more };
}

/** "a1 Reviewed-by wren@ford.example patch of a2, carried": message-ids without their host. */
async function countedTrailers(database: Database, listId: string): Promise<string[]> {
  const { rows } = await database.query<{ line: string }>(
    `SELECT format('%s %s %s %s of %s%s', message_id, kind, coalesce(person_email, person_name, value), scope, source,
       CASE WHEN is_carried THEN ', carried' ELSE '' END) AS line
     FROM api.trailer WHERE list_id = $1 AND kind <> 'Signed-off-by'`,
    [listId],
  );
  return rows.map(({ line }) => line.replaceAll(/<([^@]*)@brook.example>/g, '$1')).toSorted();
}

interface Counts {
  readonly message_id: string;
  readonly acked_count: number;
  readonly reviewed_count: number;
  readonly tested_count: number;
}

/** "a1 A0 R1 T1" */
async function counts(database: Database, listId: string): Promise<string[]> {
  const { rows } = await database.query<Counts>(
    `SELECT message_id, acked_count, reviewed_count, tested_count
     FROM api.patch_trailer_counts WHERE list_id = $1 ORDER BY message_id`,
    [listId],
  );
  return rows.map(
    (row) =>
      `${row.message_id.slice(1, -'@brook.example>'.length)} A${row.acked_count} R${row.reviewed_count} T${row.tested_count}`,
  );
}

test('trailers in a patch count for it (Patchwork test 83)', async (context) => {
  const { database } = await openTestDatabase(context);
  const body = patchWith('depth', `Reviewed-by: ${wren}`, `Tested-by: ${lark}`);
  await storeAll(database, [sampleMail({ id: 'a1', subject: '[PATCH] x', body })]);
  assert.deepEqual(await counts(database, sampleListId), ['a1 A0 R1 T1']);
});

test('trailers in a reply count for its patch (Patchwork test 84)', async (context) => {
  const { database } = await openTestDatabase(context);
  const mails = [
    { id: 'a1', subject: '[PATCH] x', body: patchText('depth') },
    reply('b1', 'a1', `Reviewed-by: ${wren}\nTested-by: ${lark}\n> Acked-by: ${lark}\n`),
  ];
  assert.deepEqual(await sameInAllOrders(database, mails, async (list) => counts(database, list)), [
    'a1 A0 R1 T1',
  ]);
});

test('a reply that comes before its patch, or answers another reply, counts when the patch is there', async (context) => {
  const { database } = await openTestDatabase(context);
  const mails = [
    { id: 'a1', subject: '[PATCH] x', body: patchText('depth') },
    reply('b1', 'a1', 'Why?\n'),
    reply('b2', 'b1', `Then:\nAcked-by: ${wren}\n`, { references: ['a1', 'b1'] }),
  ];
  const rows = await sameInAllOrders(database, mails, async (list) =>
    countedTrailers(database, list),
  );
  assert.deepEqual(rows, ['a1 Acked-by wren@ford.example patch of b2']);
});

/** A cover letter and two patches, all sent at once. */
function series(): SampleMail[] {
  return [
    { id: 'a0', subject: '[PATCH 0/2] x', body: 'Two changes.\n' },
    { id: 'a1', subject: '[PATCH 1/2] x', references: ['a0'], body: patchText('depth') },
    { id: 'a2', subject: '[PATCH 2/2] y', references: ['a0'], body: patchText('width') },
  ];
}

test('what is said of a cover letter counts for each of its patches', async (context) => {
  const { database } = await openTestDatabase(context);
  const mails = [...series(), reply('b1', 'a0', `Acked-by: ${wren}\nFixes: 0123456789ab\n`)];
  const rows = await sameInAllOrders(database, mails, async (list) =>
    countedTrailers(database, list),
  );
  assert.deepEqual(rows, [
    'a1 Acked-by wren@ford.example cover of b1',
    'a2 Acked-by wren@ford.example cover of b1',
  ]);
});

test('trailers of the cover letter itself count for each of its patches', async (context) => {
  const { database } = await openTestDatabase(context);
  const [cover, ...patches] = series();
  const mails = [{ ...cover!, body: `Two.\n\nTested-by: ${lark}\nLink: https://x.example\n` }];
  const rows = await sameInAllOrders(database, [...mails, ...patches], async (list) =>
    countedTrailers(database, list),
  );
  assert.deepEqual(rows, [
    'a1 Tested-by lark@hill.example cover of a0',
    'a2 Tested-by lark@hill.example cover of a0',
  ]);
});

test('numbers that a reply names limit what it says to those patches', async (context) => {
  const { database } = await openTestDatabase(context);
  const body = `Patch 2:\nAcked-by: ${wren}\n\nFor the series:\nTested-by: ${lark}\n`;
  for (const to of ['a0', 'a1']) {
    const mails = [...series(), reply('b1', to, body)];
    const rows = await sameInAllOrders(database, mails, async (list) =>
      countedTrailers(database, list),
    );
    assert.deepEqual(rows, [
      'a1 Tested-by lark@hill.example series of b1',
      'a2 Acked-by wren@ford.example numbers of b1',
      'a2 Tested-by lark@hill.example series of b1',
    ]);
  }
});

test('one person counts once for a kind, by the closest and then the first message', async (context) => {
  const { database } = await openTestDatabase(context);
  const mails = [
    { id: 'a1', subject: '[PATCH 1/1] x', references: ['a0'], body: patchText('depth') },
    { id: 'a0', subject: '[PATCH 0/1] x', body: 'One.\n' },
    reply('b1', 'a0', `Acked-by: ${wren}\n`, { minute: 10 }),
    reply('b2', 'a1', `Acked-by: W. Ford <WREN@ford.example>\nReviewed-by: ${wren}\n`, {
      minute: 21,
    }),
    reply('b3', 'a1', `Acked-by: ${wren}\nacked-by: ${lark}\n`, { minute: 20 }),
  ];
  const rows = await sameInAllOrders(database, mails, async (list) =>
    countedTrailers(database, list),
  );
  assert.deepEqual(rows, [
    'a1 Acked-by lark@hill.example patch of b3',
    'a1 Acked-by wren@ford.example patch of b3',
    'a1 Reviewed-by wren@ford.example patch of b2',
  ]);
});

test('a compound trailer counts for each of its words', async (context) => {
  const { database } = await openTestDatabase(context);
  const body = patchWith(
    'depth',
    `Reviewed-and-tested-by: ${wren}`,
    `Tested-by: ${wren}`,
    'Nacked-by: A',
  );
  await storeAll(database, [sampleMail({ id: 'a1', subject: '[PATCH] x', body })]);
  assert.deepEqual(await counts(database, sampleListId), ['a1 A0 R1 T1']);
});

test('what was said of a change carries over to a later posting of it, but not back', async (context) => {
  const { database } = await openTestDatabase(context);
  const mails = [
    { id: 'a1', subject: '[PATCH] x', body: patchWith('depth', 'Fixes: 0123456789ab') },
    reply('b1', 'a1', `Acked-by: ${wren}\n`),
    { id: 'a2', subject: '[PATCH v2] x', minute: 60, body: patchText('depth') },
    reply('b2', 'a2', `Tested-by: ${lark}\n`, { minute: 70 }),
  ];
  const rows = await sameInAllOrders(database, mails, async (list) =>
    countedTrailers(database, list),
  );
  assert.deepEqual(rows, [
    'a1 Acked-by wren@ford.example patch of b1',
    'a1 Fixes 0123456789ab patch of a1',
    'a2 Acked-by wren@ford.example patch of b1, carried',
    'a2 Tested-by lark@hill.example patch of b2',
  ]);
});

test('nothing carries over to another diff, or to the same diff of another submitter', async (context) => {
  const { database } = await openTestDatabase(context);
  const mails = [
    { id: 'a1', subject: '[PATCH] x', body: patchText('depth') },
    reply('b1', 'a1', `Acked-by: ${wren}\n`),
    { id: 'a2', subject: '[PATCH v2] x', minute: 60, body: patchText('width') },
    { id: 'a3', subject: '[PATCH v2] x', minute: 60, from: lark, body: patchText('depth') },
  ];
  const rows = await sameInAllOrders(database, mails, async (list) =>
    countedTrailers(database, list),
  );
  assert.deepEqual(rows, ['a1 Acked-by wren@ford.example patch of b1']);
});

test('another copy of a message leaves its trailers as they were', async (context) => {
  const { database } = await openTestDatabase(context);
  const mail = { id: 'a1', subject: '[PATCH] x', body: patchWith('depth', `Acked-by: ${wren}`) };
  for (const relay of ['a', 'b', 'c', 'd']) {
    await storeAll(database, [sampleMail({ ...mail, trace: [`Received: by ${relay}`] })]);
  }
  const { rows } = await database.query(
    `SELECT t.position, t.kind FROM patchloom.trailer t JOIN patchloom.message m ON m.id = t.message
     WHERE m.message_id = $1 ORDER BY t.position`,
    [messageIdOf('a1')],
  );
  assert.deepEqual(rows, [
    { position: 0, kind: 'Signed-off-by' },
    { position: 1, kind: 'Acked-by' },
  ]);
});

test('reindex writes the trailers of messages that were stored without them', async (context) => {
  const { database } = await openTestDatabase(context);
  const body = patchWith('depth', `Acked-by: ${wren}`, 'Depends-on: <b1@brook.example>');
  await storeAll(database, [sampleMail({ id: 'a1', subject: '[PATCH] x', body })]);
  const before = await storedRows(database);
  await database.query('DELETE FROM patchloom.trailer; DELETE FROM patchloom.dependency');
  const [list] = await loadMailingLists(database);
  await reindexList({ database, parse: parseAll, isDryRun: false }, list!);
  assert.deepEqual(await storedRows(database), before);
  assert.deepEqual(await counts(database, sampleListId), ['a1 A1 R0 T0']);
});

test('the trailers of one patch are found by index', async (context) => {
  const { database } = await openTestDatabase(context);
  await storeAll(database, series().map(sampleMail));
  const client = await database.connect();
  // Small tables are scanned whole, so the planner is told not to where it has another way.
  await client.query('SET enable_seqscan = off');
  const { rows } = await client.query<{ 'QUERY PLAN': string }>(
    'EXPLAIN SELECT * FROM api.patch_trailer_counts WHERE id = 1',
  );
  client.release(true);
  assert.deepEqual(
    rows.filter((row) => row['QUERY PLAN'].includes('Seq Scan')),
    [],
  );
});
