import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import type { Database } from '../../src/store/database.ts';
import { countOutcomes } from '../../src/store/deliveries.ts';
import { storeAll } from '../support/index-mail.ts';
import { exportText } from '../support/stored-result.ts';
import { openTestDatabase } from '../support/test-database.ts';

const escapedBytes = (bytes: string): string =>
  Buffer.from(bytes, 'latin1').toString('hex').toUpperCase().replace(/../g, '=$&');
const octal = (bytes: string): string =>
  Array.from(Buffer.from(bytes, 'latin1'), (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join(
    '',
  );

/** What Postgres, JSON or a reader could stumble over, one character a byte. */
const troubles: Readonly<Record<string, string>> = {
  NUL: 'a\0b',
  'a lone surrogate in UTF-8': 'a\xed\xa0\x80b',
  'U+FFFE': 'a\xef\xbf\xbeb',
  'U+FFFF': 'a\xef\xbf\xbfb',
  'invalid UTF-8': 'a\xff\xfe\xc0\x80b',
  'a character cut short': 'a\xe2\x82',
  'beyond Unicode': 'a\xf7\xbf\xbf\xbfb',
  'a line end': 'a\r\nBcc: evil@b.example',
  'a terminal escape': 'a\x1b[2J\x07b',
  'an override of direction': 'a\xe2\x80\xaeb',
  'a NUL of JSON': 'a\\u0000\\ud800b',
  'a quote of SQL': `a'; DROP TABLE patchloom.message; --`,
  __proto__: '__proto__',
};

/** Ways to write bytes into a header or a path. */
const writings: Readonly<Record<string, (bytes: string) => string>> = {
  'as it is': (bytes) => bytes.replaceAll('\r\n', ' '),
  'in Q': (bytes) => `=?utf-8?q?${escapedBytes(bytes)}?=`,
  'in B': (bytes) => `=?utf-8?b?${Buffer.from(bytes, 'latin1').toString('base64')}?=`,
  'in UTF-16 with half a pair': (bytes) =>
    `${bytes.replaceAll('\r\n', ' ')} =?utf-16be?B?2AAAYQAA?= =?utf-16le?b?AAAA2A==?=`,
  percent: (bytes) => escapedBytes(bytes).replaceAll('=', '%'),
  octal: (bytes) => `"${octal(bytes)}"`,
};

/** A message with a text in every field and place from which something is stored. */
function messageWith(text: string, id: string): Buffer {
  const line = text.replaceAll('\n', ' ');
  const lines = [
    'List-Id: <repair.lists.example>',
    `Message-ID: <${id}@x.example>`,
    `Subject: [PATCH v2 1/2] ${line}`,
    `From: "${line}" <${line}@x.example>`,
    `To: ${line}`,
    `Reply-To: ${line} <${line}>`,
    `In-Reply-To: <${line}@x>`,
    `References: <${line}> <r@x.example> ${line}`,
    `Date: ${line}`,
    `X-${id}: ${line}`,
    `Change-Id: ${line}`,
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain; charset=utf-8',
    '',
    `From: ${line} <${line}@y.example>`,
    '',
    `A change ${line}.`,
    '',
    ...['Reviewed-by', 'Depends-on', 'Based-on', 'Change-Id', 'Fixes', 'Link', 'Supersedes'].map(
      (kind) => `${kind}: ${line} <${line}@z.example>`,
    ),
    `Link: https://x.example/${line}/${line}`,
    `prerequisite-change-id: ${line}:v1`,
    '---',
    `diff --git a/${line} b/${line}`,
    `rename from ${line}`,
    `rename to ${line}2`,
    `--- a/${line}`,
    `+++ b/${line}`,
    '@@ -1 +1 @@',
    `-${line}`,
    `+${line}!`,
    '--b',
    `Content-Type: text/x-patch; charset="${line}"; name="${line}.patch"`,
    '',
    line,
    '--b--',
    '',
  ];
  return Buffer.from(lines.join('\n'), 'latin1');
}

/** The same text where other messages have it: in the ids, the list, a pull request, a reply. */
function othersWith(text: string, id: string): Buffer[] {
  const line = text.replaceAll('\n', ' ');
  const plain = 'Content-Type: text/plain; charset=utf-8\n\n';
  const pull = `The following changes since commit 1:\n\nare available in the Git repository at:\n\n  git://${line}/x tags/${line}\n`;
  return [
    `List-Id: ${line} <repair.lists.example>\nMessage-ID: <${line}-${id}@x>\nSubject: Re: ${line}\nFrom: ${line}\n${plain}Acked-by: ${line}\n${line}\n`,
    `List-Id: <repair.lists.example>\nMessage-ID: <pull-${id}@x>\nSubject: [GIT PULL] ${line}\nFrom: p@x\n${plain}${pull}`,
    `List-Id: <${line}>\nMessage-ID: <list-${id}@x>\nSubject: ${line}\nFrom: l@x\nContent-Type: text/html; charset=${line}\n\n<p>${line}</p>\n`,
    `Mailing-List: ${line}\nX-Mailing-List: ${line}\nSubject: [PATCH 0/1] ${line}\nFrom: ${line} via L <l@x>\nX-Original-From: ${line}\n${plain}${line}\n`,
  ].map((raw) => Buffer.from(raw, 'latin1'));
}

const cases = Object.entries(troubles).flatMap(([trouble, bytes], row) =>
  Object.entries(writings).map(([writing, write], column) => ({
    name: `${trouble}, ${writing}`,
    id: `t${row}-${column}`,
    text: write(bytes),
  })),
);

/** Columns that hold one line each: a line end in them would begin another field wherever they are written out. */
const oneLineColumns = {
  mailing_list: ['list_id'],
  thread_node: ['message_id'],
  series: ['key', 'name', 'submitter_name', 'submitter_email'],
  message: [
    'message_id',
    'name',
    'subject',
    'prefixes',
    'submitter_name',
    'submitter_email',
  ].concat(['author_name', 'author_email', 'pull_url', 'change_ids', 'supersedes']),
  trailer: ['kind', 'value', 'person_name', 'person_email'],
  dependency: ['value', 'target_message_id', 'base_commit', 'change_id'],
} as const;

async function storedCases(context: TestContext): Promise<Database> {
  const { database } = await openTestDatabase(context);
  await storeAll(
    database,
    cases.flatMap(({ text, id }) => [messageWith(text, id), ...othersWith(text, id)]),
  );
  return database;
}

test(`${cases.length} troublesome texts in every field that is stored cost no message, and every column can be read`, async (context) => {
  const database = await storedCases(context);
  const { dead, waiting } = await countOutcomes(database, null);
  const letters = await database.query('SELECT reason FROM patchloom.dead_letter LIMIT 3');
  assert.deepEqual({ dead, waiting }, { dead: 0, waiting: 0 }, JSON.stringify(letters.rows));
  for (const [table, columns] of Object.entries(oneLineColumns)) {
    for (const column of columns) {
      const { rows } = await database.query(
        `SELECT ${column}::text AS text FROM patchloom.${table} WHERE ${column}::text ~ '[\\n\\r]' LIMIT 3`,
      );
      assert.deepEqual(rows, [], `${table}.${column}`);
    }
  }
  // json takes an escaped NUL and half a pair, and fails at whoever reads them; jsonb is strict.
  const { rows } = await database.query(
    `SELECT count(headers::jsonb) + count(diff_files::jsonb) + count(trailers::jsonb) AS count FROM patchloom.message_text`,
  );
  const { rows: messages } = await database.query(
    'SELECT count(*) AS count FROM patchloom.message',
  );
  assert.equal(rows[0].count, 3 * messages[0].count);
  const views = await database.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.views WHERE table_schema = 'api'`,
  );
  assert.ok(views.rows.length > 3);
  for (const { name } of views.rows) {
    await database.query(`SELECT to_jsonb(v)::text FROM api.${name} v`);
  }
  for (const line of (await exportText(database)).trim().split('\n')) JSON.parse(line);
});
