import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { ApiError } from '../../src/http/api-error.ts';
import { openApi } from '../support/api-scene.ts';
import type { ApiScene } from '../support/api-scene.ts';
import { storeAll } from '../support/index-mail.ts';
import { mail, patchMail } from './review-mail.ts';

/** A series of two with a cover letter, and two users, who authenticate by their names. */
async function openReview(context: TestContext): Promise<ApiScene> {
  const api = await openApi(context, {
    authenticate: async (authorization) => {
      const userId = ['ada', 'bo'].indexOf(authorization) + 1;
      if (userId === 0) throw new ApiError(403, { detail: 'Invalid token.' });
      return { userId, username: authorization, isSuperuser: false };
    },
  });
  const answer = { 'In-Reply-To': '<c@x.example>' };
  await storeAll(api.database, [
    mail('<c@x.example>', '[PATCH v2 0/2] lib: two', 'Both.\n'),
    patchMail('<1@x.example>', '[PATCH v2 1/2] lib: one', answer),
    patchMail('<2/2@x.example>', '[PATCH v2 2/2] lib: two', answer),
  ]);
  await api.database.query(
    `INSERT INTO patchloom.app_user (id, username, email) VALUES (1, 'ada', 'ada@brook.example'), (2, 'bo', 'bo@lake.example');
     INSERT INTO patchloom.bundle (id, mailing_list_id, owner_id, name, is_public) VALUES (1, 1, 1, 'open', true), (2, 1, 1, 'secret one', false);
     INSERT INTO patchloom.bundle_patch SELECT b.id, 1, p.id FROM patchloom.bundle b, patchloom.patch p WHERE p.id = (SELECT max(id) FROM patchloom.patch)`,
  );
  return api;
}

async function statusAs(api: ApiScene, who: string | null, path: string): Promise<number> {
  const headers = who === null ? {} : { Authorization: who };
  const response = await api.fetch(path, { headers });
  await response.arrayBuffer();
  return response.status;
}

test('people and users are shown to users alone, settings to oneself', async (context) => {
  const api = await openReview(context);
  for (const path of ['/api/people/', '/api/users/', '/api/users/1/', '/api/people/1/']) {
    const refused = await api.ask(path, 403);
    assert.deepEqual(refused, { detail: 'Authentication credentials were not provided.' });
    assert.equal(await statusAs(api, 'bo', path), 200);
  }
  const settings = async (who: string): Promise<unknown> => {
    const response = await api.fetch('/api/users/1/', { headers: { Authorization: who } });
    return JSON.parse(await response.text()).settings;
  };
  assert.equal(await settings('bo'), undefined);
  assert.deepEqual(await settings('ada'), {
    send_email: false,
    items_per_page: 100,
    show_ids: false,
  });
});

test('a private bundle is there for its owner alone', async (context) => {
  const api = await openReview(context);
  for (const path of ['/api/bundles/2/', '/bundle/ada/secret%20one/mbox/']) {
    assert.equal(await statusAs(api, null, path), 404);
    assert.equal(await statusAs(api, 'bo', path), 404);
    assert.equal(await statusAs(api, 'ada', path), 200);
  }
  assert.equal((await api.ask('/api/bundles/')).length, 1);
  assert.equal((await api.ask('/api/bundles/?public=false')).length, 0);
  const [bundle] = await api.ask('/api/bundles/?owner=ADA&q=open');
  assert.equal(bundle.patches[0].msgid, '<2/2@x.example>');
  const mbox = await api.fetch(new URL(bundle.mbox).pathname);
  assert.equal(mbox.headers.get('Content-Disposition'), 'attachment; filename=bundle-1-open.mbox');
});

test('a series has its cover letter and its patches', async (context) => {
  const api = await openReview(context);
  const [series] = await api.ask('/api/series/?project=review&q=two');
  assert.equal(series.name, 'lib: two');
  assert.deepEqual(
    [series.version, series.total, series.received_total, series.received_all],
    [2, 2, 2, true],
  );
  assert.equal(series.cover_letter.msgid, '<c@x.example>');
  assert.equal(series.patches.length, 2);
  assert.equal(series.dependencies, undefined);
  const mbox = await (await api.fetch(`/series/${series.id}/mbox/`)).text();
  assert.deepEqual(mbox.match(/^Subject: .*$/gm), [
    'Subject: [PATCH v2 1/2] lib: one',
    'Subject: [PATCH v2 2/2] lib: two',
  ]);
  const cover = series.cover_letter.url.slice(api.site.length);
  assert.equal((await api.ask(cover)).content, 'Both.');
  assert.equal((await api.ask(`/api/covers/?series=${series.id}`)).length, 1);
  assert.deepEqual(await api.ask('/api/covers/?series=999'), []);
});

