import { ApiError } from '../http/api-error.ts';
import { missingId } from '../review/field-readers.ts';
import { mayRelate } from '../review/permissions.ts';
import type { NewEvent } from '../store/append-events.ts';
import { lockPatches } from '../store/patch-review.ts';
import type { PatchReview } from '../store/patch-review.ts';
import {
  addRelation,
  findRelatedIds,
  removeRelation,
  setRelation,
} from '../store/patch-relations.ts';
import { refusal } from './write-transaction.ts';
import type { Write } from './write-transaction.ts';

const conflict =
  'At least one patch is already part of another relation. You have to explicitly remove a patch from its existing relation before moving it to this one.';

/**
 * Puts a patch into the relation of others, or, with none, takes it out of its own; resolves to the events that say so.
 * Relations only grow, and a patch of another one must leave that first: 409. Throws ApiError 403 unless all patches
 * that are concerned may be related by this user, and 400 for one that is not there.
 */
export async function relatePatches(
  { transaction, actor }: Write,
  patch: PatchReview,
  ids: readonly number[],
): Promise<NewEvent[]> {
  const concerned = await lockPatches(
    transaction,
    await findRelatedIds(transaction, [patch.id, ...ids]),
  );
  requireAll(ids, concerned);
  const listIds = concerned.map(({ listId }) => listId);
  if (actor === null || !mayRelate(actor, listIds)) throw refusal(actor);
  const moved =
    ids.length === 0
      ? await leaveRelation(transaction, patch, concerned)
      : await joinRelation(
          transaction,
          concerned.filter(({ id }) => id === patch.id || ids.includes(id)),
        );
  return moved.map(({ listId, message }) => ({
    category: 'patch-relation-changed',
    listId,
    actorId: actor.id,
    patch: message,
    // Patchwork never says more.
    details: { previous_relation: null, current_relation: null },
  }));
}

function requireAll(ids: readonly number[], found: readonly PatchReview[]): void {
  const known = new Set(found.map(({ id }) => id));
  const missing = ids.find((id) => !known.has(id));
  if (missing !== undefined) throw new ApiError(400, { related: missingId(missing).errors });
}

/** A relation of one patch alone says nothing: the last two leave it together. */
async function leaveRelation(
  transaction: Write['transaction'],
  patch: PatchReview,
  members: readonly PatchReview[],
): Promise<readonly PatchReview[]> {
  if (patch.relationId === null) return [];
  if (members.length <= 2) {
    await removeRelation(transaction, patch.relationId);
    return members;
  }
  await setRelation(transaction, [patch.id], null);
  return [patch];
}

async function joinRelation(
  transaction: Write['transaction'],
  patches: readonly PatchReview[],
): Promise<readonly PatchReview[]> {
  const relations = new Set(patches.flatMap(({ relationId }) => relationId ?? []));
  if (relations.size > 1) throw new ApiError(409, { detail: conflict });
  if (patches.length < 2) return [];
  const [relation = await addRelation(transaction)] = relations;
  const moved = patches.filter(({ relationId }) => relationId !== relation);
  await setRelation(
    transaction,
    moved.map(({ id }) => id),
    relation,
  );
  return moved;
}
