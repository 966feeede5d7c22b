import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../src/package-root.ts';
import { migrate, requireCurrentSchema, SchemaError } from '../../src/store/migrate.ts';
import { catalogText, uncommented } from '../support/catalog-text.ts';
import { openEmptyDatabase, openTestDatabase } from '../support/test-database.ts';
import type { Database } from '../../src/store/database.ts';

/** Numbers of the files in sql/, in order. */
const versions = readdirSync(join(packageRoot, 'sql'))
  .filter((file) => file.endsWith('.sql'))
  .map((file) => Number(file.slice(0, 6)))
  .toSorted((a, b) => a - b);

const golden = join(packageRoot, 'test', 'postgres', 'schema.golden.txt');

test('a migrated database has the schema of the golden file (UPDATE_GOLDEN=1 rewrites it)', async (context) => {
  const { database } = await openTestDatabase(context);
  const text = await catalogText(database);
  if (process.env['UPDATE_GOLDEN'] === '1') await writeFile(golden, text);
  assert.equal(text, await readFile(golden, 'utf8'));
});

test('every table, column, view, sequence and function has a comment', async (context) => {
  const { database } = await openTestDatabase(context);
  assert.deepEqual(await uncommented(database), []);
});

test('twenty processes may migrate a fresh database at once', async (context) => {
  const { database } = await openEmptyDatabase(context);
  const applied = await Promise.all(Array.from({ length: 20 }, () => migrate(database)));
  assert.deepEqual(
    applied.filter((some) => some.length > 0),
    [versions],
  );
  await requireCurrentSchema(database);
  assert.equal(await catalogText(database), await readFile(golden, 'utf8'));
});

test('migrating twice changes nothing the second time', async (context) => {
  const { database } = await openTestDatabase(context);
  assert.deepEqual(await migrate(database), []);
});

function isRefusal(error: unknown): boolean {
  const advice = `database is at schema 999999, this build knows ${versions.at(-1)}: deploy the newer build first`;
  return error instanceof SchemaError && error.message === advice;
}

test('a database of a newer build is refused with the advice to deploy that build', async (context) => {
  const { database } = await openTestDatabase(context);
  await database.query('INSERT INTO patchloom.schema_version (version) VALUES (999999)');
  await assert.rejects(migrate(database), isRefusal);
  await assert.rejects(requireCurrentSchema(database), isRefusal);
});

test('a database that was never migrated is refused with the advice to migrate it', async (context) => {
  const { database } = await openEmptyDatabase(context);
  await assert.rejects(requireCurrentSchema(database), /is at schema 0, .*: run patchloom migrate/);
});

test('views are made anew when they are not those of this build', async (context) => {
  const { database } = await openTestDatabase(context);
  await database.query(
    `DROP VIEW api.thread; UPDATE patchloom.schema_version SET views_sha256 = 'other'`,
  );
  await migrate(database);
  assert.equal(await catalogText(database), await readFile(golden, 'utf8'));
});

/** Names of the relations in a schema: tables and views. */
async function relationsOf(database: Database, schema: string): Promise<string[]> {
  const { rows } = await database.query<{ name: string }>(
    `SELECT c.oid::regclass::text AS name FROM pg_class c
     WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('r', 'v') ORDER BY 1`,
    [schema],
  );
  return rows.map(({ name }) => name);
}

/** What the reader's role is told: "rows" or the SQLSTATE of the refusal. */
async function asReader(database: Database, statement: string): Promise<string> {
  const client = await database.connect();
  try {
    await client.query('SET ROLE patchloom_reader');
    await client.query(statement);
    return 'rows';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  } finally {
    client.release(true);
  }
}

const insufficientPrivilege = '42501';

test('role patchloom_reader reads every view of schema api', async (context) => {
  const { database } = await openTestDatabase(context);
  const views = await relationsOf(database, 'api');
  assert.ok(views.length >= 6);
  for (const view of views) {
    assert.equal(await asReader(database, `SELECT * FROM ${view}`), 'rows', view);
  }
});

test('role patchloom_reader reads, writes and calls nothing in schema patchloom', async (context) => {
  const { database } = await openTestDatabase(context);
  const tables = await relationsOf(database, 'patchloom');
  assert.ok(tables.length >= 9);
  const statements = [
    ...tables.map((table) => `SELECT * FROM ${table}`),
    `INSERT INTO patchloom.mailing_list (list_id) VALUES ('x')`,
    `SELECT nextval('patchloom.delivery_id')`,
    `SELECT * FROM patchloom.take_custody('{}', '{}', '', '{}', '{}', '{}', '[]')`,
    `CREATE TABLE api.mine ()`,
  ];
  for (const statement of statements) {
    assert.equal(await asReader(database, statement), insufficientPrivilege, statement);
  }
});
