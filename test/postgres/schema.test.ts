import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../src/package-root.ts';
import { migrate, requireCurrentSchema } from '../../src/store/migrate.ts';
import { SchemaError } from '../../src/store/schema-error.ts';
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

test('every table and view, their columns, every sequence and function has a comment', async (context) => {
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

test('what readers build on the views is still there when these are made anew', async (context) => {
  const { database } = await openTestDatabase(context);
  await database.query(`
    CREATE SCHEMA dashboard;
    CREATE VIEW dashboard.open_patches AS SELECT id, name FROM api.patch WHERE state = 'new';
    UPDATE patchloom.schema_version SET views_sha256 = 'other'`);
  await migrate(database);
  assert.deepEqual((await database.query('SELECT * FROM dashboard.open_patches')).rows, []);
});

test('a view that is there with other columns is not replaced: the migration fails and leaves it', async (context) => {
  const { database } = await openTestDatabase(context);
  await database.query(`
    DROP VIEW api.thread;
    CREATE VIEW api.thread AS SELECT 'a' AS moved, id FROM patchloom.message;
    UPDATE patchloom.schema_version SET views_sha256 = 'other'`);
  await assert.rejects(migrate(database), /cannot change name of view column "moved" to "id"/);
  assert.deepEqual((await database.query('SELECT moved FROM api.thread')).rows, []);
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

/** One column of each row. */
async function texts(database: Database, query: string): Promise<string[]> {
  const { rows } = await database.query<{ text: string }>(query);
  return rows.map(({ text }) => text);
}

test('role patchloom_reader has no right on any relation but to read views of schema api', async (context) => {
  const { database } = await openTestDatabase(context);
  const rights = await texts(
    database,
    `SELECT DISTINCT format('%s on %s of schema %s', a.privilege_type,
       CASE c.relkind WHEN 'v' THEN 'views' ELSE c.relkind::text END, c.relnamespace::regnamespace) AS text
     FROM pg_class c
     CROSS JOIN LATERAL aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a
     WHERE c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
       AND a.grantee IN (0, 'patchloom_reader'::regrole)`,
  );
  assert.deepEqual(rights, ['SELECT on views of schema api']);
  const writing = 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER, MAINTAIN';
  for (const view of await relationsOf(database, 'api')) {
    const { rows } = await database.query(
      `SELECT has_table_privilege('patchloom_reader', $1, $2) AS may`,
      [view, writing],
    );
    assert.equal(rows[0].may, false, view);
  }
});

test('role patchloom_reader may use no schema of ours but api, and may create in none', async (context) => {
  const { database } = await openTestDatabase(context);
  const usable = await texts(
    database,
    `SELECT n.nspname AS text FROM pg_namespace n
     WHERE n.nspname !~ '^pg_' AND has_schema_privilege('patchloom_reader', n.oid, 'USAGE') ORDER BY 1`,
  );
  assert.deepEqual(usable, ['api', 'information_schema', 'public']);
  const writable = await texts(
    database,
    `SELECT n.nspname AS text FROM pg_namespace n
     WHERE has_schema_privilege('patchloom_reader', n.oid, 'CREATE')`,
  );
  assert.deepEqual(writable, []);
});

test('of our functions role patchloom_reader may call those that documents are written with, and by no name', async (context) => {
  const { database } = await openTestDatabase(context);
  const callable = await texts(
    database,
    `SELECT f.proname AS text FROM pg_proc f
     WHERE f.pronamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
       AND has_function_privilege('patchloom_reader', f.oid, 'EXECUTE')
     ORDER BY 1`,
  );
  assert.deepEqual(callable, [
    'api_url',
    'archive_url',
    'bare_message_id',
    'escaped_in_path',
    'headers_json',
    'json_time',
    'message_id_in_path',
    'person_json',
    'project_json',
    'public_url',
    'series_json',
    'submission_json',
    'user_json',
    'web_url',
  ]);
  const outcome = await asReader(database, 'SELECT patchloom.public_url()');
  assert.equal(outcome, insufficientPrivilege);
});

test('a function that a later migration adds is not for everybody', async (context) => {
  const { database } = await openTestDatabase(context);
  await database.query(`
    CREATE FUNCTION patchloom.later() RETURNS int LANGUAGE sql RETURN 1;
    UPDATE patchloom.schema_version SET views_sha256 = NULL`);
  await migrate(database);
  const { rows } = await database.query(
    `SELECT has_function_privilege('patchloom_reader', 'patchloom.later()', 'EXECUTE') AS may`,
  );
  assert.equal(rows[0].may, false);
});

test('private bundles are left out of the views, behind a barrier to functions of the reader', async (context) => {
  const { database } = await openTestDatabase(context);
  await database.query(`
    INSERT INTO patchloom.mailing_list (list_id) VALUES ('brook-devel.lists.example');
    INSERT INTO patchloom.app_user (username) VALUES ('ada');
    INSERT INTO patchloom.bundle (mailing_list_id, owner_id, name, is_public) VALUES
      (1, 1, 'secret', false), (1, 1, 'shown', true)`);
  assert.deepEqual(await texts(database, 'SELECT name AS text FROM api.bundle'), ['shown']);
  const barriers = await texts(
    database,
    `SELECT relname AS text FROM pg_class
     WHERE relnamespace = 'api'::regnamespace AND reloptions @> '{security_barrier=true}'`,
  );
  assert.deepEqual(barriers, ['bundle']);
});
