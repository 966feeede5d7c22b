import assert from 'node:assert/strict';
import { test } from 'node:test';
import { overrideRules, withdrawOverride } from '../../src/ingest/override-rules.ts';
import { reindexList } from '../../src/ingest/reindex.ts';
import type { Database } from '../../src/store/database.ts';
import { loadMailingLists } from '../../src/store/mailing-lists.ts';
import { loadOverrides } from '../../src/store/overrides.ts';
import type { Override } from '../../src/store/overrides.ts';
import { indexIds, parseAll, storeAll } from '../support/index-mail.ts';
import { messageIdOf, patchText, sampleMail } from '../support/sample-mail.ts';
import { exportText } from '../support/stored-result.ts';
import { openTestDatabase } from '../support/test-database.ts';

/** Two halves of one series that were sent an hour apart, and a reply. */
const halves = [
  sampleMail({ id: '1', subject: '[PATCH 1/4] a', minute: 0, body: patchText('a') }),
  sampleMail({
    id: '2',
    subject: '[PATCH 2/4] b',
    minute: 1,
    references: ['1'],
    body: patchText('b'),
  }),
  sampleMail({ id: '3', subject: '[PATCH 3/4] c', minute: 61, body: patchText('c') }),
  sampleMail({
    id: '4',
    subject: '[PATCH 4/4] d',
    minute: 62,
    references: ['3'],
    body: patchText('d'),
  }),
  sampleMail({ id: 'r', subject: 'Re: [PATCH 1/4] a', minute: 90, references: ['1'] }),
];

const blank = { otherMessageId: null, listId: null };
const merge: Override = {
  ...blank,
  kind: 'merge',
  messageId: messageIdOf('3'),
  otherMessageId: messageIdOf('1'),
};
const split: Override = { ...blank, kind: 'split', messageId: messageIdOf('2') };
const unlink: Override = { ...blank, kind: 'unlink', messageId: messageIdOf('r') };
const move: Override = {
  ...blank,
  kind: 'move',
  messageId: messageIdOf('r'),
  listId: 'other.example',
};

async function say(database: Database, override: Override): Promise<void> {
  await indexIds(database, await overrideRules({ database, parse: parseAll }, override));
}

async function withdrawAll(database: Database): Promise<void> {
  for (const { id } of await loadOverrides(database)) {
    const reopened = await withdrawOverride({ database, parse: parseAll }, id);
    await indexIds(database, reopened ?? []);
  }
}

/** Members of each series, by their number in the subject. */
async function seriesMembers(database: Database): Promise<string[]> {
  const { rows } = await database.query(
    `SELECT string_agg(m.number::text, ' ' ORDER BY m.number) AS members
     FROM patchloom.message m WHERE m.series_id IS NOT NULL GROUP BY m.series_id ORDER BY 1`,
  );
  return rows.map((row) => row.members);
}

test("merge makes two postings one series, and is shown as the operator's word", async (context) => {
  const { database } = await openTestDatabase(context);
  await storeAll(database, halves);
  assert.deepEqual(await seriesMembers(database), ['1 2', '3 4']);
  await say(database, merge);
  assert.deepEqual(await seriesMembers(database), ['1 2 3 4']);
  const { rows } = await database.query(
    `SELECT place_rules->>'series' AS rule FROM patchloom.message WHERE message_id = $1`,
    [messageIdOf('3')],
  );
  assert.equal(rows[0].rule, 'operator');
});

test('split makes a patch a series of its own', async (context) => {
  const { database } = await openTestDatabase(context);
  await storeAll(database, halves);
  await say(database, split);
  assert.deepEqual(await seriesMembers(database), ['1', '2', '3 4']);
});

test('unlink takes a message out of its thread', async (context) => {
  const { database } = await openTestDatabase(context);
  await storeAll(database, halves);
  await say(database, unlink);
  const { rows } = await database.query(
    `SELECT kind, parent, (SELECT count(*) FROM patchloom.message o WHERE o.thread_id = m.thread_id) AS n
     FROM patchloom.message m WHERE message_id = $1`,
    [messageIdOf('r')],
  );
  assert.deepEqual(rows, [{ kind: 'other', parent: null, n: 1 }]);
});

test('move takes a message to another list', async (context) => {
  const { database } = await openTestDatabase(context);
  await storeAll(database, halves);
  await say(database, move);
  assert.match(await exportText(database, 'other.example'), /"message_id":"<r@brook.example>"/);
  assert.equal((await exportText(database)).split('\n').length, halves.length + 1);
});

for (const override of [merge, split, unlink, move]) {
  test(`${override.kind}: the same whether it was said before the messages came, between, or after`, async (context) => {
    const after = (await openTestDatabase(context)).database;
    await storeAll(after, halves);
    await say(after, override);
    const expected = await exportText(after);

    const before = (await openTestDatabase(context)).database;
    await say(before, override);
    for (const raw of halves.toReversed()) await storeAll(before, [raw]);
    assert.equal(await exportText(before), expected);

    const between = (await openTestDatabase(context)).database;
    await storeAll(between, halves.slice(2));
    await say(between, override);
    await storeAll(between, halves.slice(0, 2));
    assert.equal(await exportText(between), expected);
  });

  test(`${override.kind} survives a reindex, and is gone when it is taken back`, async (context) => {
    const { database } = await openTestDatabase(context);
    await storeAll(database, halves);
    const without = await exportText(database);
    await say(database, override);
    const expected = await exportText(database);
    assert.notEqual(expected, without);
    for (const list of await loadMailingLists(database)) {
      const { changes } = await reindexList({ database, parse: parseAll, isDryRun: false }, list);
      assert.deepEqual(changes, []);
    }
    assert.equal(await exportText(database), expected);
    await withdrawAll(database);
    assert.equal(await exportText(database), without);
  });
}
