import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { openApi } from '../support/api-scene.ts';
import type { ApiScene } from '../support/api-scene.ts';
import { storeAll } from '../support/index-mail.ts';
import { mail, patchMail } from './review-mail.ts';

/** A series of two by Ada with a cover letter, a patch of Bo's, and a comment. */
async function openReview(context: TestContext): Promise<ApiScene> {
  const api = await openApi(context);
  const bo = { From: 'Bo Lake <bo@lake.example>', Date: 'Thu, 08 Oct 2020 12:00:00 +0000' };
  const answer = { 'In-Reply-To': '<c@x.example>', References: '<c@x.example>' };
  await storeAll(api.database, [
    mail('<c@x.example>', '[PATCH 0/2] lib: two', 'Both.\n'),
    patchMail('<1@x.example>', '[PATCH 1/2] lib: one', answer),
    patchMail('<2@x.example>', '[PATCH 2/2] lib: 50% more', answer),
    patchMail('<b@x.example>', '[PATCH] doc: other', bo),
    mail('<r@x.example>', 'Re: [PATCH 1/2] lib: one', 'Acked-by: Bo Lake <bo@lake.example>\n', {
      ...bo,
      'In-Reply-To': '<1@x.example>',
    }),
  ]);
  return api;
}

/** Names of the patches that a query finds. */
async function names(api: ApiScene, query: string): Promise<string[]> {
  const patches = await api.ask<{ name: string }[]>(`/api/patches/?${query}`);
  return patches.map(({ name }) => name);
}

const [one, two, other] = ['[1/2] lib: one', '[2/2] lib: 50% more', 'doc: other'];

const queries: readonly [query: string, found: readonly string[]][] = [
  ['', [one, two, other]],
  ['order=-id', [other, two, one]],
  ['order=-date', [other, two, one]],
  ['order=name', [one, two, other]],
  ['order=nonsense', [one, two, other]],
  ['project=review', [one, two, other]],
  ['project=REVIEW&project=1', [one, two, other]],
  ['project=none', []],
  ['project=review&project=none', []],
  ['submitter=BO@lake.example', [other]],
  ['submitter=bo@lake.example&submitter=ada@brook.example', [one, two, other]],
  ['submitter=nobody@lake.example', []],
  ['delegate=nobody', []],
  ['state=new', [one, two, other]],
  ['state=Under-Review', []],
  ['state=1&state=rfc', [one, two, other]],
  ['state=new&state=nonsense', []],
  ['archived=FALSE', [one, two, other]],
  ['archived=true', []],
  ['archived=maybe', [one, two, other]],
  ['msgid=b@x.example', [other]],
  ['msgid=%3Cb@x.example%3E', []],
  ['hash=zzz', []],
  ['since=2020-10-08', [other]],
  ['since=2020-10-08T12:00:00', [other]],
  ['since=2020-10-08T12:00:01', []],
  ['since=2020-10-08T14:00:00+02:00', [other]],
  ['before=2020-10-08T12:00:00', [one, two]],
  ['since=yesterday', []],
  ['since=2020-13-01', []],
  ['q=LIB', [one, two]],
  ['q=one+lib', [one]],
  ['q=50%25', [two]],
  ['q=5_%25', []],
  ['series=999999999', []],
  ['series=x', []],
  ['page=last&per_page=2', [other]],
];

test('patches are found by what they are asked for', async (context) => {
  const api = await openReview(context);
  for (const [query, found] of queries) {
    assert.deepEqual(await names(api, query), found, query);
  }
  const [series] = await api.ask('/api/series/?order=id');
  assert.deepEqual(await names(api, `series=${series.id}`), [one, two]);
  const [{ hash }] = await api.ask('/api/patches/');
  assert.deepEqual(await names(api, `hash=${hash.toUpperCase()}`), [one, two, other]);
});

test('filters of a later version are passed over', async (context) => {
  const api = await openReview(context);
  assert.equal((await api.ask('/api/1.1/patches/?hash=zzz&msgid=x')).length, 3);
});

/** Number of the last page with one row on each: how clients count. */
async function lastPage(api: ApiScene, query: string): Promise<number> {
  const response = await api.fetch(`/api/patches/?per_page=1&${query}`);
  await response.arrayBuffer();
  return Number(
    /[?&]page=([0-9]+)[^>]*>; rel="last"/.exec(response.headers.get('Link') ?? '')?.[1],
  );
}

