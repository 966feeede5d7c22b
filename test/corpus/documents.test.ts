import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Database } from '../../src/store/database.ts';
import { apiSamples, storeCorpus } from '../support/corpus-database.ts';
import { corpusSkip } from '../support/corpus.ts';
import { assertSameLines } from '../support/first-difference.ts';
import { openTestDatabase } from '../support/test-database.ts';

const skip = corpusSkip || (existsSync(apiSamples) ? false : `no samples at ${apiSamples}`);

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Document = Readonly<Record<string, Json>>;

async function sampleBody(name: string): Promise<Json> {
  return JSON.parse(await readFile(join(apiSamples, `${name}.json`), 'utf8')).body;
}

async function sampleDocuments(name: string): Promise<Document[]> {
  const body = await sampleBody(name);
  return (Array.isArray(body) ? body : [body]) as Document[];
}

/**
 * What cannot be the same left out: ids are each database's own (0, and N in URLs). Patchwork keeps `>From ` and folds and
 * encodes header fields anew, and dates a series by the message that came first; an event has the time of its writing.
 */
function comparable(value: Json, key = ''): Json {
  if (key === 'id') return 0;
  if (typeof value === 'string') return comparableText(value, key);
  if (Array.isArray(value)) return value.map((part) => comparable(part, key));
  if (value === null || typeof value !== 'object') return value;
  const hasOtherDate = 'version' in value || 'payload' in value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => {
      if (hasOtherDate && name === 'date') return [name, null];
      return [name, comparable(part, key === 'headers' ? 'header' : name)];
    }),
  );
}

function comparableText(text: string, key: string): string {
  if (text.startsWith(site)) return text.replaceAll(/(?<=[/=])[0-9]+(?=\/|$)/g, 'N');
  if (key === 'content') return text.replaceAll(/^>From /gm, 'From ');
  if (key !== 'header' && key !== 'subject') return text;
  return text.includes('=?') ? 'encoded' : text.replaceAll(/\s/g, '');
}

const site = 'http://127.0.0.1:8085';

/** Fails at the first key or value that differs, also where only the order of keys does. */
function assertSame(actual: Document | undefined, expected: Document, what: string): void {
  assert.ok(actual, `${what} is there`);
  const lines = [actual, expected].map((one) => JSON.stringify(comparable(one), null, 1));
  assertSameLines(lines[0]!, lines[1]!, what);
}

/** The documents of a view, by what names them in every database. */
async function documentsOf(
  database: Database,
  view: string,
  nameOf: (document: Document) => string,
): Promise<Map<string, Document>> {
  const client = await database.connect();
  try {
    await client.query(`SET ROLE patchloom_reader; SET patchloom.public_url = '${site}/'`);
    const { rows } = await client.query<{ doc: Document }>(`SELECT doc FROM api.${view}`);
    return new Map(rows.map(({ doc }) => [nameOf(doc), doc]));
  } finally {
    client.release(true);
  }
}

/** What a document is called by one of its fields. */
const called =
  (key: string) =>
  (document: Document): string =>
    JSON.stringify(document[key]);

/** ["patch-completed", "<a@b.example>", "Float"]: what happened, and the messages and series that it names. */
function eventName({ category, payload }: Document): string {
  const about = Object.values(payload as Readonly<Record<string, Document>>);
  return JSON.stringify([category, ...about.map((part) => part['msgid'] ?? part['name'])]);
}

/** The recorded Patchwork had other lists too, without mail. */
function isOfCorpus({ list_id: listId }: Document): boolean {
  return listId === undefined || listId === 'ltp.lists.linux.it';
}

const samplesOfViews: readonly (readonly [
  sample: string,
  view: string,
  nameOf: (document: Document) => string,
])[] = [
  ['patch_detail_1.3', 'patch_v1_3', called('msgid')],
  ['patch_list_1.3', 'patch_list_v1_3', called('msgid')],
  ['cover_detail_1.3', 'cover_v1_3', called('msgid')],
  ['cover_list', 'cover_list_v1_3', called('msgid')],
  ['patch_comments', 'comment_v1_3', called('msgid')],
  ['patch_comment_detail', 'comment_v1_3', called('msgid')],
  ['cover_comments', 'comment_v1_3', called('msgid')],
  ['series_detail_1.3', 'series_v1_3', called('name')],
  ['series_list_1.3', 'series_v1_3', called('name')],
  ['event_list_1.3', 'event_v1_3', eventName],
  ['event_cover-created', 'event_v1_3', eventName],
  ['event_cover-comment-created', 'event_v1_3', eventName],
  ['event_patch-comment-created', 'event_v1_3', eventName],
  ['event_series-created', 'event_v1_3', eventName],
  ['event_series-completed', 'event_v1_3', eventName],
  ['project_list_1.3', 'project_v1_3', called('list_id')],
  ['people_list', 'person_v1_3', called('email')],
];

test(
  'documents have the keys, their order and the values that Patchwork answered with',
  { skip },
  async (context) => {
    const { database } = await openTestDatabase(context);
    await storeCorpus(database, 3_000);
    await database.query(
      `INSERT INTO patchloom.app_user (username, first_name, last_name, email)
       VALUES ('maint', 'Main', 'Tainer', 'maint@example.com');
       INSERT INTO patchloom.maintainer VALUES (1, 1)`,
    );
    for (const [sample, view, nameOf] of samplesOfViews) {
      await context.test(`${view} as ${sample}`, async () => {
        const documents = await documentsOf(database, view, nameOf);
        for (const expected of (await sampleDocuments(sample)).filter(isOfCorpus)) {
          assertSame(documents.get(nameOf(expected)), expected, `${view} ${nameOf(expected)}`);
        }
      });
    }
  },
);