test('the number of a series that was joined with another leads to that one', async (context) => {
  const api = await openReview(context);
  const [{ id }] = await api.ask('/api/series/');
  await api.database.query(
    'INSERT INTO patchloom.series_redirect SELECT 900, 901, s.id FROM patchloom.series s',
  );
  const moved = await api.fetch('/api/1.3/series/901/');
  assert.equal(moved.status, 301);
  assert.equal(moved.headers.get('Location'), `${api.site}/api/1.3/series/${id}/`);
  assert.equal(
    (await api.fetch('/series/901/mbox/')).headers.get('Location'),
    `/series/${id}/mbox/`,
  );
  await api.ask('/api/series/902/', 404);
});

test('dependencies are shown by projects that want it, from version 1.4 on', async (context) => {
  const api = await openReview(context);
  await api.database.query('UPDATE patchloom.mailing_list SET show_dependencies = true');
  const body = 'Depends-on: <1@x.example>\n';
  await storeAll(api.database, [
    mail('<d@x.example>', '[PATCH 0/1] doc: more', body, {
      Date: 'Fri, 09 Oct 2020 12:00:00 +0000',
    }),
  ]);
  const [base, more] = await api.ask('/api/series/?order=date');
  assert.deepEqual(more.dependencies, [base.url]);
  assert.deepEqual(base.dependents, [more.url]);
  const [older] = await api.ask('/api/1.3/series/');
  assert.equal(older.dependencies, undefined);
});

test('checks of a patch are found by user, state and context', async (context) => {
  const api = await openReview(context);
  const [{ id }] = await api.ask('/api/patches/');
  await api.database.query(
    `INSERT INTO patchloom.patch_check (patch_id, user_id, state, context, created_at) VALUES
       ($1, 1, 'fail', 'lint', '2020-10-09T12:00:00.5Z'), ($1, 2, 'success', 'build', '2020-10-10T12:00:00Z')`,
    [id],
  );
  const contexts = async (query: string): Promise<string[]> => {
    const checks = await api.ask<{ context: string }[]>(`/api/patches/${id}/checks/?${query}`);
    return checks.map((check) => check.context);
  };
  assert.deepEqual(await contexts('order=-date'), ['build', 'lint']);
  assert.deepEqual(await contexts('user=ada'), ['lint']);
  assert.deepEqual(await contexts('state=success&context=build'), ['build']);
  assert.deepEqual(await contexts('state=nonsense'), []);
  assert.deepEqual(await contexts('since=2020-10-10'), ['build']);
  const [lint] = await api.ask(`/api/patches/${id}/checks/`);
  assert.equal(lint.date, '2020-10-09T12:00:00.500000');
  assert.deepEqual(await api.ask(lint.url.slice(api.site.length)), lint);
  await api.ask('/api/patches/999999/checks/', 404);
});

test('projects are found by name in any case, and searched in all their addresses', async (context) => {
  const api = await openReview(context);
  assert.equal((await api.ask('/api/projects/Review/')).list_id, 'review.lists.example');
  assert.equal((await api.ask('/api/projects/1/')).link_name, 'review');
  assert.equal((await api.ask('/api/projects/?q=LISTS.example')).length, 1);
  assert.deepEqual(await api.ask('/api/projects/?q=none'), []);
  await api.ask('/api/projects/none/', 404);
});

