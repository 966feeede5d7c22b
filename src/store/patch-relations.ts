import type { Transaction } from './database.ts';

/** First half of the key of the lock under which patches are related, so that two who relate the same ones take turns. */
const relationLock = 75668;

/** Waits until no other transaction relates patches, and keeps others from it until this one ends. */
export async function lockRelations(transaction: Transaction): Promise<void> {
  await transaction.query('SELECT pg_advisory_xact_lock($1, 0)', [relationLock]);
}

/** Ids of all patches that are in a relation with one of these, and of these. */
export async function findRelatedIds(
  transaction: Transaction,
  ids: readonly number[],
): Promise<number[]> {
  const { rows } = await transaction.query<{ id: number }>({
    name: 'find-related-ids',
    text: `SELECT p.id FROM patchloom.patch p WHERE p.id = ANY($1::bigint[])
           UNION
           SELECT relative.id FROM patchloom.patch p
           JOIN patchloom.patch relative ON relative.relation_id = p.relation_id
           WHERE p.id = ANY($1::bigint[])`,
    values: [ids],
  });
  return rows.map((row) => row.id);
}

/** A relation without patches. */
export async function addRelation(transaction: Transaction): Promise<number> {
  const { rows } = await transaction.query<{ id: number }>(
    'INSERT INTO patchloom.patch_relation DEFAULT VALUES RETURNING id',
  );
  return rows[0]!.id;
}

/** Puts patches into a relation; null: into none. */
export async function setRelation(
  transaction: Transaction,
  ids: readonly number[],
  relationId: number | null,
): Promise<void> {
  await transaction.query({
    name: 'set-relation',
    text: `UPDATE patchloom.patch SET relation_id = $2::bigint WHERE id = ANY($1::bigint[])`,
    values: [ids, relationId],
  });
}

/** Removes a relation; its patches are in none then. */
export async function removeRelation(transaction: Transaction, relationId: number): Promise<void> {
  await transaction.query('DELETE FROM patchloom.patch_relation WHERE id = $1', [relationId]);
}
