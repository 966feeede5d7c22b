import type { Database } from '../src/store/database.ts';
import type { Figure } from './report.ts';

const tableCount = 10;
const indexCount = 12;

/** The largest tables and indexes of a database: octets for each message of it, and for each row of the table. */
export async function sizeFigures(database: Database, messageCount: number): Promise<Figure[]> {
  await database.query('ANALYZE');
  const tables = await database.query<RelationSize>(tablesBySize, [tableCount]);
  const indexes = await database.query<RelationSize>(indexesBySize, [indexCount]);
  const totals = await database.query<Omit<RelationSize, 'rows'>>(allTablesAndIndexes);
  return [
    ...totals.rows.map(({ name, bytes }) => ({
      name,
      value: bytes / messageCount,
      unit: 'bytes/message',
    })),
    ...tables.rows.flatMap(({ name, bytes, rows }) => [
      { name: `table ${name}`, value: bytes / messageCount, unit: 'bytes/message' },
      { name: `table ${name}, ${rows} rows`, value: bytes / rows, unit: 'bytes/row' },
    ]),
    ...indexes.rows.map(({ name, bytes }) => ({
      name: `index ${name}`,
      value: bytes / messageCount,
      unit: 'bytes/message',
    })),
  ];
}

interface RelationSize {
  readonly name: string;
  readonly bytes: number;
  readonly rows: number;
}

/** With what lies beside the rows (TOAST); without indexes. Rows are an estimate. */
const tablesBySize = `
  SELECT c.relname AS name, pg_table_size(c.oid) AS bytes, greatest(c.reltuples, 1)::bigint AS rows
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  ORDER BY bytes DESC LIMIT $1`;

const allTablesAndIndexes = `
  SELECT kind.name, sum(CASE kind.name WHEN 'all tables' THEN pg_table_size(c.oid) ELSE pg_indexes_size(c.oid) END)::bigint AS bytes
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, (VALUES ('all tables'), ('all indexes')) AS kind (name)
  WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  GROUP BY kind.name ORDER BY kind.name DESC`;

const indexesBySize = `
  SELECT c.relname AS name, pg_relation_size(c.oid) AS bytes, 0 AS rows
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'i' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
  ORDER BY bytes DESC LIMIT $1`;
