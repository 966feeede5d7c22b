import assert from 'node:assert/strict';
import { test } from 'node:test';
import { indexOnList } from '../../src/ingest/index-list.ts';
import { rederivePlaces, reindexList, rereadFacts } from '../../src/ingest/reindex.ts';
import { inTransaction } from '../../src/store/database.ts';
import type { Database } from '../../src/store/database.ts';
import { addMailingList } from '../../src/store/mailing-lists.ts';
import { parseAll, storeAll, takeAll } from '../support/index-mail.ts';
import { sampleListId, sampleMail } from '../support/sample-mail.ts';
import { openTestDatabase } from '../support/test-database.ts';
import { until } from '../support/until.ts';

const otherListId = 'mill.lists.example';

function mailOf(name: string, minute: number, listId?: string): Buffer {
  const from = `${name} <ada@brook.example>`;
  const mail = { id: `m${minute}`, subject: `at ${minute}`, from, minute };
  return sampleMail(listId === undefined ? mail : { ...mail, listId });
}

async function isSomebodyWaiting(database: Database): Promise<boolean> {
  const { rowCount } = await database.query('SELECT FROM pg_locks WHERE NOT granted');
  return rowCount !== 0;
}

test('a person has the name in their newest mail, also when two lists have mail at once', async (context) => {
  const { database } = await openTestDatabase(context);
  await storeAll(database, [mailOf('Ada Brook', 0)]);
  const other = await addMailingList(database, otherListId);
  const raw = mailOf('Ada Brook', 100, otherListId);
  const [receipt] = await takeAll(database, [raw]);
  const [facts] = await parseAll([raw]);
  const older = await inTransaction(database, async (transaction) => {
    const delivery = {
      deliveryId: receipt!.deliveryId,
      rawMessageId: 2,
      rawSha256: '00',
      facts: facts!,
      listRule: 'List-Id',
      receivedAt: '2026-03-02T09:00:00Z',
    };
    await indexOnList(transaction, other, [delivery]);
    const storing = storeAll(database, [mailOf('A. Brook', 50)]);
    await until('the older name waits', () => isSomebodyWaiting(database));
    return { storing };
  });
  await older.storing;
  const { rows } = await database.query('SELECT name FROM patchloom.person');
  assert.deepEqual(rows, [{ name: 'Ada Brook' }]);
});

test('mail of other lists renames people while a list is derived anew', async (context) => {
  const { database } = await openTestDatabase(context);
  await storeAll(database, [mailOf('Ada Brook', 0)]);
  const list = await addMailingList(database, sampleListId);
  await inTransaction(database, async (transaction) => {
    const rows = await rereadFacts(transaction, list, parseAll, null);
    await storeAll(database, [mailOf('A. Brook', 100, otherListId)]);
    await rederivePlaces(transaction, list, rows);
  });
  const { rows } = await database.query('SELECT name FROM patchloom.person');
  assert.deepEqual(rows, [{ name: 'A. Brook' }]);
});

test('a reindex that a deadlock ends begins again', async (context) => {
  const { database } = await openTestDatabase(context);
  await storeAll(database, [mailOf('Ada Brook', 0)]);
  const list = await addMailingList(database, sampleListId);
  await database.query(`UPDATE patchloom.person SET name = 'as it was read before'`);
  const other = await database.connect();
  await other.query('BEGIN');
  await other.query('SELECT FROM patchloom.person FOR SHARE');
  const reindex = reindexList({ database, parse: parseAll, isDryRun: false }, list);
  await until('the reindex waits', () => isSomebodyWaiting(database));
  // The other finds the deadlock when it looks, or the reindex does: whichever goes, the reindex comes to its end.
  await other.query(`UPDATE patchloom.person SET name = 'between'`).catch(() => undefined);
  await other.query('ROLLBACK');
  other.release();
  await reindex;
  const { rows } = await database.query('SELECT name FROM patchloom.person');
  assert.deepEqual(rows, [{ name: 'Ada Brook' }]);
});
