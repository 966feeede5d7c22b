import assert from 'node:assert/strict';
import { pbkdf2Sync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { rm } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import { readPatchworkSite } from '../../src/archive/patchwork-source.ts';
import { importSite } from '../../src/ingest/import-site.ts';
import { openApi } from '../support/api-scene.ts';
import { storeAll } from '../support/index-mail.ts';
import { siteMail } from '../support/patchwork-site.ts';
import { makeTestFolder } from '../support/test-folder.ts';

const token = '0123456789012345678901234567890123456789';

function djangoHash(password: string): string {
  const key = pbkdf2Sync(password, 'salt', 1000, 32, 'sha256').toString('base64');
  return `pbkdf2_sha256$1000$salt$${key}`;
}

type Rows = readonly (readonly string[])[];

/** Tables as pg_dump writes them, with more columns than are read. */
const tables: Readonly<Record<string, readonly [columns: string, rows: Rows]>> = {
  auth_user: [
    'id, password, is_superuser, username, first_name, last_name, email, is_active',
    [
      ['7', djangoHash('brook 12'), 'f', 'maint', 'Main', 'Tainer', 'maint@brook.example', 't'],
      ['8', '!unusable', 'f', 'bo', 'Bo', 'Lake', 'bo@lake.example', 't'],
    ],
  ],
  authtoken_token: ['key, created, user_id', [[token, '2026-01-01 00:00:00+00', '7']]],
  patchwork_bundle: ['id, name, public, owner_id, project_id', [['5', 'for next', 't', '7', '2']]],
  patchwork_bundlepatch: [
    'id, "order", bundle_id, patch_id',
    [
      ['1', '1', '5', '807494'],
      ['2', '1', '5', '807493'],
    ],
  ],
  patchwork_check: [
    'id, date, state, target_url, description, context, patch_id, user_id',
    [['33', '2026-03-02 12:00:00+02', '2', '\\N', 'tab\\there', 'build', '807493', '8']],
  ],
  patchwork_cover: [
    'id, msgid, date, headers, name, content, project_id, submitter_id',
    [['2', '<c@brook.example>', '\\N', 'A: b\\nC: d', 'x', 'y', '2', '40']],
  ],
  patchwork_covercomment: [
    'id, msgid, cover_id, addressed',
    [['12', '<r2@brook.example>', '2', '\\N']],
  ],
  patchwork_patch: [
    'id, msgid, content, commit_ref, pull_url, archived, delegate_id, project_id, state_id, series_id, number',
    [
      ['807493', '<p1@brook.example>', 'a\\tb', 'abc123', '\\N', 'f', '7', '2', '13', '501', '1'],
      ['807494', '<p2@brook.example>', 'x', '\\N', '\\N', 't', '\\N', '2', '1', '501', '2'],
    ],
  ],
  patchwork_patchcomment: [
    'id, msgid, patch_id, addressed',
    [['12', '<r1@brook.example>', '807493', 't']],
  ],
  patchwork_person: ['id, email, name, user_id', [['40', 'Ada@brook.example', 'Ada Brook', '\\N']]],
  patchwork_project: [
    'id, linkname, name, listid, listemail, web_url, scm_url, webscm_url, subject_match',
    [['2', 'brook', 'Brook', 'brook-devel.lists.example', 'brook@lists.example', '', '', '', '']],
  ],
  patchwork_series: ['id, project_id, cover_letter_id, name', [['501', '2', '2', 'gauge']]],
  patchwork_state: [
    'id, name, ordering, action_required, slug',
    [
      ['1', 'New', '0', 't', 'new'],
      ['13', 'Mainlined', '1', 'f', 'mainlined'],
    ],
  ],
  patchwork_userprofile: [
    'id, send_email, items_per_page, show_ids, user_id',
    [['3', 't', '50', 'f', '7']],
  ],
  patchwork_userprofile_maintainer_projects: ['id, userprofile_id, project_id', [['1', '3', '2']]],
};

function dumpText(only: (table: string) => boolean = () => true): string {
  const blocks = Object.entries(tables)
    .filter(([table]) => only(table))
    .map(([table, [columns, rows]]) => {
      const lines = rows.map((row) => `${row.join('\t')}\n`).join('');
      return `--\n\nCOPY public.${table} (${columns}) FROM stdin;\n${lines}\\.\n\n`;
    });
  return `SET statement_timeout = 0;\n${blocks.join('')}-- PostgreSQL database dump complete\n`;
}

async function writtenDump(context: TestContext, name: string, text: Buffer): Promise<string> {
  const folder = await makeTestFolder();
  context.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

test('a dump of the database moves a site with passwords and tokens', async (context) => {
  const api = await openApi(context);
  const path = await writtenDump(context, 'site.sql.gz', gzipSync(dumpText()));
  const { notes } = await importSite(api.database, readPatchworkSite(path));
  assert.deepEqual(notes.filter((note) => note.includes('password')).length, 1, notes.join('\n'));
  await storeAll(api.database, siteMail);

  const patch = await api.ask('/api/1.3/patches/807493/');
  assert.deepEqual(
    [patch.state, patch.commit_ref, patch.delegate.username, patch.check, patch.series[0].id],
    ['mainlined', 'abc123', 'maint', 'warning', 501],
  );
  assert.deepEqual([patch.submitter.id, patch.submitter.email], [40, 'Ada@brook.example']);
  const [check] = await api.ask('/api/1.3/patches/807493/checks/');
  assert.deepEqual(
    [check.id, check.date, check.description],
    [33, '2026-03-02T10:00:00', 'tab\there'],
  );
  const [bundle] = await api.ask('/api/1.3/bundles/');
  assert.deepEqual(
    bundle.patches.map(({ id }: { id: number }) => id),
    [807493, 807494],
  );
  assert.equal((await api.ask('/api/1.3/covers/2/comments/'))[0].id, 12);
  assert.equal((await api.ask('/api/1.3/patches/807493/comments/'))[0].addressed, true);

  const password = Buffer.from('maint:brook 12').toString('base64');
  for (const authorization of [`Token ${token}`, `Basic ${password}`]) {
    const answer = await api.fetch('/api/1.3/patches/807494/', {
      method: 'PATCH',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ state: 'accepted' }),
    });
    assert.equal(answer.status, 200, await answer.text());
  }
  const wrong = Buffer.from('maint:brook 13').toString('base64');
  const refused = await api.fetch('/api/1.3/users/', {
    headers: { authorization: `Basic ${wrong}` },
  });
  assert.equal(refused.status, 403);
});

const unreadable: readonly [name: string, file: string, text: string, expected: RegExp][] = [
  [
    'a dump that was cut off',
    'a.sql',
    dumpText().slice(0, -200),
    /a\.sql, line [0-9]+: it was cut off/,
  ],
  ['a file of something else', 'b.sql', 'hello\n', /b\.sql, line 1: no rows of Patchwork's tables/],
  [
    'a dump of a Patchwork before 3.0',
    'c.sql',
    'COPY public.patchwork_patch (submission_ptr_id, state_id) FROM stdin;\n\\.\n',
    /c\.sql, line 1: patchwork_patch has no column id, msgid/,
  ],
];

for (const [name, file, text, expected] of unreadable) {
  test(`${name} is refused with file and line`, async (context) => {
    const { database } = await openApi(context);
    const path = await writtenDump(context, file, Buffer.from(text));
    await assert.rejects(importSite(database, readPatchworkSite(path)), expected);
    const { rows } = await database.query('SELECT count(*) FROM patchloom.mailing_list');
    assert.equal(rows[0].count, 0, 'nothing is left of it');
  });
}
