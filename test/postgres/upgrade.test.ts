import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { packageRoot } from '../../src/package-root.ts';
import { backupLineText } from '../../src/store/backup/backup-line.ts';
import type { BackupLine } from '../../src/store/backup/backup-line.ts';
import { readSequenceNames, readTables } from '../../src/store/backup/read-tables.ts';
import type { BackedUpTable } from '../../src/store/backup/read-tables.ts';
import { restoreBackup } from '../../src/store/backup/restore-backup.ts';
import { inTransaction } from '../../src/store/database.ts';
import type { Database } from '../../src/store/database.ts';
import { createSchema, migrate } from '../../src/store/migrate.ts';
import { decodeBody } from '../../src/store/raw-body.ts';
import { catalogText } from '../support/catalog-text.ts';
import { indexIds, storeAll, takeAll } from '../support/index-mail.ts';
import { sampleMail } from '../support/sample-mail.ts';
import { exportText } from '../support/stored-result.ts';
import { syntheticList } from '../support/synthetic-list.ts';
import { openEmptyDatabase, openTestDatabase } from '../support/test-database.ts';

const versions = readdirSync(join(packageRoot, 'sql'))
  .filter((file) => file.endsWith('.sql'))
  .map((file) => Number(file.slice(0, 6)))
  .toSorted((a, b) => a - b);

interface Shape {
  readonly tables: readonly BackedUpTable[];
  readonly sequences: readonly string[];
}

/** Tables and sequences that a build with this schema had, found by running its migrations in an empty database. */
async function shapeOf(database: Database, version: number): Promise<Shape> {
  return inTransaction(database, async (transaction) => {
    await createSchema(transaction, version);
    return {
      tables: await readTables(transaction),
      sequences: await readSequenceNames(transaction),
    };
  });
}

/** Rows of a table with those of its columns that it had at an earlier schema, as Postgres writes them. */
async function rowsOf(database: Database, { name, columns }: BackedUpTable): Promise<BackupLine[]> {
  const { rows } = await database.query<{ line: string }>(
    `SELECT ROW(${columns.map((column) => `t.${column}`).join(', ')})::text AS line FROM patchloom.${name} t`,
  );
  return rows.map(({ line }) => line);
}

/** What a build with schema `version` would have kept of what `database` holds, as a backup. */
async function* formerBackup(
  database: Database,
  version: number,
  { tables, sequences }: Shape,
): AsyncGenerator<string> {
  const line = (one: BackupLine): string => backupLineText(one).trimEnd();
  yield line({ kind: 'head', format: 1, schema: version, takenAt: '2026-03-02T09:00:00Z' });
  let rowCount = 0;
  for (const table of tables) {
    yield line({ kind: 'table', ...table });
    for (const row of await rowsOf(database, table)) {
      rowCount += 1;
      yield line(row);
    }
  }
  for (const name of sequences) {
    const { rows } = await database.query(
      `SELECT last_value AS last, is_called AS "isUsed" FROM patchloom.${name}`,
    );
    yield line({ kind: 'sequence', name, ...rows[0] });
  }
  yield line({ kind: 'end', rowCount });
}

const late = sampleMail({ id: 'late', subject: 'in custody before the update' });

for (const version of versions.slice(0, -1)) {
  test(`a database of schema ${version} with mail in it, or a backup of it, comes to this build's schema with the same export and goes on from there`, async (context) => {
    const { database: current } = await openTestDatabase(context);
    await storeAll(current, syntheticList(5, 12));
    await takeAll(current, [late]);
    if (version < firstWithBrotli) await packWithDeflate(current);
    const { database } = await openEmptyDatabase(context);
    const shape = await shapeOf(database, version);
    const restored = await restoreBackup(database, formerBackup(current, version, shape));
    assert.equal(restored.schema, version);
    assert.ok(restored.rowCount > 100);
    assert.equal(await exportText(database), await exportText(current));
    assert.equal(await catalogText(database), await catalogText(current));
    await indexWaiting(database);
    await indexWaiting(current);
    assert.equal(await exportText(database), await exportText(current));
    assert.deepEqual(await migrate(database), []);
  });
}

const firstWithBrotli = 11;

/** Packs all messages as earlier builds did. */
async function packWithDeflate(database: Database): Promise<void> {
  const { rows } = await database.query(
    `SELECT id, body FROM patchloom.raw_message WHERE encoding = 'brotli'`,
  );
  assert.ok(rows.length > 0);
  for (const { id, body } of rows) {
    await database.query(
      `UPDATE patchloom.raw_message SET encoding = 'deflate', body = $2 WHERE id = $1`,
      [id, deflateRawSync(decodeBody(body, 'brotli'))],
    );
  }
}

async function indexWaiting(database: Database): Promise<void> {
  const { rows } = await database.query('SELECT id FROM patchloom.delivery WHERE outcome IS NULL');
  assert.equal(rows.length, 1);
  await indexIds(
    database,
    rows.map(({ id }) => id),
  );
}
