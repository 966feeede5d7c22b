import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reindexList } from '../../src/ingest/reindex.ts';
import type { StorableFacts } from '../../src/message/storable-facts.ts';
import { loadMailingLists } from '../../src/store/mailing-lists.ts';
import type { Database } from '../../src/store/database.ts';
import { parseAll, storeAll } from '../support/index-mail.ts';
import { messageIdOf, patchText, sampleMail } from '../support/sample-mail.ts';
import { exportText, storedRows } from '../support/stored-result.ts';
import { syntheticList } from '../support/synthetic-list.ts';
import { openTestDatabase } from '../support/test-database.ts';

/** A rule of today, and one that a later version may have. */
type Rule = (facts: StorableFacts) => StorableFacts;

async function reindexWith(database: Database, rule: Rule, isDryRun = false) {
  const [list] = await loadMailingLists(database);
  const parse = async (raws: readonly Buffer[]) => (await parseAll(raws)).map(rule);
  return reindexList({ database, parse, isDryRun }, list!);
}

const sameRule: Rule = (facts) => facts;

const rfcIsVersionTwo: Rule = (facts) =>
  facts.prefixes.includes('RFC') ? { ...facts, version: 2, versionInferred: false } : facts;

test('reindexing by the same rules changes nothing, not even a row', async (context) => {
  const { database } = await openTestDatabase(context);
  await storeAll(database, syntheticList(7, 20));
  const before = { text: await exportText(database), rows: await storedRows(database) };
  const { changes, messageCount } = await reindexWith(database, sameRule);
  assert.deepEqual(changes, []);
  assert.ok(messageCount > 20);
  assert.equal(await exportText(database), before.text);
  assert.deepEqual(await storedRows(database), before.rows);
});

const posting = [
  sampleMail({ id: 'c', subject: '[RFC 0/2] b: split' }),
  sampleMail({ id: '1', subject: '[RFC 1/2] b: one', references: ['c'], body: patchText('one') }),
  sampleMail({ id: '2', subject: '[RFC 2/2] b: two', references: ['c'], body: patchText('two') }),
  sampleMail({ id: 'r', subject: 'Re: [RFC 2/2] b: two', references: ['c', '2'] }),
  sampleMail({ id: 'x', subject: '[PATCH] b: other', body: patchText('other') }),
];

async function seriesIds(database: Database) {
  const { rows } = await database.query(
    'SELECT id, key, version FROM patchloom.series ORDER BY key',
  );
  return rows;
}

test('reindexing by a new rule says exactly what changed, and ids stay', async (context) => {
  const { database } = await openTestDatabase(context);
  await storeAll(database, posting);
  const before = await seriesIds(database);
  const { changes } = await reindexWith(database, rfcIsVersionTwo);
  assert.deepEqual(
    changes.map(({ messageId, before: was, after: is }) => [
      messageId,
      was?.['version'],
      is?.['version'],
    ]),
    ['1', '2', 'c', 'r'].map((id) => [messageIdOf(id), 1, 2]),
  );
  const after = await seriesIds(database);
  assert.deepEqual(
    after.map(({ id, key }) => ({ id, key })),
    before.map(({ id, key }) => ({ id, key })),
  );
  assert.equal(after.find(({ key }) => key === messageIdOf('c')).version, 2);
});

const otherIsDiscussion: Rule = (facts) =>
  facts.subject.includes('other') ? { ...facts, role: 'discussion' } : facts;

test('what a new rule takes for no patch any more is one again under the old rule, with its state', async (context) => {
  const { database } = await openTestDatabase(context);
  await storeAll(database, posting);
  const before = await exportText(database);
  await database.query(`UPDATE patchloom.patch SET commit_ref = 'c0ffee'`);
  const { changes } = await reindexWith(database, otherIsDiscussion);
  assert.deepEqual(
    changes.map(({ messageId, after }) => [messageId, after?.kind, after?.series]),
    [[messageIdOf('x'), 'other', null]],
  );
  await reindexWith(database, sameRule);
  assert.equal(await exportText(database), before);
  const { rows } = await database.query('SELECT commit_ref, is_shown FROM patchloom.patch');
  assert.deepEqual(
    rows,
    rows.map(() => ({ commit_ref: 'c0ffee', is_shown: true })),
  );
});

test('a dry run says the same and changes nothing', async (context) => {
  const { database } = await openTestDatabase(context);
  await storeAll(database, posting);
  const before = await exportText(database);
  const { changes } = await reindexWith(database, rfcIsVersionTwo, true);
  assert.equal(changes.length, 4);
  assert.equal(await exportText(database), before);
});

test('a rule that finds fewer references splits a thread, and its end gives it back', async (context) => {
  const { database } = await openTestDatabase(context);
  await storeAll(database, posting);
  const before = await exportText(database);
  const { changes } = await reindexWith(database, (facts) => ({ ...facts, references: [] }));
  assert.ok(changes.some(({ messageId }) => messageId === messageIdOf('r')));
  const { rows } = await database.query(
    'SELECT count(DISTINCT thread_id) AS n FROM patchloom.message',
  );
  assert.equal(rows[0].n, posting.length);
  await reindexWith(database, sameRule);
  assert.equal(await exportText(database), before);
});

test('a rule under which two messages become copies leaves one of them', async (context) => {
  const { database } = await openTestDatabase(context);
  await storeAll(database, posting);
  const { changes, messageCount } = await reindexWith(database, (facts) =>
    facts.messageId === messageIdOf('x')
      ? {
          ...facts,
          messageId: messageIdOf('1') as typeof facts.messageId,
          contentKey: '11'.repeat(32),
        }
      : facts.messageId === messageIdOf('1')
        ? { ...facts, contentKey: '11'.repeat(32) }
        : facts,
  );
  assert.equal(messageCount, posting.length - 1);
  assert.ok(changes.some(({ after }) => after === null));
  await reindexWith(database, sameRule);
  const { rows } = await database.query('SELECT count(*) AS n FROM patchloom.message');
  assert.equal(rows[0].n, posting.length);
});
