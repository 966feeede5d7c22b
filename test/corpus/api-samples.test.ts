import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { readMbox } from '../../src/archive/read-mbox.ts';
import { ApiError } from '../../src/http/api-error.ts';
import type { Authenticate } from '../../src/http/authenticate.ts';
import type { Database } from '../../src/store/database.ts';
import { openApi } from '../support/api-scene.ts';
import type { ApiScene } from '../support/api-scene.ts';
import { corpusArchive, corpusSkip } from '../support/corpus.ts';
import { storeAll } from '../support/index-mail.ts';
import {
  jsonDifferences,
  loadSamples,
  messageIdsOf,
  samplesSite,
  samplesSkip,
} from './api-samples.ts';
import type { ApiSample, Json } from './api-samples.ts';

const sampleMessageCount = 3_000;

async function indexMessages(database: Database): Promise<void> {
  const raws: Buffer[] = [];
  let count = 0;
  for await (const { raw } of readMbox(corpusArchive, { maxMessageBytes: 25_000_000 })) {
    if (raw !== null) raws.push(raw);
    count += 1;
    if (raws.length === 100 || count === sampleMessageCount) {
      await storeAll(database, raws.splice(0));
    }
    if (count === sampleMessageCount) break;
  }
  await database.query('ANALYZE');
}

/** What the samples' server was told before the first was taken. */
async function configure(database: Database): Promise<void> {
  await database.query(
    `UPDATE patchloom.mailing_list SET web_url = 'https://linux-test-project.github.io/',
       scm_url = 'https://github.com/linux-test-project/ltp.git', webscm_url = 'https://github.com/linux-test-project/ltp',
       list_archive_url = 'https://lore.kernel.org/ltp/', list_archive_url_format = 'https://lore.kernel.org/ltp/{}',
       commit_url_format = 'https://github.com/linux-test-project/ltp/commit/{}'`,
  );
  await database.query(
    `INSERT INTO patchloom.app_user (id, username, first_name, last_name, email) VALUES
       (1, 'maint', 'Main', 'Tainer', 'maint@example.com'), (2, 'plain', '', '', 'plain@example.com')`,
  );
  await database.query(`UPDATE patchloom.person SET user_id = 1 WHERE email = 'pvorel@suse.cz'`);
  await database.query(
    `INSERT INTO patchloom.mailing_list (list_id) VALUES ('netfilter-devel.vger.kernel.org'), ('linuxppc-dev.lists.ozlabs.org')`,
  );
  await database.query(
    'INSERT INTO patchloom.maintainer SELECT id, 1 FROM patchloom.mailing_list LIMIT 1',
  );
}

/** Both users of the samples; their credentials are their names. */
const authenticate: Authenticate = async (authorization) => {
  if (authorization === 'maintainer') return { userId: 1, username: 'maint', isSuperuser: true };
  if (authorization === 'plain') return { userId: 2, username: 'plain', isSuperuser: false };
  throw new ApiError(403, { detail: 'Invalid token.' });
};

/** Our numbers by message-id: of patches, covers, comments, and the series that a patch or cover is in. */
async function ourNumbers(database: Database): Promise<Map<string, number>> {
  const { rows } = await database.query<{ name: string; id: number }>(
    `SELECT CASE m.kind WHEN 'cover' THEN 'covers' WHEN 'comment' THEN 'comments' ELSE 'patches' END || m.message_id AS name,
       m.public_id AS id FROM patchloom.message m WHERE m.is_first
     UNION ALL
     SELECT 'people' || p.email, p.id FROM patchloom.person p
     UNION ALL
     SELECT 'series' || m.message_id, r.public_id FROM patchloom.message m JOIN patchloom.series r ON r.id = m.series_id`,
  );
  return new Map(rows.map(({ name, id }) => [name, id]));
}

/** Turns Patchwork's numbers in a path, URL or whole answer into ours; a number that nothing has stays. */
function translator(messageIds: Map<string, string>, ours: Map<string, number>, site: string) {
  const number = (resource: string, id: string): string => {
    const messageId = messageIds.get(`${resource}/${id}`);
    if (messageId === undefined) return id;
    return String(ours.get(`${resource}${messageId}`) ?? `none-${id}`);
  };
  return (text: string): string =>
    text
      .replaceAll(samplesSite, site)
      .replaceAll(
        /\/(patches|covers|comments|series|people)\/([0-9]+)(?=\/|$)/g,
        (_all, resource, id) => `/${resource}/${number(resource, id)}`,
      )
      .replaceAll(/([?&]series=)([0-9]+)/g, (_all, start, id) => `${start}${number('series', id)}`)
      .replaceAll(/\/(comment|patch|cover)\/([0-9]+)(?=\/)/g, (_all, resource, id) => {
        const plural = resource === 'patch' ? 'patches' : `${resource}s`;
        return `/${resource}/${number(plural, id)}`;
      });
}

