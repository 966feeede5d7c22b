import type { Queryable, Transaction } from './database.ts';
import type { MessageRowId } from './stored-message.ts';

/** What people made of a patch, and what decides who may change it. */
export interface PatchReview {
  /** What the API shows as id. */
  readonly id: number;
  readonly message: MessageRowId;
  readonly listId: number;
  /** The project's name, for people to read. */
  readonly projectName: string;
  readonly submitterUserId: number | null;
  readonly delegateId: number | null;
  /** Slug. */
  readonly state: string;
  readonly archived: boolean;
  readonly relationId: number | null;
}

const reviewColumns = `p.id, p.message, p.mailing_list_id AS "listId", l.name AS "projectName",
  submitter.user_id AS "submitterUserId", p.delegate_id AS "delegateId", s.slug AS state, p.archived,
  p.relation_id AS "relationId"`;

const reviewTables = `patchloom.patch p
  JOIN patchloom.mailing_list l ON l.id = p.mailing_list_id
  JOIN patchloom.person submitter ON submitter.id = p.submitter_id
  JOIN patchloom.patch_state s ON s.id = p.state_id`;

/**
 * The patch with that id, which no other transaction can change until this one ends; null when there is none. So of two
 * who set its state at once, the second sees what the first one set.
 */
export async function lockPatch(transaction: Transaction, id: number): Promise<PatchReview | null> {
  const [patch] = await lockPatches(transaction, [id]);
  return patch ?? null;
}

/** As `lockPatch`, for several, in order of id; those that are not there are left out. */
export async function lockPatches(
  transaction: Transaction,
  ids: readonly number[],
): Promise<PatchReview[]> {
  // Locked first and read by a second statement: the joined rows of one that waited would be from before it did.
  const locked = await transaction.query<{ id: number }>({
    name: 'lock-patches',
    text: `SELECT p.id FROM patchloom.patch p WHERE p.id = ANY($1::bigint[]) AND p.is_shown ORDER BY p.id FOR UPDATE`,
    values: [ids],
  });
  const { rows } = await transaction.query<PatchReview>({
    name: 'load-locked-patches',
    text: `SELECT ${reviewColumns} FROM ${reviewTables} WHERE p.id = ANY($1::bigint[]) ORDER BY p.id`,
    values: [locked.rows.map(({ id }) => id)],
  });
  return rows;
}

/** What is to be changed of a patch; what is left out stays. */
export interface PatchChange {
  /** Slug of a state that there is. */
  readonly state?: string | undefined;
  readonly archived?: boolean | undefined;
  readonly commitRef?: string | null | undefined;
  readonly pullUrl?: string | null | undefined;
  readonly delegateId?: number | null | undefined;
}

/** Changes a patch that is locked. */
export async function updatePatch(
  transaction: Transaction,
  id: number,
  change: PatchChange,
): Promise<void> {
  await transaction.query({
    name: 'update-patch',
    text: `UPDATE patchloom.patch p SET
             state_id = coalesce((SELECT s.id FROM patchloom.patch_state s WHERE s.slug = $2), p.state_id),
             archived = coalesce($3, p.archived),
             commit_ref = CASE WHEN $4 THEN $5 ELSE p.commit_ref END,
             pull_url = CASE WHEN $6 THEN $7 ELSE p.pull_url END,
             delegate_id = CASE WHEN $8 THEN $9::int ELSE p.delegate_id END
           WHERE p.id = $1`,
    values: [
      id,
      change.state,
      change.archived,
      change.commitRef !== undefined,
      change.commitRef,
      change.pullUrl !== undefined,
      change.pullUrl,
      change.delegateId !== undefined,
      change.delegateId,
    ],
  });
}

/** A state that a patch can be in. */
export interface PatchState {
  readonly id: number;
  /** "under-review" */
  readonly slug: string;
  /** "Under Review" */
  readonly name: string;
}

/** All states, in the order of menus. */
export async function loadPatchStates(queryable: Queryable): Promise<PatchState[]> {
  const { rows } = await queryable.query<PatchState>({
    name: 'load-patch-states',
    text: 'SELECT id, slug, name FROM patchloom.patch_state ORDER BY ordering',
  });
  return rows;
}
