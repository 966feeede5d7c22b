import type { MailHints } from '../message/mail-hints.ts';
import type { Queryable } from './database.ts';
import type { MessageRowId } from './stored-message.ts';

/** A new message with what its sender asks. */
export interface HintedMessage {
  readonly id: MessageRowId;
  readonly hints: MailHints;
}

/**
 * Does what senders ask of their new messages: a state and a delegate for a patch, a comment that is not taken care of
 * yet. A state or user that there is not is passed over. Costs nothing where nobody asks anything.
 */
export async function followMailHints(
  queryable: Queryable,
  messages: readonly HintedMessage[],
): Promise<void> {
  const ofPatches = messages.filter(
    ({ hints }) => hints.state !== null || hints.delegateEmail !== null,
  );
  if (ofPatches.length > 0) await setStatesAndDelegates(queryable, ofPatches);
  const asking = messages.filter(({ hints }) => hints.isActionRequired);
  if (asking.length === 0) return;
  await queryable.query(
    `INSERT INTO patchloom.comment_review (message, addressed)
     SELECT id, false FROM unnest($1::bigint[]) AS u (id) ON CONFLICT DO NOTHING`,
    [asking.map(({ id }) => id)],
  );
}

async function setStatesAndDelegates(
  queryable: Queryable,
  messages: readonly HintedMessage[],
): Promise<void> {
  await queryable.query(
    `UPDATE patchloom.patch p SET
       state_id = coalesce(
         (SELECT s.id FROM patchloom.patch_state s WHERE lower(s.name) = lower(u.state)), p.state_id),
       delegate_id = coalesce(
         (SELECT min(a.id) FROM patchloom.app_user a WHERE lower(a.email) = lower(u.email) AND a.is_active),
         p.delegate_id)
     FROM unnest($1::bigint[], $2::text[], $3::text[]) AS u (message, state, email)
     WHERE p.message = u.message`,
    [
      messages.map(({ id }) => id),
      messages.map(({ hints }) => hints.state),
      messages.map(({ hints }) => hints.delegateEmail),
    ],
  );
}
