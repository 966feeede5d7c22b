import { test } from 'node:test';
import assert from 'node:assert/strict';
import { indexDeliveries } from '../../src/ingest/index-deliveries.ts';
import { parseMessage } from '../../src/parsing/parse-message.ts';
import { rangeDiff } from '../../src/patch/range-diff.ts';
import { maxSeriesPerKey } from '../../src/series/revision-keys.ts';
import { takeCustody } from '../../src/store/custody.ts';
import { openDatabase } from '../../src/store/database.ts';
import type { Database } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { exportRevisions, loadRangeDiff } from '../../src/store/revision-export.ts';
import type { ExportedRevision } from '../../src/store/revision-export.ts';
import { afterwards, open, temporaryFolder } from './embedded-scene.ts';
import type { TestContext } from 'node:test';
import { parseAll } from '../support/index-mail.ts';

/** A message by its id, subject, day and what it answers; `body` stands before the diff of the file. */
interface Mail {
  readonly id: string;
  readonly subject: string;
  readonly day: number;
  readonly answers?: string;
  readonly body?: string;
  readonly file?: string;
  readonly change?: string;
}

const mails: readonly Mail[] = [
  { id: 'v1.0', subject: '[PATCH 0/3] mm: fix leaks', day: 1 },
  { id: 'v1.1', subject: '[PATCH 1/3] mm: a', day: 1, answers: 'v1.0', file: 'a' },
  { id: 'v1.2', subject: '[PATCH 2/3] mm: b', day: 1, answers: 'v1.0', file: 'b' },
  { id: 'v1.3', subject: '[PATCH 3/3] mm: c', day: 1, answers: 'v1.0', file: 'c' },
  { id: 'review', subject: 'Re: [PATCH 2/3] mm: b', day: 2, answers: 'v1.2', body: 'Too slow.' },
  {
    id: 'v2.2',
    subject: '[PATCH v2 2/3] mm: b, quick',
    day: 3,
    answers: 'review',
    file: 'b',
    change: 'quick',
  },
  {
    id: 'v3.3',
    subject: '[PATCH v3 3/3] mm: c',
    day: 4,
    answers: 'v1.3',
    file: 'c',
    change: 'new',
  },
  { id: 'v4.1', subject: '[PATCH v4 1/3] mm: a', day: 6, file: 'a' },
  {
    id: 'v4.2',
    subject: '[PATCH v4 2/3] mm: c',
    day: 6,
    answers: 'v4.1',
    file: 'c',
    change: 'new',
  },
  { id: 'v4.3', subject: '[PATCH v4 3/3] mm: d', day: 6, answers: 'v4.1', file: 'd' },
  { id: 'n1', subject: '[PATCH] net: fix', day: 1, file: 'n', body: 'change-id: 20200101-net-abc' },
  {
    id: 'n2',
    subject: '[PATCH v2] net: do it well',
    day: 5,
    file: 'm',
    body: 'Supersedes: <n1@example.com>',
  },
  {
    id: 'n3',
    subject: '[PATCH v3] net: do it',
    day: 7,
    file: 'k',
    body: 'change-id: 20200101-net-abc',
  },
  { id: 't1', subject: '[PATCH] fix typo', day: 1, file: 't' },
  { id: 't2', subject: '[PATCH] fix typo', day: 8, file: 't' },
  { id: 't3', subject: '[PATCH] fix typo', day: 9, file: 'u' },
];

function rawMail({
  id,
  subject,
  day,
  answers,
  body = 'Text.',
  file,
  change = 'line',
}: Mail): Buffer {
  const date = `${String(day).padStart(2, '0')} Jan 2020 10:00:00 +0000`;
  const reference = answers === undefined ? [] : [`In-Reply-To: <${answers}@example.com>`];
  const diff = file === undefined ? [] : ['---', ...diffOf(file, change)];
  const header = [`Message-Id: <${id}@example.com>`, `Date: ${date}`, 'From: A <a@example.com>'];
  const lines = [...header, `Subject: ${subject}`, ...reference, '', body, ...diff, ''];
  return Buffer.from(lines.join('\n'));
}

function diffOf(file: string, change: string): string[] {
  const head = [`diff --git a/${file}.c b/${file}.c`, `--- a/${file}.c`, `+++ b/${file}.c`];
  return [...head, '@@ -1,2 +1,3 @@', ' first', `+${change}`, ' last'];
}

