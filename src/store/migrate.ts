import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../package-root.ts';
import { inTransaction } from './database.ts';
import type { Database, Queryable, Transaction } from './database.ts';
import { SchemaError } from './schema-error.ts';

const migrationsFolder = join(packageRoot, 'sql');
const viewsFolder = join(packageRoot, 'sql', 'views');

/** Key of the advisory lock that lets one process migrate at a time: "PLOOM" as digits on a phone. */
const migrationLock = 75666;

interface Migration {
  readonly version: number;
  readonly file: string;
}

/**
 * Brings the schema to this build's version, and re-creates the views where they differ from this build's, in one
 * transaction under a lock, so that many processes may start at once.
 * Returns the versions applied, [] when there was nothing to do.
 * Throws SchemaError when the database is ahead of this build.
 */
export async function migrate(database: Database): Promise<number[]> {
  const migrations = await bundledMigrations();
  return inTransaction(database, async (transaction) => {
    await transaction.query('SELECT pg_advisory_xact_lock($1)', [migrationLock]);
    await transaction.query(ledgerDefinition);
    const current = await schemaVersion(transaction);
    refuseNewer(current, migrations);
    const pending = migrations.filter(({ version }) => version > current);
    for (const migration of pending) await apply(transaction, migration);
    await refreshViews(transaction);
    return pending.map(({ version }) => version);
  });
}

/**
 * Makes the schema that a build with `version` had, in place of an empty one: what a backup by that build is restored
 * into. Throws SchemaError when this build does not know that version.
 */
export async function createSchema(transaction: Transaction, version: number): Promise<void> {
  const migrations = await bundledMigrations();
  await transaction.query('SELECT pg_advisory_xact_lock($1)', [migrationLock]);
  if (version > newest(migrations)) {
    throw new SchemaError(
      `the backup is at schema ${version}, this build knows ${newest(migrations)}: restore it with the newer build`,
    );
  }
  await transaction.query('DROP SCHEMA IF EXISTS api, patchloom CASCADE');
  await transaction.query(ledgerDefinition);
  for (const migration of migrations) {
    if (migration.version <= version) await apply(transaction, migration);
  }
}

/** Until the transaction ends, nobody migrates. */
export async function holdSchema(transaction: Transaction): Promise<void> {
  await transaction.query('SELECT pg_advisory_xact_lock_shared($1)', [migrationLock]);
}

const ledgerDefinition = `
  CREATE SCHEMA IF NOT EXISTS patchloom;
  CREATE TABLE IF NOT EXISTS patchloom.schema_version (
    version int PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now(),
    views_sha256 text
  );
  COMMENT ON TABLE patchloom.schema_version IS 'Migrations applied, one row each.';
  COMMENT ON COLUMN patchloom.schema_version.version IS 'Number that the file in sql/ begins with.';
  COMMENT ON COLUMN patchloom.schema_version.applied_at IS 'When it was applied.';
  COMMENT ON COLUMN patchloom.schema_version.views_sha256 IS
    'In the newest row: SHA-256 of the files in sql/views that the views were made from, in hex.';`;

/** The schema that this build makes and needs. */
export async function schemaOfThisBuild(): Promise<number> {
  return newest(await bundledMigrations());
}

/** Throws SchemaError unless the database is at exactly this build's version. */
export async function requireCurrentSchema(database: Database): Promise<void> {
  const migrations = await bundledMigrations();
  const current = await schemaVersion(database);
  refuseNewer(current, migrations);
  if (current < newest(migrations)) {
    throw new SchemaError(
      `database is at schema ${current}, this build needs ${newest(migrations)}: run patchloom migrate`,
    );
  }
}

async function bundledMigrations(): Promise<Migration[]> {
  const files = await readdir(migrationsFolder);
  return files
    .filter((file) => /^[0-9]{6}-.*\.sql$/.test(file))
    .toSorted()
    .map((file) => ({ version: Number(file.slice(0, 6)), file }));
}

/** 0 for a database that was never migrated. */
export async function schemaVersion(queryable: Queryable): Promise<number> {
  const ledger = await queryable.query(
    `SELECT to_regclass('patchloom.schema_version') IS NOT NULL AS exists`,
  );
  if (!ledger.rows[0].exists) return 0;
  const { rows } = await queryable.query(
    'SELECT coalesce(max(version), 0) AS version FROM patchloom.schema_version',
  );
  return rows[0].version;
}

function refuseNewer(current: number, migrations: readonly Migration[]): void {
  if (current > newest(migrations)) {
    throw new SchemaError(
      `database is at schema ${current}, this build knows ${newest(migrations)}: deploy the newer build first`,
    );
  }
}

function newest(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.version ?? 0;
}

async function apply(transaction: Transaction, { version, file }: Migration): Promise<void> {
  await transaction.query(await readFile(join(migrationsFolder, file), 'utf8'));
  await transaction.query('INSERT INTO patchloom.schema_version (version) VALUES ($1)', [version]);
}

async function refreshViews(transaction: Transaction): Promise<void> {
  const files = (await readdir(viewsFolder)).toSorted();
  const texts = await Promise.all(files.map((file) => readFile(join(viewsFolder, file), 'utf8')));
  const sha256 = createHash('sha256').update(texts.join('\n')).digest('hex');
  const { rowCount } = await transaction.query(
    `UPDATE patchloom.schema_version SET views_sha256 = $1
     WHERE version = (SELECT max(version) FROM patchloom.schema_version)
       AND views_sha256 IS DISTINCT FROM $1`,
    [sha256],
  );
  if (rowCount === 0) return;
  for (const text of texts) await transaction.query(text);
}
