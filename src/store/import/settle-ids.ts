import type { Transaction } from '../database.ts';
import { raiseSequence, renumber } from './renumber.ts';

/**
 * Gives what is indexed its imported ids and review data. Messages and series that the site did not know give way where
 * they have one of its numbers: theirs are above all of these.
 */
export async function settleIds(transaction: Transaction): Promise<void> {
  await raiseSequence(
    transaction,
    'patchloom.message_row_id',
    `SELECT max(public_id) FROM patchloom.reserved_id WHERE resource <> 'series'`,
  );
  await raiseSequence(
    transaction,
    'patchloom.series_id',
    `SELECT max(public_id) FROM patchloom.reserved_id WHERE resource = 'series'`,
  );
  await renumber(transaction, 'patch', patchMoves);
  await moveMessages(transaction);
  await moveSeries(transaction);
  const { rows } = await transaction.query<{ id: number }>(
    'SELECT DISTINCT list_id AS id FROM pg_temp.import_list ORDER BY 1',
  );
  for (const { id } of rows) await applyTo(transaction, id);
}

const patchMoves = `
  SELECT p.id AS old_id, coalesce(r.public_id, nextval('patchloom.message_row_id')) AS new_id
  FROM patchloom.patch p
  JOIN patchloom.message m ON m.id = p.message
  LEFT JOIN patchloom.reserved_id r ON r.resource = 'patch' AND m.is_first
    AND r.mailing_list_id = m.mailing_list_id AND r.message_id = m.message_id
  WHERE r.public_id <> p.id OR r.public_id IS NULL AND EXISTS (
    SELECT FROM patchloom.reserved_id o WHERE o.resource = 'patch' AND o.public_id = p.id)`;

async function moveMessages(transaction: Transaction): Promise<void> {
  await transaction.query(
    `UPDATE patchloom.message m SET public_id = p.id FROM patchloom.patch p
     WHERE p.message = m.id AND m.kind IN ('patch', 'pull-request') AND m.public_id <> p.id`,
  );
  await transaction.query(
    `UPDATE patchloom.message m SET public_id = nextval('patchloom.message_row_id')
     WHERE m.kind NOT IN ('patch', 'pull-request')
       AND EXISTS (SELECT FROM patchloom.reserved_id r WHERE r.resource <> 'series' AND r.public_id = m.public_id)
       AND NOT EXISTS (
         SELECT FROM patchloom.reserved_id r
         WHERE r.mailing_list_id = m.mailing_list_id AND r.message_id = m.message_id AND r.resource <> 'series'
           AND r.public_id = m.public_id)`,
  );
}

/** A series that has the number of another's lead; a redirect that has one goes. */
async function moveSeries(transaction: Transaction): Promise<void> {
  await transaction.query(
    `UPDATE patchloom.series s SET public_id = nextval('patchloom.series_id')
     WHERE EXISTS (SELECT FROM patchloom.reserved_id r WHERE r.resource = 'series' AND r.public_id = s.public_id)
       AND NOT EXISTS (
         SELECT FROM patchloom.message m
         JOIN patchloom.reserved_id r ON r.mailing_list_id = m.mailing_list_id AND r.message_id = m.message_id
           AND r.resource = 'series'
         WHERE m.series_id = s.id AND m.is_first AND r.public_id = s.public_id)`,
  );
  await transaction.query(
    `DELETE FROM patchloom.series_redirect d USING patchloom.series s WHERE s.public_id = d.former_public_id`,
  );
}

async function applyTo(transaction: Transaction, listId: number): Promise<void> {
  const { rows } = await transaction.query<{ ids: number[] }>(
    `SELECT ARRAY(
       SELECT DISTINCT m.id FROM patchloom.reserved_id r
       JOIN patchloom.thread_node n ON n.message_id = r.message_id AND n.mailing_list_id = r.mailing_list_id
       JOIN patchloom.message m ON m.thread_node_id = n.id
       WHERE r.mailing_list_id = $1) AS ids`,
    [listId],
  );
  const { ids } = rows[0]!;
  await transaction.query('SELECT patchloom.take_reserved_ids($1, $2)', [listId, ids]);
  await transaction.query('SELECT patchloom.apply_imported_review($1, $2)', [listId, ids]);
}
