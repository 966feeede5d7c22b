import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readPatchworkSite } from '../../src/archive/patchwork-source.ts';
import { importSite } from '../../src/ingest/import-site.ts';
import type { ImportReport } from '../../src/ingest/import-site.ts';
import type { Database } from '../../src/store/database.ts';
import { openApi } from '../support/api-scene.ts';
import type { ApiScene } from '../support/api-scene.ts';
import { storeAll } from '../support/index-mail.ts';
import { siteFiles, siteMail, writtenSite } from '../support/patchwork-site.ts';
import { patchText, sampleMail } from '../support/sample-mail.ts';

async function importFiles(
  context: TestContext,
  database: Database,
  files: Readonly<Record<string, readonly object[]>> = siteFiles,
): Promise<ImportReport> {
  const folder = await writtenSite(files);
  context.after(() => rm(folder, { recursive: true }));
  return importSite(database, readPatchworkSite(folder));
}

const questions = [
  'projects/',
  'patches/?order=id',
  'patches/807493/',
  'patches/807494/',
  'patches/3/',
  'patches/2/',
  'patches/807493/checks/',
  'patches/807493/comments/',
  'covers/',
  'covers/2/',
  'covers/2/comments/',
  'series/?order=id',
  'series/501/',
  'series/2/',
  'series/77/',
  'bundles/',
];

/** What the API and the tables that it hides say, without the address that it was asked at. */
async function wholeAnswer(api: ApiScene): Promise<unknown> {
  const answers = [];
  for (const question of questions) {
    const answer = JSON.stringify(await api.ask(`/api/1.3/${question}`));
    answers.push(JSON.parse(answer.replaceAll(api.site, 'http://site')));
  }
  const tables = await Promise.all(
    [
      'SELECT id, email, name, user_id FROM patchloom.person ORDER BY id',
      'SELECT id, username, email, first_name FROM patchloom.app_user ORDER BY id',
      'SELECT * FROM patchloom.patch_state ORDER BY id',
      'SELECT * FROM patchloom.maintainer',
      'SELECT mailing_list_id, state_id, archived, patch_count FROM patchloom.patch_count WHERE patch_count <> 0 ORDER BY 1, 2, 3',
      `SELECT mailing_list_id, counted, row_count FROM patchloom.list_count WHERE row_count <> 0 AND counted IN ('series', 'cover') ORDER BY 1, 2`,
      'SELECT * FROM patchloom.reserved_id ORDER BY 1, 2, 3',
    ].map(async (text) => (await api.database.query(text)).rows),
  );
  return { answers, tables };
}

test('a site that is imported before its mail keeps its numbers, states, checks and bundles', async (context) => {
  const api = await openApi(context);
  const report = await importFiles(context, api.database);
  assert.deepEqual(
    (['patch', 'comment', 'check'] as const).map((table) => report.counts.get(table)),
    [4, 2, 2],
  );
  await storeAll(api.database, siteMail);

  const patch = await api.ask('/api/1.3/patches/807493/');
  assert.equal(patch.msgid, '<p1@brook.example>');
  assert.deepEqual(
    [patch.state, patch.commit_ref, patch.delegate.id, patch.check, patch.series[0].id],
    ['accepted', 'abc123', 7, 'success', 501],
  );
  assert.deepEqual([patch.project.id, patch.submitter.id], [2, 40]);
  const alone = await api.ask('/api/1.3/patches/?state=13');
  assert.deepEqual([alone[0].id, alone[0].state, alone[0].submitter.id], [3, 'mainlined', 1]);
  const checks = await api.ask('/api/1.3/patches/807493/checks/');
  assert.deepEqual(
    checks.map(({ id, date }: { id: number; date: string }) => [id, date]),
    [
      [33, '2026-03-02T10:00:00.123456'],
      [34, '2026-03-02T10:00:00.123456'],
    ],
  );
  const [comment] = await api.ask('/api/1.3/patches/807493/comments/');
  assert.deepEqual([comment.id, comment.addressed], [12, true]);
  const [coverComment] = await api.ask('/api/1.3/covers/2/comments/');
  assert.deepEqual([coverComment.id, coverComment.addressed], [12, null]);
  const [bundle] = await api.ask('/api/1.3/bundles/');
  assert.deepEqual([bundle.id, bundle.owner.id], [5, 7]);
  assert.deepEqual(
    bundle.patches.map(({ id }: { id: number }) => id),
    [807494, 807493],
  );
  assert.equal((await api.ask('/api/1.3/series/501/')).cover_letter.id, 2);
});

