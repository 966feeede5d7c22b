import type { Queryable } from './database.ts';
import type { MessageRowId } from './stored-message.ts';

/** Gives the messages among these that are patches or pull requests a row for what people make of them. */
export async function recordPatches(
  queryable: Queryable,
  ids: readonly MessageRowId[],
): Promise<void> {
  if (ids.length === 0) return;
  await queryable.query({
    name: 'record-patches',
    text: `INSERT INTO patchloom.patch (id, message, mailing_list_id, submitter_id, date, state_id)
           SELECT m.public_id, m.id, m.mailing_list_id, m.submitter_id, coalesce(m.date, m.received_at),
             (SELECT s.id FROM patchloom.patch_state s ORDER BY s.ordering LIMIT 1)
           FROM patchloom.message m
           WHERE m.id = ANY($1) AND m.kind IN ('patch', 'pull-request')
           ON CONFLICT (message) DO UPDATE SET is_shown = true WHERE NOT patch.is_shown`,
    values: [ids],
  });
}

/** Hides the patches among these messages that are taken for something else now; what people said of them waits. */
export async function hideFormerPatches(
  queryable: Queryable,
  ids: readonly MessageRowId[],
): Promise<void> {
  if (ids.length === 0) return;
  await queryable.query({
    name: 'hide-former-patches',
    text: `UPDATE patchloom.patch p SET is_shown = false
           FROM patchloom.message m
           WHERE m.id = ANY($1) AND p.message = m.id AND p.is_shown AND m.kind NOT IN ('patch', 'pull-request')`,
    values: [ids],
  });
}

/**
 * Gives these messages, and the series that they are in, the ids that an imported Patchwork reserved for them. Whether
 * one was imported for the list: then `applyImportedReview` is to follow when their patches are recorded.
 */
export async function takeReservedIds(
  queryable: Queryable,
  listId: number,
  ids: readonly MessageRowId[],
): Promise<boolean> {
  if (ids.length === 0) return false;
  const { rows } = await queryable.query<{ isImported: boolean }>({
    name: 'take-reserved-ids',
    text: 'SELECT patchloom.take_reserved_ids($1, $2) AS "isImported"',
    values: [listId, ids],
  });
  return rows[0]!.isImported;
}

/** Gives these messages the states, checks and bundles that an imported Patchwork had for them, each once. */
export async function applyImportedReview(
  queryable: Queryable,
  listId: number,
  ids: readonly MessageRowId[],
): Promise<void> {
  await queryable.query({
    name: 'apply-imported-review',
    text: 'SELECT patchloom.apply_imported_review($1, $2)',
    values: [listId, ids],
  });
}

/** Makes the patch rows of a list agree with its messages; what people said of the patches stays. */
export async function refreshPatches(queryable: Queryable, listId: number): Promise<void> {
  const { rows } = await queryable.query<{ id: MessageRowId }>(
    `SELECT m.id FROM patchloom.message m
     LEFT JOIN patchloom.patch p ON p.message = m.id
     WHERE m.mailing_list_id = $1
       AND (m.kind IN ('patch', 'pull-request')) IS DISTINCT FROM p.is_shown
       AND (p.id IS NOT NULL OR m.kind IN ('patch', 'pull-request'))`,
    [listId],
  );
  const ids = rows.map((row) => row.id);
  await recordPatches(queryable, ids);
  await hideFormerPatches(queryable, ids);
  await queryable.query(
    `UPDATE patchloom.patch p SET submitter_id = m.submitter_id, date = coalesce(m.date, m.received_at)
     FROM patchloom.message m
     WHERE p.message = m.id AND m.mailing_list_id = $1
       AND (p.submitter_id, p.date) IS DISTINCT FROM (m.submitter_id, coalesce(m.date, m.received_at))`,
    [listId],
  );
}
