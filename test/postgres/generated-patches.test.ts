import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { fillWithPatches } from '../../bench/generated-patches/fill-database.ts';
import type { Database } from '../../src/store/database.ts';
import { custodyFindings } from '../../src/store/doctor/custody-findings.ts';
import { readStatus } from '../../src/store/status.ts';
import { openApi } from '../support/api-scene.ts';
import type { AnyAnswer, ApiScene } from '../support/api-scene.ts';
import { storeAll } from '../support/index-mail.ts';
import { storedRows } from '../support/stored-result.ts';
import { openTestDatabase } from '../support/test-database.ts';

/** Blocks of mail for each of the ten lists of the generator, some for several. */
const patchCount = 204;

async function openFilledApi(context: TestContext): Promise<ApiScene> {
  const api = await openApi(context);
  await fillWithPatches(api.database, patchCount);
  return api;
}

/** The mails whose facts the generated rows are. */
async function generatedMails(database: Database): Promise<Buffer[]> {
  const { rows } = await database.query<{ headers: [string, string][]; body: string }>(
    `SELECT headers, concat_ws(E'\\n\\n', content, diff) AS body FROM patchloom.message_text ORDER BY id`,
  );
  return rows.map(({ headers, body }) => {
    const head = headers.map(([name, value]) => `${name}: ${value}\n`).join('');
    return Buffer.from(`${head}\n${body}\n`.replaceAll('\n', '\r\n'));
  });
}

/** All of a stored message but what the generator makes up: keys, raw bytes and hashes. */
async function comparableRows(database: Database): Promise<object[]> {
  const made = /_content$|^content_key$|^raw$|^patchwork_hash$|^patch_id$/;
  const rows = await storedRows(database);
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).filter(([key]) => !made.test(key))),
  );
}

async function countsAndEvents(database: Database): Promise<object[]> {
  const { rows } = await database.query(
    `SELECT l.list_id, c.counted, c.row_count AS count FROM patchloom.list_count c
       JOIN patchloom.mailing_list l ON l.id = c.mailing_list_id
       WHERE c.counted NOT IN ('check-created', 'series-superseded')
     UNION ALL
     SELECT m.message_id, e.category || coalesce(' of ' || c.message_id, ''), count(*) FROM patchloom.event e
       JOIN patchloom.message m ON m.id = coalesce(e.comment, e.patch, e.cover)
       LEFT JOIN patchloom.message c ON e.comment IS NOT NULL AND c.id = coalesce(e.patch, e.cover)
       WHERE e.category <> 'check-created' GROUP BY 1, 2
     ORDER BY 1, 2`,
  );
  return rows;
}

test('generated rows are what indexing the mails that they tell of leaves', async (context) => {
  const { database } = await openTestDatabase(context);
  await fillWithPatches(database, patchCount);
  const { database: indexed } = await openTestDatabase(context);
  await storeAll(indexed, await generatedMails(database));
  const expected = await comparableRows(indexed);
  for (const [place, row] of (await comparableRows(database)).entries()) {
    assert.deepEqual(row, expected[place]);
  }
  assert.deepEqual(await countsAndEvents(database), await countsAndEvents(indexed));
});

test('a reply to a generated patch is indexed as any other', async (context) => {
  const { database } = await openTestDatabase(context);
  await fillWithPatches(database, patchCount);
  const [, mail] = await generatedMails(database);
  const reply = String(mail)
    .replace('Message-ID: <0.1@', 'Message-ID: <new@')
    .replace('Subject: ', 'In-Reply-To: <0.1@mail.example>\r\nSubject: Re: ');
  await storeAll(database, [Buffer.from(reply)]);
  const { rows } = await database.query(
    `SELECT m.kind, m.target, m.submitter_id = t.submitter_id AS is_same FROM patchloom.message m
     JOIN patchloom.message t ON t.id = m.target WHERE m.message_id = '<new@mail.example>'`,
  );
  assert.deepEqual(rows, [{ kind: 'comment', target: 2, is_same: true }]);
});

test('generated rows keep every foreign key and every count', async (context) => {
  const { database } = await openTestDatabase(context);
  await fillWithPatches(database, patchCount);
  const { rows: keys } = await database.query<{ drop: string; make: string }>(
    `SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop,
       format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS make
     FROM pg_constraint WHERE contype = 'f' AND connamespace = 'patchloom'::regnamespace`,
  );
  for (const { drop, make } of keys) {
    await database.query(drop);
    await database.query(make);
  }
  const status = await readStatus(database);
  assert.equal(
    status.lists.reduce((sum, list) => sum + list.patchCount, 0),
    patchCount,
  );
  assert.equal(status.deliveries.waiting, 0);
  const findings = await custodyFindings(database);
  assert.deepEqual(
    findings.filter(({ level }) => level !== 'ok'),
    [],
  );
  const { rows } = await database.query(
    `SELECT sum(patch_count) AS patches, (SELECT count(*) FROM patchloom.patch) AS all,
       (SELECT last_seq - count(*) FROM patchloom.event_counter, patchloom.event GROUP BY last_seq) AS gap
     FROM patchloom.patch_count`,
  );
  assert.deepEqual(rows, [{ patches: String(patchCount), all: patchCount, gap: 0 }]);
});

test('the API answers 200 for each generated row and for each page', async (context) => {
  const api = await openFilledApi(context);
  for (const resource of ['patches', 'covers', 'series', 'events']) {
    const rows = await allRows(api, `/api/${resource}/?per_page=250`);
    assert.ok(rows.length > 50, resource);
    if (resource === 'events') continue;
    for (const { url, mbox, comments, checks } of rows.slice(0, 40)) {
      await api.ask(pathOf(url));
      if (comments !== undefined) await api.ask(pathOf(comments));
      if (checks !== undefined) await api.ask(pathOf(checks));
      const answer = await api.fetch(pathOf(mbox));
      assert.equal(answer.status, 200, mbox);
      await answer.arrayBuffer();
    }
  }
});

async function allRows(api: ApiScene, path: string): Promise<AnyAnswer[]> {
  const rows: AnyAnswer[] = [];
  for (let number = 1; ; number += 1) {
    const page = await api.ask<AnyAnswer[]>(`${path}&page=${number}`);
    rows.push(...page);
    if (page.length < 250) return rows;
  }
}

function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return `${pathname}${search}`;
}