test('imported before, after or between two halves of the mail, a site gives the same answers', async (context) => {
  const answers = [];
  for (const before of [0, 7, 3]) {
    const api = await openApi(context);
    // Lists get the numbers 1 and 2 the other way round, patches and people some that the site has.
    await storeAll(api.database, siteMail.slice(0, before));
    await importFiles(context, api.database);
    for (const raw of siteMail.slice(before).toReversed()) await storeAll(api.database, [raw]);
    answers.push(await wholeAnswer(api));
  }
  assert.deepEqual(answers[1], answers[0]);
  assert.deepEqual(answers[2], answers[0]);
});

test('an import that is repeated changes nothing, not even what people did since', async (context) => {
  const api = await openApi(context);
  await storeAll(api.database, siteMail.slice(0, 4));
  await importFiles(context, api.database);
  await api.database.query('UPDATE patchloom.patch SET state_id = 4 WHERE id = 807493');
  const once = JSON.stringify(await rowsOfAll(api.database));
  await importFiles(context, api.database);
  assert.equal(JSON.stringify(await rowsOfAll(api.database)), once);

  await storeAll(api.database, siteMail);
  assert.equal((await api.ask('/api/1.3/patches/807493/')).state, 'rejected');
});

test('a newer state of the site comes with a second import', async (context) => {
  const api = await openApi(context);
  await storeAll(api.database, siteMail);
  await importFiles(context, api.database);
  const [first, second] = siteFiles['patches-1.json']!;
  await importFiles(context, api.database, {
    ...siteFiles,
    'patches-1.json': [{ ...first, state: 'superseded' }, second!],
    'series-1.json': [],
    'bundles-1.json': [{ ...siteFiles['bundles-1.json']![0], patches: [first] }],
  });
  assert.equal((await api.ask('/api/1.3/patches/807493/')).state, 'superseded');
  assert.equal((await api.ask('/api/1.3/bundles/5/')).patches.length, 1);
});

test('what the site did not know has numbers above its own, and gives way where it has one of them', async (context) => {
  const api = await openApi(context);
  const early = sampleMail({
    id: 'e',
    subject: '[PATCH] gauge: early',
    minute: 20,
    body: patchText('early'),
  });
  const filler = [1, 2, 3].map((n) =>
    sampleMail({
      id: `f${n}`,
      subject: `[PATCH] fill ${n}`,
      minute: 30 + 60 * n,
      body: patchText(`f${n}`),
    }),
  );
  await storeAll(api.database, [early, ...filler]);
  // Asked in the database: the API keeps projects for a moment, and no daemon runs during an import.
  const { rows: numbers } = await api.database.query(
    `SELECT p.id FROM patchloom.patch p JOIN patchloom.message m ON m.id = p.message WHERE m.message_id = '<f1@brook.example>'`,
  );
  assert.deepEqual(numbers, [{ id: 2 }], 'a number of the site');
  await importFiles(context, api.database);
  await storeAll(api.database, siteMail);
  await storeAll(api.database, [
    sampleMail({ id: 'n', subject: '[PATCH] gauge: new', minute: 500, body: patchText('new') }),
  ]);

  for (const id of ['f1', 'f2', 'n']) {
    const [{ id: ownNumber, series }] = await api.ask(
      `/api/1.3/patches/?msgid=${id}@brook.example`,
    );
    assert.ok(ownNumber > 807494, `${id} has ${ownNumber}`);
    if (id === 'n') assert.ok(series[0].id > 501);
  }
  assert.equal((await api.ask('/api/1.3/patches/2/')).msgid, '<x@brook.example>');
  assert.equal(
    (await api.ask('/api/1.3/patches/?msgid=e@brook.example'))[0].id,
    1,
    'nobody else has it',
  );
  const { rows } = await api.database.query(
    'SELECT count(*) FROM patchloom.patch p JOIN patchloom.message m ON m.id = p.message WHERE p.id <> m.public_id',
  );
  assert.equal(rows[0].count, 0);
});

