import type { Database, Queryable } from '../../src/store/database.ts';
import { closingStatements, namedRows, rowsOfTables } from './row-statements.ts';
import { blockShape, dropScratch, scratchStatements } from './scratch-statements.ts';

/** As many as there are processors on a small machine. */
const connectionCount = 2;

/**
 * Fills a migrated database that holds no mail with generated patches, three messages for each, by statements over sets:
 * what indexing such mail would leave, but for stubs in place of raw messages and no keys of revisions. Texts are short, about
 * 1 KB a message. `patchCount` is rounded up to whole blocks of 4. Triggers do not fire, foreign keys are
 * not checked. Needs two connections.
 */
export async function fillWithPatches(database: Database, patchCount: number): Promise<void> {
  const writers = await Promise.all(
    Array.from({ length: connectionCount }, () => database.connect()),
  );
  const [writer] = writers;
  try {
    await runInTurn(writer!, namedRows);
    for (const one of writers) await one.query(bulkSettings);
    await runInTurn(writer!, scratchStatements(Math.ceil(patchCount / blockShape.patchCount)));
    const indexes = await dropIndexes(writer!);
    await runAll(writers, Object.values(rowsOfTables));
    await runAll(writers, indexes);
    await runInTurn(writer!, [...closingStatements, dropScratch, 'VACUUM ANALYZE']);
  } finally {
    for (const one of writers) one.release(true);
  }
}

const bulkSettings = `SET session_replication_role = replica; SET synchronous_commit = off;
  SET maintenance_work_mem = '512MB'; SET work_mem = '64MB'`;

async function runInTurn(writer: Queryable, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await writer.query(statement);
}

/** Drops what is slow to keep row by row; the statements that make it again. */
async function dropIndexes(writer: Queryable): Promise<string[]> {
  const { rows } = await writer.query<{ drop: string; make: string }>(
    `SELECT CASE WHEN c.oid IS NULL THEN 'DROP INDEX ' || i.indexrelid::regclass
         ELSE format('ALTER TABLE %s DROP CONSTRAINT %I', i.indrelid::regclass, c.conname) END AS drop,
       CASE WHEN c.oid IS NULL THEN pg_get_indexdef(i.indexrelid)
         ELSE format('ALTER TABLE %s ADD CONSTRAINT %I %s', i.indrelid::regclass, c.conname, pg_get_constraintdef(c.oid))
         END AS make
     FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype IN ('p', 'u')
     WHERE i.indrelid = ANY(SELECT ('patchloom.' || name)::regclass FROM unnest($1::text[]) name)
       AND NOT i.indisprimary
     ORDER BY pg_relation_size(i.indexrelid) DESC`,
    [Object.keys(rowsOfTables)],
  );
  await runInTurn(
    writer,
    rows.map(({ drop }) => drop),
  );
  return rows.map(({ make }) => make);
}

/** Runs statements that do not depend on one another, as many at once as there are writers. */
async function runAll(writers: readonly Queryable[], statements: readonly string[]): Promise<void> {
  const left = [...statements];
  await Promise.all(
    writers.map(async (writer) => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        await writer.query(next);
      }
    }),
  );
}
