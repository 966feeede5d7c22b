import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Database } from '../../src/store/database.ts';
import { storeAll } from '../support/index-mail.ts';
import { messageIdOf, patchText, sampleMail } from '../support/sample-mail.ts';
import type { SampleMail } from '../support/sample-mail.ts';
import { openTestDatabase } from '../support/test-database.ts';

type Document = Readonly<Record<string, unknown>>;

const site = 'https://patches.example.org';

async function openList(context: TestContext, mails: readonly SampleMail[]): Promise<Database> {
  const { database } = await openTestDatabase(context);
  await storeAll(database, mails.map(sampleMail));
  return database;
}

const series: readonly SampleMail[] = [
  { id: 'a0', subject: '[PATCH 0/2] gauge' },
  { id: 'a1', subject: '[PATCH 1/2] float', references: ['a0'], body: patchText('float') },
  { id: 'a2', subject: '[PATCH 2/2] dial', references: ['a0'], body: patchText('dial') },
  { id: 'r1', subject: 'Re: [PATCH 1/2] float', references: ['a1'], from: 'ben@ortiz.example' },
];

const user = {
  id: 1,
  url: `${site}/api/1.3/users/1/`,
  username: 'ben',
  first_name: 'Ben',
  last_name: '',
  email: 'ben@ortiz.example',
};

const addUser = `INSERT INTO patchloom.app_user (username, first_name, email, password_hash)
  VALUES ('ben', 'Ben', 'ben@ortiz.example', 'secret')`;

/** Documents of a view by id, as role patchloom_reader reads them. */
async function documents(
  database: Database,
  view: string,
  setting: string = site,
): Promise<Document[]> {
  const client = await database.connect();
  try {
    await client.query('SET ROLE patchloom_reader');
    await client.query(`SELECT set_config('patchloom.public_url', $1, false)`, [setting]);
    const { rows } = await client.query<{ doc: Document }>(
      `SELECT doc FROM api.${view} ORDER BY id`,
    );
    return rows.map(({ doc }) => doc);
  } finally {
    client.release(true);
  }
}

/** The document of one message. */
async function documentOf(database: Database, view: string, id: string): Promise<Document> {
  const found = await documents(database, view);
  const document = found.find(({ msgid }) => msgid === messageIdOf(id));
  assert.ok(document, `${view} has ${id}`);
  return document;
}

test('a patch shows its state, delegate, commit, checks and related patches as they are now', async (context) => {
  const database = await openList(context, series);
  await database.query(`${addUser};
    INSERT INTO patchloom.patch_relation DEFAULT VALUES;
    UPDATE patchloom.patch SET state_id = 3, archived = true, delegate_id = 1, commit_ref = '0123abc', check_state = 'fail',
      relation_id = 1`);
  const [first, second] = await documents(database, 'patch_list_v1_3');
  assert.ok(first && second);
  assert.deepEqual(
    [first['state'], first['archived'], first['commit_ref'], first['check']],
    ['accepted', true, '0123abc', 'fail'],
  );
  assert.deepEqual(first['delegate'], user);
  const { id, url, web_url, msgid, list_archive_url, date, name, mbox } = second;
  assert.deepEqual(first['related'], [
    { id, url, web_url, msgid, list_archive_url, date, name, mbox },
  ]);
});

test('a comment shows whether it is addressed, and a person the user who has its address', async (context) => {
  const database = await openList(context, series);
  await database.query(`${addUser};
    UPDATE patchloom.person SET user_id = 1 WHERE email = 'ben@ortiz.example';
    INSERT INTO patchloom.comment_review (message, addressed)
    SELECT id, false FROM patchloom.message WHERE kind = 'comment'`);
  const comment = await documentOf(database, 'comment_v1_3', 'r1');
  assert.equal(comment['addressed'], false);
  const people = await documents(database, 'person_v1_3');
  assert.deepEqual(
    people.map((person) => [person['email'], person['user']]),
    [
      ['ada@brook.example', null],
      ['ben@ortiz.example', user],
    ],
  );
});

