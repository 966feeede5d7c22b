import type { Transaction } from '../database.ts';

/** Tables whose ids a Patchwork decides. */
export type NumberedTable =
  'mailing_list' | 'patch_state' | 'app_user' | 'person' | 'patch' | 'bundle';

/** A column that names rows of a table; a constraint says so, or null. */
interface Reference {
  readonly table: string;
  readonly column: string;
  readonly constraint: string | null;
}

/**
 * Gives rows other ids, and all that refers to them. `moves` is a query of old_id and new_id; rows may change places. Result:
 * how many moved. Nothing else may use the database meanwhile: the tables are locked.
 */
export async function renumber(
  transaction: Transaction,
  table: NumberedTable,
  moves: string,
): Promise<number> {
  await transaction.query(`CREATE TEMP TABLE import_move ON COMMIT DROP AS ${moves}`);
  const { rows } = await transaction.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM pg_temp.import_move',
  );
  const { count } = rows[0]!;
  if (count > 0) await moveAll(transaction, table);
  await transaction.query('DROP TABLE pg_temp.import_move');
  return count;
}

/**
 * Moves that give rows the ids that a site has for their keys, and bring others out of the way.
 * In: `wanted`, a query of key and id, each once; `existing`, the same of the rows that there are.
 */
export function movesTo(wanted: string, existing: string): string {
  return `
    WITH wanted AS (${wanted}), existing AS (${existing}), top AS (
      SELECT greatest((SELECT max(id) FROM wanted), (SELECT max(id) FROM existing)) AS id)
    SELECT e.id AS old_id, w.id AS new_id FROM existing e JOIN wanted w USING (key) WHERE e.id <> w.id
    UNION ALL
    SELECT e.id, (SELECT top.id FROM top) + row_number() OVER (ORDER BY e.id)
    FROM existing e
    WHERE NOT EXISTS (SELECT FROM wanted w WHERE w.key = e.key) AND e.id IN (SELECT w.id FROM wanted w)`;
}

async function moveAll(transaction: Transaction, table: NumberedTable): Promise<void> {
  const references = await loadReferences(transaction, table);
  const constrained = references.filter(({ constraint }) => constraint !== null);
  // Events that wait for the end of the transaction would forbid ALTER TABLE.
  await transaction.query('SET CONSTRAINTS ALL IMMEDIATE');
  for (const { table: child, constraint } of constrained) {
    await transaction.query(
      `ALTER TABLE patchloom.${child} ALTER CONSTRAINT ${constraint} DEFERRABLE INITIALLY DEFERRED`,
    );
  }
  await transaction.query('SET CONSTRAINTS ALL DEFERRED');
  await moveColumn(transaction, table, 'id');
  for (const { table: child, column } of references) await moveColumn(transaction, child, column);
  if (table === 'mailing_list') await moveWebhooks(transaction);
  // Kept by triggers of patch, which leave nothing where the rows were.
  await transaction.query('DELETE FROM patchloom.patch_count WHERE patch_count = 0');
  await transaction.query('SET CONSTRAINTS ALL IMMEDIATE');
  for (const { table: child, constraint } of constrained) {
    await transaction.query(
      `ALTER TABLE patchloom.${child} ALTER CONSTRAINT ${constraint} NOT DEFERRABLE`,
    );
  }
}

/** Foreign keys, and columns that name lists without one. */
async function loadReferences(
  transaction: Transaction,
  table: NumberedTable,
): Promise<Reference[]> {
  const { rows } = await transaction.query<Reference>(
    `SELECT c.relname AS table, a.attname AS column, f.conname AS constraint
     FROM pg_class c
     JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'patchloom'
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     LEFT JOIN pg_constraint f ON f.conrelid = c.oid AND f.contype = 'f' AND f.conkey = ARRAY[a.attnum]
       AND f.confrelid = ('patchloom.' || $1)::regclass
     WHERE c.relkind = 'r' AND (f.oid IS NOT NULL OR $1 = 'mailing_list' AND a.attname = 'mailing_list_id')
     ORDER BY c.relname, a.attname`,
    [table],
  );
  return rows;
}

/** Below zero first, so that no two rows have one id in between. */
async function moveColumn(transaction: Transaction, table: string, column: string): Promise<void> {
  if (table === 'patch_count') return;
  await transaction.query(
    `UPDATE patchloom.${table} t SET ${column} = -v.new_id FROM pg_temp.import_move v
     WHERE t.${column} = v.old_id`,
  );
  await transaction.query(
    `UPDATE patchloom.${table} t SET ${column} = -t.${column} FROM pg_temp.import_move v
     WHERE t.${column} = -v.new_id`,
  );
}

async function moveWebhooks(transaction: Transaction): Promise<void> {
  await transaction.query(
    `UPDATE patchloom.webhook w SET mailing_list_ids = ARRAY(
       SELECT coalesce(v.new_id, u.id)::int FROM unnest(w.mailing_list_ids) WITH ORDINALITY AS u (id, place)
       LEFT JOIN pg_temp.import_move v ON v.old_id = u.id ORDER BY u.place)
     WHERE w.mailing_list_ids IS NOT NULL`,
  );
}

/** Makes sequences go on above these ids; one that is there already stays. */
export async function raiseSequence(
  transaction: Transaction,
  sequence: string,
  highest: string,
): Promise<void> {
  await transaction.query(
    `SELECT setval('${sequence}', h.id)
     FROM (SELECT (${highest})::bigint AS id) h, ${sequence} s
     WHERE h.id > s.last_value OR h.id = s.last_value AND NOT s.is_called`,
  );
}
