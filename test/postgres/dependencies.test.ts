import assert from 'node:assert/strict';
import { test } from 'node:test';
import { patchId } from '../../src/patch/patch-id.ts';
import type { Database } from '../../src/store/database.ts';
import { sameInAllOrders } from '../support/all-orders.ts';
import { storeAll } from '../support/index-mail.ts';
import { messageIdOf, patchText, sampleListId, sampleMail } from '../support/sample-mail.ts';
import type { SampleMail } from '../support/sample-mail.ts';
import { openTestDatabase } from '../support/test-database.ts';

const lark = 'Lark Hill <lark@hill.example>';

/** A base of two patches, by another submitter an hour before. */
function base(): SampleMail[] {
  return [
    { id: 'b0', subject: '[PATCH 0/2] base', from: lark, minute: -60, body: 'Base.\n' },
    {
      id: 'b1',
      subject: '[PATCH 1/2] base',
      from: lark,
      minute: -60,
      references: ['b0'],
      body: patchText('depth'),
    },
    {
      id: 'b2',
      subject: '[PATCH 2/2] base',
      from: lark,
      minute: -60,
      references: ['b0'],
      body: patchText('width'),
    },
  ];
}

/** A single patch with these lines in its commit message. */
function patch(...lines: string[]): SampleMail {
  const body = `${lines.join('\n')}\n${patchText('speed')}`;
  return { id: 'a1', subject: '[PATCH] x', body };
}

/** "a1 Depends-on b0": series by their keys' message-ids without host; "-" for a target that is not known. */
async function dependencies(database: Database, listId: string): Promise<string[]> {
  const { rows } = await database.query<{ line: string }>(
    `SELECT format('%s %s %s', series, kind, coalesce(target_series, base_commit, '-')) AS line
     FROM api.dependency WHERE list_id = $1`,
    [listId],
  );
  return rows.map(({ line }) => line.replaceAll(/<([^@]*)@brook.example>/g, '$1')).toSorted();
}

for (const [description, line, target] of [
  ['the message-id of a patch (Patchwork tests 36, 119)', 'Depends-on: <b1@brook.example>', 'b0'],
  ['the message-id of a cover letter (37, 119)', 'Depends-on: <b0@brook.example>', 'b0'],
  ['the message-id of the second patch (39)', 'Depends-on: <b2@brook.example>', 'b0'],
  [
    'the URL of a patch in Patchwork, by its message-id (35)',
    'Depends-on: https://patchwork.example/project/brook/patch/b1@brook.example/',
    'b0',
  ],
  ['the URL of an archive', 'depends-on: https://lore.kernel.org/r/b0%40brook.example', 'b0'],
  ['a message-id that is not known (117)', 'Depends-on: <c1@brook.example>', '-'],
  ['a URL that leads nowhere (118)', 'Depends-on: https://lore.kernel.org/r/c1@x', '-'],
  [
    'the number of a series in Patchwork, which stays text (34, 120)',
    'Depends-on: https://patchwork.example/project/brook/list/?series=1',
    '-',
  ],
] as const) {
  test(`a patch depends on ${description}`, async (context) => {
    const { database } = await openTestDatabase(context);
    await storeAll(database, [...base(), patch(line)].map(sampleMail));
    assert.deepEqual(await dependencies(database, sampleListId), [`a1 Depends-on ${target}`]);
  });
}

test('what is no id and no URL is no dependency (116)', async (context) => {
  const { database } = await openTestDatabase(context);
  await storeAll(database, [...base(), patch('Depends-on: the base')].map(sampleMail));
  assert.deepEqual(await dependencies(database, sampleListId), []);
});

test('a base may come before or after what depends on it (38)', async (context) => {
  const { database } = await openTestDatabase(context);
  const cover = {
    id: 'a0',
    subject: '[PATCH 0/1] x',
    body: 'Depends-on: <b1@brook.example>\n',
  };
  const mails = [...base(), cover];
  const rows = await sameInAllOrders(database, mails, async (list) => dependencies(database, list));
  assert.deepEqual(rows, ['a0 Depends-on b0']);
});

test('a series does not depend on itself (40)', async (context) => {
  const { database } = await openTestDatabase(context);
  const [cover, ...patches] = base();
  const mails = [
    cover!,
    { ...patches[0]!, body: 'Depends-on: <b0@brook.example>\n' + patchText('depth') },
  ];
  const rows = await sameInAllOrders(database, mails, async (list) => dependencies(database, list));
  assert.deepEqual(rows, []);
});

test('a message on another list is no base (41), one that was posted to both lists is', async (context) => {
  const { database } = await openTestDatabase(context);
  const other = 'other.lists.example';
  const [cover, first, second] = base();
  await storeAll(database, [
    sampleMail({ ...cover!, listId: other }),
    sampleMail({ ...first!, listId: other }),
    sampleMail(second!),
    sampleMail({ ...second!, listId: other }),
    sampleMail(patch('Depends-on: <b1@brook.example>', 'Depends-on: <b2@brook.example>')),
  ]);
  assert.deepEqual(await dependencies(database, sampleListId), [
    'a1 Depends-on -',
    'a1 Depends-on b2',
  ]);
});