/** Patchwork's answer with our numbers; what is a number of its own, and the time of an event or check, is left out. */
function comparable(value: Json, translate: (text: string) => string): Json {
  if (typeof value === 'string') return translate(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((one) => comparable(one, translate));
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, comparableField(key, one, translate)]),
  );
}

function comparableField(key: string, value: Json, translate: (text: string) => string): Json {
  if (key === 'id') return typeof value;
  if (key === 'headers') return unfolded(value);
  if (key === 'date' && typeof value === 'string' && value.startsWith('2026')) return 'now';
  return comparable(value, translate);
}

/** Header values with each run of white space as one blank: Python folds them anew. */
function unfolded(value: Json): Json {
  if (typeof value === 'string') return value.replaceAll(/\s+/g, ' ').trim();
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(unfolded);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, unfolded(one)]));
}

interface Comparison {
  readonly api: ApiScene;
  readonly translate: (text: string) => string;
}

async function differencesOf({ api, translate }: Comparison, sample: ApiSample): Promise<string[]> {
  const { path, method, auth, headers } = sample.request;
  const response = await api.fetch(translate(path), {
    method,
    headers: {
      ...headers,
      ...(auth === undefined || auth === null ? {} : { Authorization: auth }),
    },
  });
  const text = await response.text();
  const differences: string[] = [];
  if (response.status !== sample.status) {
    return [`status: ${sample.status} there, ${response.status} here: ${text.slice(0, 200)}`];
  }
  for (const name of ['Content-Type', 'Link', 'Content-Disposition', 'Location']) {
    const theirs = translate(sample.headers[name] ?? '');
    const ours = response.headers.get(name) ?? '';
    if (theirs !== ours) differences.push(`${name}: ${theirs} there, ${ours} here`);
  }
  if (method === 'HEAD' || sample.headers['Content-Type']?.startsWith('text/html') === true) {
    return differences;
  }
  const expected = comparable(sample.body, translate);
  if (typeof expected === 'string') return [...differences, ...textDifferences(expected, text)];
  const actual = comparable(JSON.parse(text), (url) => url);
  return [...differences, ...jsonDifferences(expected, actual)];
}

function textDifferences(expected: string, actual: string): string[] {
  const [theirs, ours] = [comparableLines(expected), comparableLines(actual)];
  const at = theirs.findIndex((line, index) => line !== ours[index]);
  if (at === -1 && theirs.length === ours.length) return [];
  return [`line ${at}: ${JSON.stringify(theirs[at])} there, ${JSON.stringify(ours[at])} here`];
}

/** Lines of an mbox, header fields in one line each, without the number. */
function comparableLines(mbox: string): string[] {
  return mbox
    .split(/^(?=From patchwork )/m)
    .flatMap((message) => {
      const end = message.indexOf('\n\n');
      const header = message
        .slice(0, end)
        .replaceAll(/[ \t]*\n[ \t]+/g, ' ')
        .replaceAll(/: +/g, ': ');
      return [...header.split('\n'), ...message.slice(end).split('\n')];
    })
    .filter((line) => !line.startsWith('X-Patchwork-Id: '));
}