test('the number of pages follows states, archiving and hiding', async (context) => {
  const api = await openReview(context);
  const { database } = api;
  assert.equal(await lastPage(api, ''), 3);
  await database.query(
    `UPDATE patchloom.patch SET state_id = 3 WHERE id = (SELECT min(id) FROM patchloom.patch)`,
  );
  assert.equal(await lastPage(api, 'state=accepted'), 1);
  assert.equal(await lastPage(api, 'state=new&project=review'), 2);
  await database.query('UPDATE patchloom.patch SET archived = true WHERE state_id = 1');
  assert.equal(await lastPage(api, 'archived=true'), 2);
  await database.query('UPDATE patchloom.patch SET is_shown = false WHERE archived');
  assert.equal(await lastPage(api, ''), 1);
  await database.query('DELETE FROM patchloom.patch WHERE archived');
  assert.equal(await lastPage(api, ''), 1);
  assert.equal(await lastPage(api, 'q=lib'), 1);
});

test('a page past the end is 404', async (context) => {
  const api = await openReview(context);
  for (const query of ['page=2', 'page=2&project=none', 'page=4&per_page=1&q=lib', 'page=x']) {
    assert.deepEqual(await api.ask(`/api/patches/?${query}`, 404), { detail: 'Invalid page.' });
  }
});

test('patches that are not there, or are none any more, are 404', async (context) => {
  const api = await openReview(context);
  const [{ id }] = await api.ask('/api/patches/');
  await api.database.query('UPDATE patchloom.patch SET is_shown = false WHERE id = $1', [id]);
  for (const name of [id, '0', 'x', '99999999999999999999', '-1', '%00']) {
    assert.deepEqual(await api.ask(`/api/patches/${name}/`, 404), { detail: 'Not found.' });
  }
});

test('a patch names its delegate and its relatives, itself left out', async (context) => {
  const api = await openReview(context);
  await api.database.query(
    `INSERT INTO patchloom.app_user (id, username, email) VALUES (7, 'di', 'di@b.example');
     INSERT INTO patchloom.patch_relation DEFAULT VALUES;
     UPDATE patchloom.patch SET delegate_id = 7, relation_id = 1`,
  );
  const [first] = await api.ask('/api/patches/?delegate=DI');
  assert.equal(first.delegate.username, 'di');
  assert.deepEqual(
    first.related.map(({ name }: { name: string }) => name),
    [two, other],
  );
});

test('a comment is found below its patch, and what it says of it is in the mbox', async (context) => {
  const api = await openReview(context);
  const [patch] = await api.ask('/api/patches/?q=one');
  const [comment] = await api.ask(`/api/patches/${patch.id}/comments/?q=one`);
  assert.equal(comment.addressed, null);
  assert.equal(comment.subject, 'Re: [PATCH 1/2] lib: one');
  await api.database.query(
    'INSERT INTO patchloom.comment_review SELECT id, true FROM patchloom.message WHERE public_id = $1',
    [comment.id],
  );
  const path = comment.url.slice(api.site.length);
  assert.equal((await api.ask(path)).addressed, true);
  assert.deepEqual(await api.ask(`/api/patches/${patch.id}/comments/?q=none`), []);
  await api.ask(`/api/patches/${patch.id}/comments/${patch.id}/`, 404);
  await api.ask('/api/patches/999999/comments/', 404);
  const mbox = await (await api.fetch(new URL(patch.mbox).pathname)).text();
  assert.match(mbox, /\nSigned-off-by: Ada [^\n]*\nAcked-by: Bo Lake <bo@lake\.example>\n---\n/);
});

for (const order of ['id', '-id', 'date', '-date']) {
  test(`cursors lead through all patches in the order ${order}`, async (context) => {
    const api = await openReview(context);
    const found: string[] = [];
    let path: string | undefined = `/api/patches/?cursor=&per_page=1&order=${order}`;
    while (path !== undefined && found.length < 10) {
      const response = await api.fetch(path);
      for (const { name } of JSON.parse(await response.text())) found.push(name);
      const next = /<([^>]+)>; rel="next"/.exec(response.headers.get('Link') ?? '')?.[1];
      path = next?.slice(api.site.length);
    }
    assert.deepEqual(found, await names(api, `order=${order}`));
  });
}

test('a cursor that no page gave is refused', async (context) => {
  const api = await openReview(context);
  for (const cursor of ['x', '1_2', '_1', '2020-10-07_x']) {
    const refusal = await api.ask(`/api/patches/?cursor=${cursor}`, 400);
    assert.deepEqual(refusal, { cursor: ['Invalid cursor.'] });
  }
});
