import { notFound } from '../http/api-error.ts';
import type { Caller } from '../http/authenticate.ts';
import { choiceField, nullableTextField, textField } from '../review/field-readers.ts';
import { mayEditSubmission } from '../review/permissions.ts';
import { urlProblem } from '../review/url-problem.ts';
import { appendEvents } from '../store/append-events.ts';
import type { Database } from '../store/database.ts';
import { addCheck, checkStates, refreshCheckState } from '../store/patch-checks.ts';
import type { NewCheck } from '../store/patch-checks.ts';
import { lockPatch } from '../store/patch-review.ts';
import { checkBody } from './write-body.ts';
import type { SentBody } from './write-body.ts';
import { inWrite, refusal } from './write-transaction.ts';

/** A check as it was sent. */
export interface CheckWrite {
  readonly patchId: number;
  readonly caller: Caller | null;
  readonly body: SentBody;
}

const slugProblem = 'Enter a valid "slug" consisting of letters, numbers, underscores or hyphens.';

const fields = {
  state: choiceField(checkStates),
  target_url: nullableTextField({ maxLength: 2_000, isBlankAllowed: true, problemOf: urlProblem }),
  context: textField({
    maxLength: 255,
    isBlankAllowed: false,
    problemOf: (text) => (/^[A-Za-z0-9_-]+$/.test(text) ? null : slugProblem),
  }),
  description: nullableTextField({ maxLength: 65_536, isBlankAllowed: true }),
};

const defaultContext = 'default';

/**
 * Adds a check of a patch, in the caller's name, and says so in the feed; resolves to its id. Throws ApiError: 404
 * without such a patch, 403 for somebody who may not, 400 for fields that cannot be.
 */
export async function writeCheck(database: Database, write: CheckWrite): Promise<number> {
  return inWrite(database, write.caller, async ({ transaction, actor }) => {
    const patch = await lockPatch(transaction, write.patchId);
    if (patch === null) throw notFound();
    if (actor === null || !mayEditSubmission(actor, patch)) throw refusal(actor);
    const check = checkOf(write.body, patch.id, actor.id);
    const checkId = await addCheck(transaction, check);
    await refreshCheckState(transaction, patch.id);
    await appendEvents(transaction, [
      {
        category: 'check-created',
        listId: patch.listId,
        actorId: actor.id,
        patch: patch.message,
        checkId,
      },
    ]);
    return checkId;
  });
}

function checkOf(sent: SentBody, patchId: number, userId: number): NewCheck {
  const body = checkBody(fields, sent);
  body.finish();
  const { state, target_url: targetUrl, context, description } = body.values;
  return {
    patchId,
    userId,
    // Required, as `finish` saw to.
    state: state!,
    targetUrl: targetUrl ?? null,
    context: context ?? defaultContext,
    description: description ?? null,
  };
}
