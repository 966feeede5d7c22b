import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readMbox } from '../../src/archive/read-mbox.ts';
import { packageRoot } from '../../src/package-root.ts';
import type { Database } from '../../src/store/database.ts';
import { storeAll } from '../support/index-mail.ts';
import { patchText, sampleMail } from '../support/sample-mail.ts';
import { openTestDatabase } from '../support/test-database.ts';

const sampleList = join(packageRoot, 'src', 'demo', 'sample-list.mbox');

/** An example of docs/database.md. */
interface Example {
  readonly statements: string;
  /** From its last line: "-- 10 rows" */
  readonly rowCount: number;
}

/** The examples of docs/database.md, in order. */
async function readExamples(): Promise<Example[]> {
  const text = await readFile(join(packageRoot, 'docs', 'database.md'), 'utf8');
  const blocks = text.split('\n```sql\n').slice(1);
  return blocks.map((block) => {
    const statements = block.slice(0, block.indexOf('\n```'));
    const count = /\n-- ([0-9]+) rows?$/.exec(statements)?.[1];
    assert.ok(count, `the last line says how many rows it gives: ${statements}`);
    return { statements, rowCount: Number(count) };
  });
}

const dependent = sampleMail({
  id: 'dependent',
  subject: '[PATCH] gauge: log what is frozen',
  listId: 'tide-devel.lists.example',
  body: patchText('log').replace(
    'Signed-off-by',
    'Depends-on: <unknown@brook.example>\nSigned-off-by',
  ),
});

/** The sample list, a patch that depends on one that is not there, and a check that failed. */
async function openSampleDatabase(context: TestContext): Promise<Database> {
  const { database } = await openTestDatabase(context);
  const raws: Buffer[] = [];
  for await (const { raw } of readMbox(sampleList, { maxMessageBytes: 1_000_000 })) {
    if (raw !== null) raws.push(raw);
  }
  await storeAll(database, [...raws, dependent]);
  await database.query(
    `INSERT INTO patchloom.app_user (username) VALUES ('ci');
     INSERT INTO patchloom.patch_check (patch_id, user_id, state, context)
     SELECT p.id, u.id, state, 'build'
     FROM patchloom.patch p, patchloom.app_user u, unnest('{success,fail}'::text[]) AS state
     WHERE p.id = (SELECT min(id) FROM patchloom.patch)`,
  );
  return database;
}

test('the examples of docs/database.md give role patchloom_reader the rows that they say', async (context) => {
  const database = await openSampleDatabase(context);
  const examples = await readExamples();
  assert.ok(examples.length >= 10);
  const given: Example[] = [];
  for (const { statements } of examples) {
    const client = await database.connect();
    try {
      await client.query('SET ROLE patchloom_reader');
      const results = [await client.query(statements)].flat();
      given.push({ statements, rowCount: results.at(-1)!.rows.length });
    } finally {
      client.release(true);
    }
  }
  assert.deepEqual(given, examples);
});

test('every view of schema api is in docs/database.md', async (context) => {
  const { database } = await openTestDatabase(context);
  const text = await readFile(join(packageRoot, 'docs', 'database.md'), 'utf8');
  const { rows } = await database.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'api'::regnamespace AND relkind = 'v'`,
  );
  assert.deepEqual(
    rows.map(({ name }) => name).filter((name) => !text.includes(`\`${name}\``)),
    [],
  );
});

test('a reader that listens is woken by mail and finds it after the last number it has seen', async (context) => {
  const database = await openSampleDatabase(context);
  const following = (await readExamples()).find(({ statements }) => statements.includes('LISTEN'));
  const client = await database.connect();
  try {
    await client.query('SET ROLE patchloom_reader');
    const seen = [await client.query(following!.statements)].flat().at(-1)!.rows;
    const woken = once(client, 'notification');
    const late = { id: 'late', subject: '[PATCH] gauge: late', body: patchText('late') };
    await storeAll(database, [sampleMail({ ...late, listId: 'tide-devel.lists.example' })]);
    const [{ channel }] = await woken;
    assert.equal(channel, 'patchloom_event');
    const { rows } = await client.query(
      following!.statements
        .replace('LISTEN patchloom_event;', '')
        .replace('seq > 0', `seq > ${seen.at(-1)!.seq}`),
    );
    assert.deepEqual(
      rows.map(({ category }) => category),
      ['patch-created', 'series-created', 'patch-completed', 'series-completed'],
    );
  } finally {
    client.release(true);
  }
});