/** The mails in an order of arrival, so many at once. */
interface Arrivals {
  readonly order: readonly Mail[];
  readonly batchSize: number;
}

async function index(
  database: Database,
  listId: string,
  { order, batchSize }: Arrivals,
): Promise<void> {
  await indexRaws(database, listId, order.map(rawMail), batchSize);
}

async function indexRaws(
  database: Database,
  listId: string,
  raws: readonly Buffer[],
  batchSize: number,
): Promise<void> {
  const arrival = { source: 'test', position: null, requestedListId: listId };
  const envelope = { envelopeFrom: null, envelopeTo: null, peer: null };
  const receipts = await takeCustody(
    database,
    raws.map((raw) => ({ raw, arrival: { ...arrival, ...envelope } })),
  );
  for (let start = 0; start < receipts.length; start += batchSize) {
    const batch = receipts.slice(start, start + batchSize);
    const ids = batch.map(({ deliveryId }) => deliveryId);
    await indexDeliveries({ database, parse: parseAll, lists: 'auto' }, ids);
  }
}

async function revisionsOf(database: Database, listId: string): Promise<ExportedRevision[]> {
  const revisions: ExportedRevision[] = [];
  await exportRevisions(database, listId, async (rows) => {
    revisions.push(...rows);
  });
  return revisions.map((revision) => ({ ...revision, list_id: 'list' }));
}

async function freshDatabase(t: TestContext): Promise<Database> {
  const postgres = await open(t, await temporaryFolder(t));
  const database = openDatabase(postgres.connectionString, {
    maxConnections: 2,
    applicationName: 'test',
    statementTimeoutMs: 0,
  });
  afterwards(t, async () => database.end());
  await migrate(database);
  return database;
}

/** Fisher and Yates, with numbers of a linear congruential generator. */
function shuffled<T>(values: readonly T[], seed: number): T[] {
  const result = [...values];
  let state = seed;
  for (let last = result.length - 1; last > 0; last -= 1) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const other = Math.floor((state / 2_147_483_648) * (last + 1));
    [result[last], result[other]] = [result[other]!, result[last]!];
  }
  return result;
}

const seed = Number(process.env['SEED'] ?? 20200101);

test(`revisions are the same in whatever order and batches mail comes (seed ${seed})`, async (t) => {
  const database = await freshDatabase(t);
  await index(database, 'all.example.com', { order: mails, batchSize: mails.length });
  const expected = await revisionsOf(database, 'all.example.com');
  const histories = expected.map(({ series, predecessor, kind }) => [series, predecessor, kind]);
  assert.deepEqual(
    histories.filter(([, predecessor]) => predecessor !== null),
    [
      ['<n2@example.com>', '<n1@example.com>', 'revision'],
      ['<n3@example.com>', '<n1@example.com>', 'revision'],
      ['<t2@example.com>', '<t1@example.com>', 'resend'],
      ['<v2.2@example.com>', '<v1.0@example.com>', 'partial'],
      ['<v3.3@example.com>', '<v2.2@example.com>', 'partial'],
      ['<v4.1@example.com>', '<v3.3@example.com>', 'revision'],
    ],
  );
  const orders = [
    mails,
    mails.toReversed(),
    ...[1, 2, 3, 4, 5, 6].map((n) => shuffled(mails, seed + n)),
  ];
  for (const [number, order] of orders.entries()) {
    for (const batchSize of [1, 3]) {
      const listId = `order${number}-${batchSize}.example.com`;
      await index(database, listId, { order, batchSize });
      assert.deepEqual(
        await revisionsOf(database, listId),
        expected,
        order.map(({ id }) => id).join(),
      );
    }
  }
});

test('revisions are the same whichever mail comes last', async (t) => {
  const database = await freshDatabase(t);
  await index(database, 'all.example.com', { order: mails, batchSize: mails.length });
  const expected = await revisionsOf(database, 'all.example.com');
  for (const last of mails) {
    const listId = `${last.id}.example.com`;
    const others = mails.filter((mail) => mail !== last);
    await index(database, listId, { order: others, batchSize: others.length });
    await index(database, listId, { order: [last], batchSize: 1 });
    assert.deepEqual(await revisionsOf(database, listId), expected, `${last.id} last`);
  }
});