test('two series of the site for one posting: the first keeps its number, the other leads to it', async (context) => {
  const [cover] = siteFiles['covers-1.json']!;
  const [first, second] = siteFiles['patches-1.json']!;
  const files = {
    ...siteFiles,
    'covers-1.json': [{ ...cover, series: [{ id: 600 }] }],
    'patches-1.json': [
      { ...first, series: [{ id: 501 }] },
      { ...second, series: [{ id: 501 }] },
    ],
    'series-1.json': [],
  };
  for (const isFirst of [true, false]) {
    const api = await openApi(context);
    if (isFirst) await importFiles(context, api.database, files);
    for (const raw of siteMail.toReversed()) await storeAll(api.database, [raw]);
    if (!isFirst) await importFiles(context, api.database, files);
    assert.equal((await api.ask('/api/1.3/series/501/')).patches.length, 2);
    const moved = await api.fetch('/api/1.3/series/600/');
    assert.equal(moved.headers.get('location'), `${api.site}/api/1.3/series/501/`);
  }
});

test('of two messages with one Message-ID the one that came first keeps the number, and both are stored', async (context) => {
  const api = await openApi(context);
  await importFiles(context, api.database);
  const copies = ['one', 'two', 'three', 'four'].map((change) =>
    sampleMail({ id: 'b', subject: '[PATCH] gauge: alone', body: patchText(change) }),
  );
  for (const raw of copies) await storeAll(api.database, [raw]);
  const patches = await api.ask('/api/1.3/patches/?msgid=b@brook.example&order=id');
  const numbers: number[] = patches.map(({ id }: { id: number }) => id);
  assert.equal(numbers[0], 3);
  assert.equal(new Set(numbers).size, 4);
  assert.ok(numbers.slice(1).every((number) => number > 807494));
  const states = patches.map(({ state }: { state: string }) => state);
  assert.deepEqual(
    states,
    ['mainlined', 'new', 'new', 'new'],
    'what was said is said of one of them',
  );
});

const badFiles: readonly [name: string, text: string, expected: RegExp][] = [
  ['a page that is cut off', '[\n {"id": 1},\n {"id"', /users-1\.json, line 3: no JSON/],
  [
    'a line that is cut off',
    '{"id": 1, "username": "a"}\n{"id": 2, "user',
    /users-1\.json, line 2: no JSON/,
  ],
];

for (const [name, text, expected] of badFiles) {
  test(`${name} is refused with file and line, and nothing is left of the rest`, async (context) => {
    const { database } = await openApi(context);
    const folder = await writtenSite(siteFiles);
    context.after(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'users-1.json'), text);
    await assert.rejects(importSite(database, readPatchworkSite(folder)), expected);
    const { rows } = await database.query('SELECT count(*) FROM patchloom.mailing_list');
    assert.equal(rows[0].count, 0);
  });
}

test('without states, users and people in the source, these come from what the patches say', async (context) => {
  const api = await openApi(context);
  const { notes } = await importFiles(context, api.database, {
    'patches-1.json': [...siteFiles['patches-1.json']!, ...siteFiles['patches-2.json']!],
    'other.json': [{ id: 1 }],
    'checks-1.json': [{ id: 33, state: 'fail' }],
  });
  await storeAll(api.database, siteMail);
  const patch = await api.ask('/api/1.3/patches/3/');
  assert.deepEqual([patch.state, patch.submitter.id, patch.project.id], ['mainlined', 1, 2]);
  assert.equal((await api.ask('/api/1.3/patches/807493/')).delegate.id, 7);
  assert.match(notes.join('\n'), /other\.json: a file of no known name/);
  assert.match(notes.join('\n'), /1 not understood: checks: one without the url/);
  assert.match(notes.join('\n'), /2 states have no number/);
});

/** All rows of all tables, in an order of their own. */
async function rowsOfAll(database: Database): Promise<unknown> {
  const { rows: tables } = await database.query(
    `SELECT relname FROM pg_class WHERE relnamespace = 'patchloom'::regnamespace AND relkind = 'r' ORDER BY 1`,
  );
  const all: Record<string, unknown> = {};
  for (const { relname } of tables) {
    const { rows } = await database.query(
      `SELECT t::text AS row FROM patchloom.${relname} t ORDER BY 1`,
    );
    all[relname] = rows;
  }
  return all;
}
