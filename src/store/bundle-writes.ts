import type { Transaction } from './database.ts';

/** A bundle as its owner changes it. */
export interface OwnedBundle {
  readonly id: number;
  readonly ownerId: number;
  readonly isPublic: boolean;
  /** The list that all its patches are of. */
  readonly listId: number;
}

/** What is said of a bundle that is made. */
export interface NewBundle {
  readonly listId: number;
  readonly ownerId: number;
  readonly name: string;
  readonly isPublic: boolean;
}

/** The bundle with that id, which no other transaction can change until this one ends; null when there is none. */
export async function lockBundle(
  transaction: Transaction,
  id: number,
): Promise<OwnedBundle | null> {
  const { rows } = await transaction.query<OwnedBundle>({
    name: 'lock-bundle',
    text: `SELECT b.id, b.owner_id AS "ownerId", b.is_public AS "isPublic", b.mailing_list_id AS "listId"
           FROM patchloom.bundle b WHERE b.id = $1::bigint FOR UPDATE`,
    values: [id],
  });
  return rows[0] ?? null;
}

/** Adds a bundle without patches; null when its owner has another of that name. */
export async function addBundle(
  transaction: Transaction,
  bundle: NewBundle,
): Promise<number | null> {
  const { rows } = await transaction.query<{ id: number }>({
    name: 'add-bundle',
    text: `INSERT INTO patchloom.bundle (mailing_list_id, owner_id, name, is_public) VALUES ($1, $2, $3, $4)
           ON CONFLICT (owner_id, name) DO NOTHING RETURNING id`,
    values: [bundle.listId, bundle.ownerId, bundle.name, bundle.isPublic],
  });
  return rows[0]?.id ?? null;
}

/** Whether the owner has another bundle of that name. */
export async function hasBundleNamed(
  transaction: Transaction,
  bundle: OwnedBundle,
  name: string,
): Promise<boolean> {
  const { rowCount } = await transaction.query(
    'SELECT FROM patchloom.bundle WHERE owner_id = $1 AND name = $2 AND id <> $3',
    [bundle.ownerId, name, bundle.id],
  );
  return rowCount !== 0;
}

/** What is to be changed of a bundle; what is left out stays. */
export interface BundleChange {
  readonly name: string | undefined;
  readonly isPublic: boolean | undefined;
  readonly listId: number | undefined;
}

/** Changes a bundle that is locked. */
export async function updateBundle(
  transaction: Transaction,
  id: number,
  change: BundleChange,
): Promise<void> {
  await transaction.query({
    name: 'update-bundle',
    text: `UPDATE patchloom.bundle b SET name = coalesce($2, b.name), is_public = coalesce($3, b.is_public),
             mailing_list_id = coalesce($4, b.mailing_list_id)
           WHERE b.id = $1`,
    values: [id, change.name, change.isPublic, change.listId],
  });
}

/** Makes these the patches of a bundle that is locked, in this order. */
export async function replaceBundlePatches(
  transaction: Transaction,
  id: number,
  patchIds: readonly number[],
): Promise<void> {
  await transaction.query('DELETE FROM patchloom.bundle_patch WHERE bundle_id = $1', [id]);
  await transaction.query({
    name: 'add-bundle-patches',
    text: `INSERT INTO patchloom.bundle_patch (bundle_id, position, patch_id)
           SELECT $1, u.position, u.id FROM unnest($2::bigint[]) WITH ORDINALITY AS u (id, position)`,
    values: [id, patchIds],
  });
}

/** Removes a bundle; its patches stay as they are. */
export async function removeBundle(transaction: Transaction, id: number): Promise<void> {
  await transaction.query('DELETE FROM patchloom.bundle WHERE id = $1', [id]);
}

/** Lists of the patches with these ids, those that are not there left out. */
export async function loadPatchLists(
  transaction: Transaction,
  ids: readonly number[],
): Promise<Map<number, number>> {
  const { rows } = await transaction.query<{ id: number; listId: number }>({
    name: 'load-patch-lists',
    text: `SELECT p.id, p.mailing_list_id AS "listId" FROM patchloom.patch p
           WHERE p.id = ANY($1::bigint[]) AND p.is_shown`,
    values: [ids],
  });
  return new Map(rows.map(({ id, listId }) => [id, listId]));
}