test('addresses for people lead on, by number or message-id', async (context) => {
  const api = await openReview(context);
  const [, patch] = await api.ask('/api/patches/');
  const [cover] = await api.ask('/api/covers/');
  const location = async (path: string): Promise<string | null> =>
    (await api.fetch(path)).headers.get('Location');
  const page = '/project/review/patch/2%2F2@x.example/';
  assert.equal(await location(`/patch/${patch.id}/`), page);
  assert.equal(await location(`/patch/${patch.id}/mbox/`), `${page}mbox/`);
  assert.equal(await location(`/patch/${patch.id}/raw/`), `${page}raw/`);
  assert.equal(await location(page), `/api/patches/${patch.id}/`);
  assert.equal(
    await location('/project/review/cover/2%2F2@x.example/'),
    `/api/patches/${patch.id}/`,
  );
  assert.equal(
    await location(`/cover/${cover.id}/mbox/`),
    '/project/review/cover/c@x.example/mbox/',
  );
  assert.equal((await api.fetch('/patch/999999/')).status, 404);
  await api.database.query(
    `UPDATE patchloom.mailing_list SET list_archive_url_format = 'https://lore.example/{}'`,
  );
  const raw = await (await api.fetch(`${page}raw/`)).text();
  assert.match(raw, /^diff --git a\/a\.c b\/a\.c\n/);
});

test('a patch with the earlier ones of its series, and only of its own series', async (context) => {
  const api = await openReview(context);
  const [{ id }] = await api.ask('/api/series/');
  const subjects = async (path: string): Promise<number> => {
    const response = await api.fetch(path);
    const text = await response.text();
    return response.status === 200 ? (text.match(/^Subject: /gm)?.length ?? 0) : response.status;
  };
  const mbox = (patch: string): string => `/project/review/patch/${patch}@x.example/mbox/`;
  assert.equal(await subjects(`${mbox('1')}?series=*`), 1);
  assert.equal(await subjects(`${mbox('2%2F2')}?series=${id}`), 2);
  assert.equal(await subjects(`${mbox('2%2F2')}?series=999`), 404);
  assert.equal(await subjects(`${mbox('2%2F2')}?series=x`), 404);
});

const nonsense = [
  '%00',
  '%FF',
  "'",
  '"',
  '99999999999999999999',
  '-1',
  '0000-01-01',
  '0000-01-01_1',
  '0000-01-01T00:00%2B14:00',
  '9999-12-31T23:00-14:00',
  '%F0%9F%98%80',
  'a'.repeat(1500),
];

const places = [
  (text: string) => `/api/patches/?project=${text}&state=${text}`,
  (text: string) => `/api/patches/?submitter=${text}`,
  (text: string) => `/api/patches/?delegate=${text}&hash=${text}`,
  (text: string) => `/api/patches/?msgid=${text}`,
  (text: string) => `/api/patches/?series=${text}&since=${text}`,
  (text: string) => `/api/patches/?q=${text}`,
  (text: string) => `/api/covers/?q=${text}&series=${text}`,
  (text: string) => `/api/series/?q=${text}&order=${text}`,
  (text: string) => `/api/events/?category=${text}`,
  (text: string) => `/api/events/?actor=${text}&patch=${text}&series=${text}`,
  (text: string) => `/api/bundles/?owner=${text}&q=${text}`,
  (text: string) => `/api/projects/?q=${text}`,
  (text: string) => `/api/patches/?cursor=${text}&order=date`,
  (text: string) => `/api/patches/?page=${text}&per_page=${text}`,
  (text: string) => `/api/patches/?since=${text}&before=${text}`,
  (text: string) => `/api/patches/${text}/`,
  (text: string) => `/api/series/${text}/`,
  (text: string) => `/api/covers/${text}/comments/`,
  (text: string) => `/api/patches/1/checks/${text}/`,
  (text: string) => `/api/projects/${text}/`,
  (text: string) => `/api/users/${text}/`,
  (text: string) => `/project/${text}/patch/${text}/mbox/`,
  (text: string) => `/project/review/patch/${text}/raw/`,
  (text: string) => `/bundle/${text}/${text}/mbox/`,
  (text: string) => `/series/${text}/mbox/`,
  (text: string) => `/comment/${text}/`,
];

test('no nonsense in a request is a failure of the server', async (context) => {
  const api = await openReview(context);
  for (const place of places) {
    for (const text of nonsense) {
      const path = place(text);
      const status = await statusAs(api, 'ada', path);
      assert.ok([200, 400, 404, 414].includes(status), `${status} for ${path.slice(0, 200)}`);
    }
  }
});
