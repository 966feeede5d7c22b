import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Database } from '../../src/store/database.ts';
import { openApi } from '../support/api-scene.ts';
import type { ApiScene } from '../support/api-scene.ts';
import { storeCorpus } from '../support/corpus-database.ts';
import { corpusSkip } from '../support/corpus.ts';
import { assertSameRows } from '../support/first-difference.ts';

type Document = Readonly<Record<string, unknown>>;

/** Documents as text, so that the order of keys counts. */
function texts(documents: readonly Document[]): string[] {
  return documents.map((document) => JSON.stringify(document));
}

/** The documents of a view in order of id, as role patchloom_reader reads them. */
async function documentsOf(
  { database, site }: ApiScene,
  view: string,
  condition = 'true',
): Promise<Document[]> {
  const client = await database.connect();
  try {
    await client.query(`SET ROLE patchloom_reader; SET patchloom.public_url = '${site}'`);
    const { rows } = await client.query<{ doc: Document }>(
      `SELECT doc FROM api.${view} WHERE ${condition} ORDER BY id`,
    );
    return rows.map(({ doc }) => doc);
  } finally {
    client.release(true);
  }
}

/** All pages of a list of the API, as a user who has logged in. */
async function wholeList(api: ApiScene, path: string): Promise<Document[]> {
  const all: Document[] = [];
  for (let page = 1; ; page += 1) {
    const headers = { Authorization: 'Token ofci' };
    const answer = await api.fetch(`${path}page=${page}&per_page=250`, { headers });
    assert.equal(answer.status, 200);
    all.push(...JSON.parse(await answer.text()));
    if (answer.headers.get('Link')?.includes('rel="next"') !== true) return all;
  }
}

/** What people and programs say, on some of the patches. */
async function addReviewData(database: Database): Promise<void> {
  await database.query(
    `INSERT INTO patchloom.app_user (username, first_name, email)
       VALUES ('ci', '', ''), ('ada', 'Ada', 'ada@brook.example');
     UPDATE patchloom.person SET user_id = 2 WHERE id = 3;
     INSERT INTO patchloom.maintainer VALUES (1, 2);
     INSERT INTO patchloom.patch_relation SELECT FROM generate_series(1, 2);
     UPDATE patchloom.patch SET state_id = 3, archived = true, commit_ref = '0123abcd' WHERE id % 5 = 0;
     UPDATE patchloom.patch SET delegate_id = 2, check_state = 'fail' WHERE id % 7 = 0;
     UPDATE patchloom.patch SET pull_url = 'https://brook.example/moved' WHERE id % 11 = 0;
     UPDATE patchloom.patch SET relation_id = id % 2 + 1 WHERE id < 50;
     INSERT INTO patchloom.patch_check (patch_id, user_id, state, context)
       SELECT id, 1, 'fail', 'build' FROM patchloom.patch WHERE id % 7 = 0;
     INSERT INTO patchloom.comment_review (message, addressed)
       SELECT id, id % 2 = 0 FROM patchloom.message WHERE kind = 'comment' AND id % 3 = 0;
     SELECT patchloom.append_events(json_agg(e)) FROM (
       SELECT 'patch-state-changed' AS category, 1 AS mailing_list_id, 2 AS actor_id, message AS patch,
         NULL::bigint AS check_id, '{"previous_state": "new", "current_state": "accepted"}'::json AS details
       FROM patchloom.patch WHERE id % 5 = 0
       UNION ALL
       SELECT 'patch-delegated', 1, 2, message, NULL, '{"previous_delegate": null, "current_delegate": 2}'
       FROM patchloom.patch WHERE id % 7 = 0
       UNION ALL
       SELECT 'patch-relation-changed', 1, 2, message, NULL, NULL FROM patchloom.patch WHERE id < 50
       UNION ALL
       SELECT 'check-created', 1, 1, p.message, c.id, NULL
       FROM patchloom.patch_check c JOIN patchloom.patch p ON p.id = c.patch_id
     ) e`,
  );
}

/** Asks the API for each of a view's documents by its own address and compares the two. */
async function assertSameDetails(api: ApiScene, view: string): Promise<void> {
  const documents = await documentsOf(api, view);
  assert.ok(documents.length > 50, view);
  const answers: Document[] = [];
  for (const { url } of documents) {
    answers.push(await api.ask(String(url).slice(api.site.length)));
  }
  assertSameRows(texts(documents), texts(answers), view);
}

test(
  'every document of 3,000 real messages is what the REST API answers, key for key',
  { skip: corpusSkip },
  async (context) => {
    const ci = { userId: 1, username: 'ci', isSuperuser: false };
    const api = await openApi(context, { authenticate: async () => ci });
    await storeCorpus(api.database, 3_000);
    await addReviewData(api.database);
    for (const view of ['patch_v1_3', 'cover_v1_3', 'series_v1_3', 'comment_v1_3']) {
      await context.test(view, async () => assertSameDetails(api, view));
    }
    for (const [view, path] of [
      ['patch_list_v1_3', '/api/1.3/patches/?'],
      ['cover_list_v1_3', '/api/1.3/covers/?'],
      ['series_v1_3', '/api/1.3/series/?'],
      ['event_v1_3', '/api/1.3/events/?order=date&'],
      ['project_v1_3', '/api/1.3/projects/?'],
      ['person_v1_3', '/api/1.3/people/?'],
    ] as const) {
      await context.test(`${view} as lists have it`, async () => {
        const documents = await documentsOf(api, view);
        assertSameRows(texts(documents), texts(await wholeList(api, path)), view);
      });
    }
  },
);