/** Differences that are meant to be; docs/differences.md says why. Each must occur. */
const knownDifferences: readonly (readonly [sample: RegExp, difference: RegExp])[] = [
  // A series has the date of its cover letter, not that of what came first.
  [/./, /^(\[\])?(\.series\[\])?\.date: "2020-11-12T15:47:47" there, "2020-11-12T15:47:46" here$/],
  // One message with the number 0 and a diff is a cover letter.
  [/^patch_null_series$/, /^status: 200 there, 404 here/],
  [/^patch_list_last$/, /^\[<20201112012613.1426897-1-yangx.jy@cn.fujitsu.com>\]: only there$/],
  [/^filter_patches_project_id$/, /^Link: .*page=930.*page=929/],
  // Two series fewer.
  [/^(series_list|event_series-created)/, /^Link: .*page=251.*page=250/],
  // Some patches are grouped otherwise, so another number of them is complete.
  [/^event_patch-completed$/, /^Link: .*page=454.*page=455/],
  // People who wrote mail that Patchwork did not keep.
  [/^(people_list|patch_list_perpage_over_max)$/, /: only (here|there)$/],
  [/^people_list$/, /^Link: /],
  // The name in the newest message that has one, also of a message that Patchwork did not keep.
  [/^patch_list_perpage_over_max$/, /^\[\]\.name: /],
  // Encoded words are written anew, with other case and blanks.
  [/_comments/, /\.headers\.(Cc|To|From): /],
  // The quoting of an mbox.
  [/^patch_comments/, /\.content: ">From /],
  // OPTIONS says less.
  [/^options_patch$/, /^\.(description|parses)/],
];

/** What the samples' clients wrote, at its place among the samples. */
const writes: Readonly<Record<string, string>> = {
  patch_update: `UPDATE patchloom.patch SET state_id = 3, delegate_id = 1,
    commit_ref = '0123456789abcdef0123456789abcdef01234567' WHERE id = $1`,
  check_create: `INSERT INTO patchloom.patch_check (patch_id, user_id, state, target_url, context, description)
    VALUES ($1, 1, 'success', 'http://ci.example.com/1', 'build', 'ok')`,
  check_create_form: `WITH checked AS (
      INSERT INTO patchloom.patch_check (patch_id, user_id, state, context) VALUES ($1, 1, 'fail', 'lint'))
    UPDATE patchloom.patch SET check_state = 'fail' WHERE id = $1`,
};

async function openSamplesApi(context: TestContext): Promise<ApiScene> {
  const api = await openApi(context, { authenticate });
  await indexMessages(api.database);
  await configure(api.database);
  return api;
}

/** The bundle that was there before the first sample. */
async function addBundle({ database }: ApiScene, patchIds: readonly string[]): Promise<void> {
  await database.query(
    `INSERT INTO patchloom.bundle (id, mailing_list_id, owner_id, name, is_public) VALUES (1, 1, 1, 'fixes', true)`,
  );
  await database.query(
    `INSERT INTO patchloom.bundle_patch SELECT 1, u.position, u.id
     FROM unnest($1::bigint[]) WITH ORDINALITY AS u (id, position)`,
    [patchIds],
  );
}

/** Lists of events are compared where indexing says any; those of writes are not made here. */
function isCompared({ name, request }: ApiSample, hasEvents: boolean): boolean {
  if (request.path.includes('/events/')) return hasEvents && !name.startsWith('event_after_');
  return ['GET', 'HEAD', 'OPTIONS'].includes(request.method);
}

/** An event of any shape. */
interface AnyEvent {
  readonly category: string;
  readonly payload: Readonly<
    Record<string, { readonly msgid?: string; readonly name?: string } | null>
  >;
}

/** What an event is about: category, and message-ids or names. */
function subjectOf({ category, payload }: AnyEvent): string {
  const parts = Object.values(payload).map((part) => part?.msgid ?? part?.name ?? null);
  return JSON.stringify([category, ...parts]);
}

/**
 * Differences between the newest events there and what is said of the same here: a batch says what it did by category, so the
 * order is another.
 */
async function eventDifferences(comparison: Comparison, sample: ApiSample): Promise<string[]> {
  const { api, translate } = comparison;
  const [path = ''] = sample.request.path.split('?');
  const differences: string[] = [];
  for (const theirs of sample.body as unknown as readonly AnyEvent[]) {
    const query = `category=${theirs.category}&per_page=250`;
    const events = await api.ask<AnyEvent[]>(`${path}?${query}`);
    const ours = events.find((event) => subjectOf(event) === subjectOf(theirs));
    if (ours === undefined) differences.push(`${subjectOf(theirs)}: only there`);
    else {
      const expected = comparable(theirs as unknown as Json, translate);
      const actual = comparable(ours as unknown as Json, (url) => url);
      differences.push(...jsonDifferences(expected, actual));
    }
  }
  return differences;
}

test(
  'Patchwork and this API answer alike on 3,000 messages of a real list',
  { skip: corpusSkip || samplesSkip },
  async (context) => {
    const samples = loadSamples();
    const api = await openSamplesApi(context);
    const translate = translator(messageIdsOf(samples), await ourNumbers(api.database), api.site);
    const idOf = (path: string): string => translate(path).split('/')[2] ?? '';
    await addBundle(
      api,
      [1, 2, 3].map((id) => idOf(`/patches/${id}/`)),
    );
    const { rowCount } = await api.database.query('SELECT FROM patchloom.event LIMIT 1');
    const unknown: string[] = [];
    const used = new Set<RegExp>();
    for (const sample of samples) {
      const write = writes[sample.name];
      if (write !== undefined)
        await api.database.query(write.replaceAll('$1', idOf('/patches/905/')));
      if (!isCompared(sample, rowCount === 1)) continue;
      const compare = sample.name.startsWith('event_list_') ? eventDifferences : differencesOf;
      for (const difference of await compare({ api, translate }, sample)) {
        const known = knownDifferences.find(
          ([name, shape]) => name.test(sample.name) && shape.test(difference),
        );
        if (known === undefined)
          unknown.push(`${sample.name} ${sample.request.path} ${difference}`);
        else used.add(known[1]);
      }
    }
    assert.deepEqual(unknown, []);
    const unused = knownDifferences.filter(([, shape]) => !used.has(shape));
    assert.deepEqual(unused, [], 'differences that are no more');
  },
);
