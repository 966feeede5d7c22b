import type { Database } from '../../src/store/database.ts';

/** The schemas that are ours; BullMQ keeps its own. */
const ourSchemas = ['patchloom', 'api'];

/** One line for each thing in our schemas, sorted: tables, columns, constraints, indexes, sequences, functions, views, comments. */
export async function catalogText(database: Database): Promise<string> {
  const { rows } = await database.query<{ line: string }>(
    `SELECT line FROM (${catalogQueries.join(' UNION ALL ')}) AS catalog ORDER BY line COLLATE "C"`,
    [ourSchemas],
  );
  return rows.map(({ line }) => `${line}\n`).join('');
}

/** Tables and views have a kind of their own in pg_class; indexes are listed apart. */
const relations = `pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = ANY($1)`;
const columns = `${relations} JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE c.relkind IN ('r', 'v')`;

/** Of a function `f`: no extension made it. */
const isOurs = `NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = f.oid AND d.deptype = 'e')`;

const catalogQueries = [
  `SELECT format('%s %s.%s', CASE c.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' ELSE 'sequence' END,
     n.nspname, c.relname) AS line
   FROM ${relations} WHERE c.relkind IN ('r', 'v', 'S')`,
  `SELECT format('column %s.%s.%s %s %s%s%s%s', n.nspname, c.relname, lpad(a.attnum::text, 2, '0'), a.attname,
     format_type(a.atttypid, a.atttypmod),
     CASE WHEN a.attcollation = '"C"'::regcollation AND a.atttypid = 'text'::regtype THEN ' collate C' ELSE '' END,
     CASE WHEN a.attnotnull THEN ' not null' ELSE '' END,
     coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') ||
       CASE a.attidentity WHEN 'a' THEN ' identity always' WHEN 'd' THEN ' identity by default' ELSE '' END)
   FROM ${columns.replace('WHERE', 'LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum WHERE')}`,
  `SELECT format('constraint %s.%s %s %s', n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid))
   FROM ${relations} JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype <> 'n'`,
  `SELECT format('index %s', pg_get_indexdef(c.oid)) FROM ${relations} WHERE c.relkind = 'i'`,
  `SELECT format('function %s.%s(%s) returns %s', n.nspname, f.proname,
     pg_get_function_arguments(f.oid), pg_get_function_result(f.oid))
   FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace AND n.nspname = ANY($1) WHERE ${isOurs}`,
  `SELECT format('comment on %s %s: %s', i.type, i.identity, s.description)
   FROM pg_description s, LATERAL pg_identify_object(s.classoid, s.objoid, s.objsubid) i
   WHERE i.schema = ANY($1) OR (i.type = 'schema' AND i.name = ANY($1))`,
];

/** Tables, views, their columns, sequences and functions of ours that say nothing of themselves. */
export async function uncommented(database: Database): Promise<string[]> {
  const { rows } = await database.query<{ name: string }>(
    `SELECT format('%s.%s', n.nspname, c.relname) AS name
     FROM ${relations} LEFT JOIN pg_sequence q ON q.seqrelid = c.oid
     WHERE c.relkind IN ('r', 'v', 'S') AND obj_description(c.oid, 'pg_class') IS NULL
       AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.objid = c.oid AND i.deptype = 'i')
     UNION ALL
     SELECT format('%s.%s.%s', n.nspname, c.relname, a.attname)
     FROM ${columns} AND col_description(c.oid, a.attnum) IS NULL
     UNION ALL
     SELECT format('%s.%s()', n.nspname, f.proname)
     FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace AND n.nspname = ANY($1)
     WHERE obj_description(f.oid, 'pg_proc') IS NULL AND ${isOurs}
     ORDER BY name`,
    [ourSchemas],
  );
  return rows.map(({ name }) => name);
}