/** A patch as it is exported, by the ids of its messages. */
function patch(number: number, from: string | null, to: string | null, change: string): object {
  return {
    number,
    message_id: to === null ? null : `<${to}@example.com>`,
    pairs_with: from === null ? null : `<${from}@example.com>`,
    change,
    carried: false,
  };
}

test('a series shows what became of its patches, what replaces it, and its range-diff', async (t) => {
  const database = await freshDatabase(t);
  const listId = 'list.example.com';
  await index(database, listId, { order: mails, batchSize: 5 });
  const bySeries = new Map(
    (await revisionsOf(database, listId)).map((revision) => [revision.series, revision]),
  );
  const whole = bySeries.get('<v4.1@example.com>');
  assert.deepEqual(whole?.patches, [
    patch(1, 'v1.1', 'v4.1', '='),
    patch(2, 'v3.3', 'v4.2', '='),
    patch(3, null, 'v4.3', '>'),
    patch(2, 'v2.2', null, '<'),
  ]);
  assert.equal(bySeries.get('<v1.0@example.com>')?.superseded_by, '<v2.2@example.com>');
  assert.equal(bySeries.get('<t1@example.com>')?.superseded_by, null);
  const pairs = await loadRangeDiff(database, null, '<v3.3@example.com>');
  assert.equal(
    rangeDiff(pairs ?? []),
    `1: = 1: mm: a
2: = 2: mm: b, quick
3: ! 3: mm: c
     +++ b/c.c
     @@
      first
    -+line
    ++new
      last
`,
  );
  assert.equal(await loadRangeDiff(database, listId, '<v1.0@example.com>'), null);
});

test('a series that the rest of its posting absorbs leaves no revision behind', async (t) => {
  const database = await freshDatabase(t);
  const listId = 'list.example.com';
  const late = mails.filter(({ id }) => id === 'v1.0');
  await index(database, listId, { order: mails.filter(({ id }) => id !== 'v1.0'), batchSize: 1 });
  await index(database, listId, { order: late, batchSize: 1 });
  const { rows } = await database.query(
    `SELECT count(*) FILTER (WHERE s.id IS NULL) AS dangling, count(*) AS keys
     FROM patchloom.revision_key k LEFT JOIN patchloom.series s ON s.id = k.series_id`,
  );
  assert.equal(rows[0].dangling, 0);
  assert.ok(rows[0].keys > 0);
});

test('a title that the 65th series takes up names no topic any more', async (t) => {
  const database = await freshDatabase(t);
  const many = Array.from({ length: maxSeriesPerKey + 1 }, (_, number) => ({
    id: `p${number}`,
    subject: `[PATCH v${number + 1}] fix typo`,
    day: 1 + (number % 28),
    file: `f${number}`,
    change: `change ${number}`,
  }));
  const countOf = async (listId: string): Promise<number> =>
    (await revisionsOf(database, listId)).filter(({ kind }) => kind !== null).length;
  await index(database, 'a.example.com', { order: many.slice(0, -1), batchSize: 20 });
  assert.ok((await countOf('a.example.com')) > 0);
  await index(database, 'a.example.com', { order: many.slice(-1), batchSize: 1 });
  assert.equal(await countOf('a.example.com'), 0);
  await index(database, 'b.example.com', { order: many.toReversed(), batchSize: many.length });
  assert.equal(await countOf('b.example.com'), 0);
});

test('a NUL that a quoted path or a URL spells out costs no message', async (t) => {
  const database = await freshDatabase(t);
  const url = 'https://lore.example/r/a%00@b/';
  const mail = { id: 'nul', subject: '[PATCH] nul', day: 1, file: 'x', body: `Supersedes: ${url}` };
  const raw = Buffer.from(
    rawMail(mail)
      .toString()
      .replaceAll('a/x.c', '"a/x\\000.c"')
      .replaceAll('b/x.c', '"b/x\\000.c"'),
  );
  assert.equal((await parseMessage(raw)).diffFiles[0]?.newPath, 'x\0.c');
  const listId = 'list.example.com';
  await indexRaws(database, listId, [raw], 1);
  assert.equal((await revisionsOf(database, listId)).length, 1);
});

test('readers see revisions in their view', async (t) => {
  const database = await freshDatabase(t);
  await database.query('SET ROLE patchloom_reader');
  await database.query('SELECT * FROM api.revision');
  await assert.rejects(database.query('SELECT * FROM patchloom.revision'), /permission denied/);
});