test('two lines in one message, or in two of a series, are two dependencies (42, 43, 119)', async (context) => {
  const { database } = await openTestDatabase(context);
  const single = { id: 'c1', subject: '[PATCH] z', from: lark, minute: -90, body: patchText('z') };
  const lines = ['Depends-on: <b1@brook.example>', 'Depends-on: <c1@brook.example>'];
  const inOne = [...base(), single, patch(...lines)];
  await storeAll(database, inOne.map(sampleMail));
  const inTwo = [
    { id: 'd0', subject: '[PATCH 0/1] x', body: `${lines[0]}\n` },
    {
      id: 'd1',
      subject: '[PATCH 1/1] x',
      references: ['d0'],
      body: `${lines[1]}\n${patchText('speed')}`,
    },
  ];
  await storeAll(database, inTwo.map(sampleMail));
  assert.deepEqual(await dependencies(database, sampleListId), [
    'a1 Depends-on b0',
    'a1 Depends-on c1',
    'd0 Depends-on b0',
    'd0 Depends-on c1',
  ]);
});

test("the submitter's last Based-on corrects the ones before; a stranger's says nothing", async (context) => {
  const { database } = await openTestDatabase(context);
  const follow = { subject: 'Re: [PATCH] x', references: ['a1'] };
  const mails: SampleMail[] = [
    patch('Based-on: <c1@brook.example>'),
    { id: 'e1', ...follow, minute: 5, body: 'Sorry:\nBased-on: <c2@brook.example>\n' },
    { id: 'e2', ...follow, minute: 9, body: 'Based-on: <b0@brook.example>\n' },
    { id: 'e3', ...follow, minute: 12, from: lark, body: 'Based-on: <c3@brook.example>\n' },
    base()[0]!,
  ];
  const rows = await sameInAllOrders(database, mails, async (list) => dependencies(database, list));
  assert.deepEqual(rows, ['a1 Based-on b0']);
});

test("a reply of the submitter's adds a Depends-on", async (context) => {
  const { database } = await openTestDatabase(context);
  const mails: SampleMail[] = [
    patch('Depends-on: <c1@brook.example>'),
    {
      id: 'e1',
      subject: 'Re: [PATCH] x',
      references: ['a1'],
      body: 'Depends-on: <b0@brook.example>\n',
    },
    base()[0]!,
  ];
  const rows = await sameInAllOrders(database, mails, async (list) => dependencies(database, list));
  assert.deepEqual(rows, ['a1 Depends-on -', 'a1 Depends-on b0']);
});

/** The patch-id of a message's diff, as git prints it. */
function patchIdOf(change: string): string {
  const text = patchText(change);
  return patchId(text.slice(text.indexOf('diff --git'), text.indexOf('-- \n'))) ?? '';
}

/** One version of a base that is one patch. */
function singleBase(id: string, version: string, minute: number): SampleMail {
  const subject = `[PATCH ${version}] base`;
  return { id, subject, from: lark, minute, body: patchText('depth') };
}

/** The cover letter of one version of a base with a change-id. */
function baseWithChangeId(id: string, version: string): SampleMail {
  const subject = `[PATCH ${version} 0/1] base`;
  const body = 'Base.\n\nchange-id: 20260302-float-1f2e\n';
  return { id, subject, from: lark, minute: -60, body };
}

test('the base block of git format-patch names the last posting of a change', async (context) => {
  const { database } = await openTestDatabase(context);
  const commit = '0123456789abcdef0123456789abcdef01234567';
  const block = `\nbase-commit: ${commit}\nprerequisite-patch-id: ${patchIdOf('depth')}\n`;
  const mails: SampleMail[] = [
    singleBase('b1', 'v1', -90),
    singleBase('b2', 'v2', -60),
    singleBase('b3', 'v3', 60),
    { id: 'a1', subject: '[PATCH] x', body: patchText('speed').replace('-- \n', `${block}-- \n`) },
  ];
  const rows = await sameInAllOrders(database, mails, async (list) => dependencies(database, list));
  assert.deepEqual(rows, [`a1 base-commit ${commit}`, 'a1 prerequisite-patch-id b2']);
});

test('a prerequisite-change-id names the version of a series with that change-id', async (context) => {
  const { database } = await openTestDatabase(context);
  const mails = [
    baseWithChangeId('b1', 'v1'),
    baseWithChangeId('b2', 'v2'),
    patch('prerequisite-change-id: 20260302-float-1f2e:v2'),
  ];
  const rows = await sameInAllOrders(database, mails, async (list) => dependencies(database, list));
  assert.deepEqual(rows, ['a1 prerequisite-change-id b2']);
});

test('a dependency shows which message says so', async (context) => {
  const { database } = await openTestDatabase(context);
  await storeAll(database, [sampleMail(patch('Depends-on: <b1@brook.example>'))]);
  const { rows } = await database.query(
    'SELECT value, source, target_message_id, target_id, target_series_id FROM api.dependency',
  );
  assert.deepEqual(rows, [
    {
      value: '<b1@brook.example>',
      source: messageIdOf('a1'),
      target_message_id: messageIdOf('b1'),
      target_id: null,
      target_series_id: null,
    },
  ]);
});