test('header fields that repeat, in any case, are a list at the place and with the name of the first', async (context) => {
  const trace = ['Received: by b', 'X-Note: one', 'RECEIVED: by a', '2: numbers keep their place'];
  const database = await openList(context, [
    { id: 'a1', subject: '[PATCH] float', trace, body: patchText('float') },
  ]);
  const { rows } = await database.query<{ text: string }>(
    `SELECT doc->>'headers' AS text FROM api.patch_v1_3`,
  );
  assert.match(
    rows[0]!.text,
    /^\{ "Received" : \["by b", "by a"\], "X-Note" : "one", "2" : "numbers keep their place", "From" : /,
  );
});

test('a message-id is escaped in addresses of the site and as it is in those of the archive', async (context) => {
  const database = await openList(context, [
    { id: 'a/b %c', subject: '[PATCH] float', body: patchText('float') },
  ]);
  await database.query(
    `UPDATE patchloom.mailing_list SET list_archive_url_format = 'https://lore.example/{}'`,
  );
  const patch = await documentOf(database, 'patch_list_v1_3', 'a/b %c');
  assert.equal(patch['mbox'], `${site}/project/brook-devel/patch/a%2Fb%20%25c@brook.example/mbox/`);
  assert.equal(patch['list_archive_url'], 'https://lore.example/a/b %c@brook.example');
});

test('addresses begin with patchloom.public_url, with or without a slash, else with this machine', async (context) => {
  const database = await openList(context, series);
  for (const [setting, base] of [
    ['https://patches.example.org/sub/', 'https://patches.example.org/sub'],
    ['', 'http://127.0.0.1:8000'],
  ]) {
    const [project] = await documents(database, 'project_v1_3', setting);
    assert.equal(project?.['url'], `${base}/api/1.3/projects/1/`);
  }
});

test('a message without a date shows when it came', async (context) => {
  const database = await openList(context, [
    { id: 'a1', subject: '[PATCH] float', minute: null, body: patchText('float') },
  ]);
  const { rows } = await database.query<{ at: string }>(
    `UPDATE patchloom.message SET received_at = '2026-03-02 09:00:00.25Z' RETURNING received_at AS at`,
  );
  assert.equal(rows.length, 1);
  await database.query(
    `UPDATE patchloom.patch p SET date = m.received_at FROM patchloom.message m WHERE m.id = p.message`,
  );
  const patch = await documentOf(database, 'patch_v1_3', 'a1');
  const [ofSeries] = await documents(database, 'series_v1_3');
  assert.equal(patch['date'], '2026-03-02T09:00:00.250000');
  assert.equal(ofSeries?.['date'], '2026-03-02T09:00:00.250000');
});

test('numbers that were imported from a Patchwork are those of the documents', async (context) => {
  const database = await openList(context, series);
  await database.query(
    `UPDATE patchloom.message SET public_id = public_id + 800000;
     UPDATE patchloom.patch SET id = id + 800000;
     UPDATE patchloom.series SET public_id = 552`,
  );
  const patch = await documentOf(database, 'patch_v1_3', 'a1');
  const comment = await documentOf(database, 'comment_v1_3', 'r1');
  const [ofSeries] = await documents(database, 'series_v1_3');
  assert.equal(patch['id'], 800_002);
  assert.equal(comment['url'], `${site}/api/1.3/patches/800002/comments/800004/`);
  assert.equal(ofSeries?.['mbox'], `${site}/series/552/mbox/`);
  const { rows } = await database.query(
    `SELECT p.id FROM api.patch p JOIN api.patch_v1_3 d ON d.id = p.public_id`,
  );
  assert.deepEqual(rows, [{ id: 2 }, { id: 3 }]);
});

/** Appends one event about the first patch and gives its payload. */
async function payloadOf(database: Database, event: object): Promise<unknown> {
  await database.query('SELECT patchloom.append_events($1)', [
    JSON.stringify([{ mailing_list_id: 1, actor_id: 1, patch: 2, ...event }]),
  ]);
  const last = (await documents(database, 'event_v1_3')).at(-1);
  assert.deepEqual(last?.['actor'], user);
  return last?.['payload'];
}

test('events of people and programs show who did it, what was and what is', async (context) => {
  const database = await openList(context, series);
  await database.query(`${addUser};
    INSERT INTO patchloom.patch_check (patch_id, user_id, created_at, state, context)
    VALUES (2, 1, '2026-03-02 10:00:00.5Z', 'fail', 'build')`);
  const [listed] = await documents(database, 'patch_list_v1_3');
  const { id, url, web_url, msgid, list_archive_url, date, name, mbox } = listed!;
  const patch = { id, url, web_url, msgid, list_archive_url, date, name, mbox };
  const states = { previous_state: 'new', current_state: 'accepted' };
  assert.deepEqual(
    await payloadOf(database, { category: 'patch-state-changed', details: states }),
    { patch, ...states },
  );
  const delegates = { previous_delegate: null, current_delegate: 1 };
  assert.deepEqual(await payloadOf(database, { category: 'patch-delegated', details: delegates }), {
    patch,
    previous_delegate: null,
    current_delegate: user,
  });
  assert.deepEqual(await payloadOf(database, { category: 'patch-relation-changed' }), {
    patch,
    previous_relation: null,
    current_relation: null,
  });
  assert.deepEqual(await payloadOf(database, { category: 'check-created', check_id: 1 }), {
    patch,
    check: {
      id: 1,
      url: `${site}/api/1.3/patches/2/checks/1/`,
      date: '2026-03-02T10:00:00.500000',
      state: 'fail',
      target_url: null,
      context: 'build',
    },
  });
});

test('an event about a series that was joined with another shows the other', async (context) => {
  const database = await openList(context, series);
  await database.query(
    `INSERT INTO patchloom.series_redirect (former_id, former_public_id, series_id)
     SELECT 99, 99, id FROM patchloom.series;
     SELECT patchloom.append_events('[{"category": "series-completed", "mailing_list_id": 1, "series_id": 99}]')`,
  );
  const last = (await documents(database, 'event_v1_3')).at(-1);
  assert.match(JSON.stringify(last?.['payload']), /"name":"gauge"/);
  const { rows } = await database.query(
    'SELECT series_id, present_series_id FROM api.event ORDER BY seq DESC LIMIT 1',
  );
  assert.deepEqual(rows, [{ series_id: 99, present_series_id: 1 }]);
});

test('updated_seq of a patch, its series and their documents is the number of the last event about them', async (context) => {
  const database = await openList(context, series);
  const { rows: appended } = await database.query(
    `SELECT patchloom.append_events('[{"category": "patch-state-changed", "mailing_list_id": 1, "patch": 3}]') AS seq`,
  );
  const { seq } = appended[0];
  for (const view of ['patch', 'patch_list_v1_3', 'patch_v1_3', 'series', 'series_v1_3']) {
    const { rows } = await database.query(
      `SELECT count(*) FILTER (WHERE updated_seq = $1) AS last, count(*) FILTER (WHERE updated_seq > 0) AS all
       FROM api.${view}`,
      [seq],
    );
    const expected = view.startsWith('patch') ? { last: 1, all: 2 } : { last: 1, all: 1 };
    assert.deepEqual(rows, [expected], view);
  }
});

test('a series shows how its patches stand together', async (context) => {
  const database = await openList(context, [
    ...series,
    {
      id: 'r2',
      subject: 'Re: [PATCH 0/2] gauge',
      references: ['a0'],
      body: 'Tested-by: Cy <cy@x.example>\n',
    },
    {
      id: 'r3',
      subject: 'Re: [PATCH 2/2] dial',
      references: ['a2'],
      body: 'Acked-by: Cy <cy@x.example>\n',
    },
  ]);
  await database.query(
    `UPDATE patchloom.patch SET state_id = 3, check_state = 'success' WHERE id = 2`,
  );
  const { rows } = await database.query(
    `SELECT patch_count, is_complete, states::text, check_state, checks::text, acked_count, reviewed_count, tested_count
     FROM api.series`,
  );
  assert.deepEqual(rows, [
    {
      patch_count: 2,
      is_complete: true,
      states: '{ "new" : 1, "accepted" : 1 }',
      check_state: 'pending',
      checks: '{ "pending" : 1, "success" : 1 }',
      acked_count: 1,
      reviewed_count: 0,
      tested_count: 1,
    },
  ]);
});
