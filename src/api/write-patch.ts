import { notFound } from '../http/api-error.ts';
import { isPartOf } from '../http/api-version.ts';
import type { Caller } from '../http/authenticate.ts';
import {
  booleanField,
  idListField,
  missingId,
  nullableIdField,
  nullableTextField,
  stateField,
} from '../review/field-readers.ts';
import type { FieldValues } from '../review/field-reading.ts';
import { mayBeDelegate, mayEditSubmission } from '../review/permissions.ts';
import { loadActingUser } from '../store/actors.ts';
import { appendEvents } from '../store/append-events.ts';
import type { NewEvent } from '../store/append-events.ts';
import type { Database, Transaction } from '../store/database.ts';
import { lockRelations } from '../store/patch-relations.ts';
import { loadPatchStates, lockPatch, updatePatch } from '../store/patch-review.ts';
import type { PatchChange, PatchReview } from '../store/patch-review.ts';
import { relatePatches } from './relate-patches.ts';
import { checkBody } from './write-body.ts';
import type { CheckedBody, SentBody } from './write-body.ts';
import { inWrite, refusal } from './write-transaction.ts';

/** A change of a patch as it was sent. */
export interface PatchWrite {
  readonly patchId: number;
  readonly caller: Caller | null;
  readonly body: SentBody;
}

const lineRules = { maxLength: 255, isBlankAllowed: true };

/** The fields that can be written. */
function patchFields(slugs: readonly string[]) {
  return {
    commit_ref: nullableTextField(lineRules),
    pull_url: nullableTextField(lineRules),
    state: stateField(slugs),
    archived: booleanField,
    delegate: nullableIdField,
    related: idListField,
  };
}

type PatchFields = ReturnType<typeof patchFields>;

const relatedSince = '1.2';

/**
 * Changes a patch, and says so in the feed. Throws ApiError: 404 without such a patch, 403 for somebody who may not,
 * 400 for fields that cannot be, 409 for a relation that would swallow another.
 */
export async function writePatch(database: Database, write: PatchWrite): Promise<void> {
  await inWrite(database, write.caller, async ({ transaction, actor }) => {
    if (isRelating(write)) await lockRelations(transaction);
    const patch = await lockPatch(transaction, write.patchId);
    if (patch === null) throw notFound();
    if (actor === null || !mayEditSubmission(actor, patch)) throw refusal(actor);
    const states = await loadPatchStates(transaction);
    const fields = patchFields(states.map(({ slug }) => slug));
    const body = checkBody(fields, write.body, { related: relatedSince });
    await checkDelegate(transaction, patch, body);
    body.finish();
    await updatePatch(transaction, patch.id, changeOf(body.values));
    const events = changeEvents(patch, body.values, actor.id);
    const { related } = body.values;
    if (related !== undefined) {
      events.push(...(await relatePatches({ transaction, actor }, patch, related)));
    }
    await appendEvents(transaction, events);
  });
}

function isRelating({ body: { value, version } }: PatchWrite): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return 'related' in value && isPartOf(version, relatedSince);
}

async function checkDelegate(
  transaction: Transaction,
  patch: PatchReview,
  { values, errors }: CheckedBody<PatchFields>,
): Promise<void> {
  const { delegate } = values;
  if (delegate === undefined || delegate === null) return;
  const candidate = await loadActingUser(transaction, delegate);
  if (candidate === null) errors.set('delegate', missingId(delegate).errors);
  else if (!mayBeDelegate(candidate, patch.listId)) {
    const { projectName } = patch;
    errors.set('delegate', [
      `User '${candidate.username}' is not a maintainer for project '${projectName}'`,
    ]);
  }
}

function changeOf(values: FieldValues<PatchFields>): PatchChange {
  return {
    state: values.state,
    archived: values.archived,
    commitRef: values.commit_ref,
    pullUrl: values.pull_url,
    delegateId: values.delegate,
  };
}

/** What is said in the feed: only what is another than before. */
function changeEvents(
  patch: PatchReview,
  { state, delegate }: FieldValues<PatchFields>,
  actorId: number,
): NewEvent[] {
  const about = { listId: patch.listId, actorId, patch: patch.message };
  const events: NewEvent[] = [];
  if (state !== undefined && state !== patch.state) {
    const details = { previous_state: patch.state, current_state: state };
    events.push({ category: 'patch-state-changed', ...about, details });
  }
  if (delegate !== undefined && delegate !== patch.delegateId) {
    const details = { previous_delegate: patch.delegateId, current_delegate: delegate };
    events.push({ category: 'patch-delegated', ...about, details });
  }
  return events;
}
