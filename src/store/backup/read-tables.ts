import type { Queryable } from '../database.ts';

/** A table of schema patchloom. */
export interface BackedUpTable {
  readonly name: string;
  /** In the order in which they were made. */
  readonly columns: readonly string[];
}

/** Made by the migrations themselves, and different in each database. */
const ledger = 'schema_version';

/** All tables whose rows a backup holds, each after those that it refers to. */
export async function readTables(queryable: Queryable): Promise<BackedUpTable[]> {
  const { rows } = await queryable.query<BackedUpTable & { readonly references: string[] }>(
    `SELECT c.relname AS name,
       ARRAY(SELECT a.attname::text FROM pg_attribute a
             WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) AS columns,
       ARRAY(SELECT r.relname::text FROM pg_constraint f JOIN pg_class r ON r.oid = f.confrelid
             WHERE f.conrelid = c.oid AND f.contype = 'f' AND f.confrelid <> c.oid) AS "references"
     FROM pg_class c
     WHERE c.relnamespace = 'patchloom'::regnamespace AND c.relkind = 'r' AND c.relname <> $1
     ORDER BY c.relname`,
    [ledger],
  );
  return referredFirst(rows);
}

function referredFirst<T extends { readonly name: string; readonly references: readonly string[] }>(
  tables: readonly T[],
): T[] {
  const done = new Set<string>();
  const ordered: T[] = [];
  while (ordered.length < tables.length) {
    const ready = tables.filter(
      ({ name, references }) => !done.has(name) && references.every((other) => done.has(other)),
    );
    if (ready.length === 0) throw new Error('tables refer to each other in a circle');
    for (const table of ready) done.add(table.name);
    ordered.push(...ready);
  }
  return ordered;
}

/** Names of the sequences of schema patchloom, those of identity columns too. */
export async function readSequenceNames(queryable: Queryable): Promise<string[]> {
  const { rows } = await queryable.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
     WHERE relnamespace = 'patchloom'::regnamespace AND relkind = 'S' ORDER BY relname`,
  );
  return rows.map(({ name }) => name);
}
