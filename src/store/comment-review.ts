import type { Transaction } from './database.ts';
import type { MessageRowId } from './stored-message.ts';

/** A comment with what decides who may say whether it is taken care of. */
export interface CommentReview {
  readonly message: MessageRowId;
  readonly commenterUserId: number | null;
  /** Of the patch or cover letter that it is about. */
  readonly listId: number;
  readonly submitterUserId: number | null;
  readonly delegateId: number | null;
}

const kindsOfTarget = { patch: ['patch', 'pull-request'], cover: ['cover'] } as const;

/** The comment with that id on the patch or cover letter with the other; null when there is none. */
export async function findComment(
  transaction: Transaction,
  target: { readonly kind: 'patch' | 'cover'; readonly id: number },
  commentId: number,
): Promise<CommentReview | null> {
  const { rows } = await transaction.query<CommentReview>({
    name: 'find-comment',
    text: `SELECT c.id AS message, commenter.user_id AS "commenterUserId", t.mailing_list_id AS "listId",
             submitter.user_id AS "submitterUserId", p.delegate_id AS "delegateId"
           FROM patchloom.message c
           JOIN patchloom.message t ON t.id = c.target
           JOIN patchloom.person commenter ON commenter.id = c.submitter_id
           JOIN patchloom.person submitter ON submitter.id = t.submitter_id
           LEFT JOIN patchloom.patch p ON p.message = t.id
           WHERE c.kind = 'comment' AND c.public_id = $1::bigint
             AND t.public_id = $2::bigint AND t.kind = ANY($3)`,
    values: [commentId, target.id, kindsOfTarget[target.kind]],
  });
  return rows[0] ?? null;
}

/** Says of a comment whether it is taken care of; null: nobody says. */
export async function setAddressed(
  transaction: Transaction,
  message: MessageRowId,
  addressed: boolean | null,
): Promise<void> {
  if (addressed === null) {
    await transaction.query('DELETE FROM patchloom.comment_review WHERE message = $1', [message]);
    return;
  }
  await transaction.query({
    name: 'set-addressed',
    text: `INSERT INTO patchloom.comment_review (message, addressed) VALUES ($1, $2)
           ON CONFLICT (message) DO UPDATE SET addressed = excluded.addressed`,
    values: [message, addressed],
  });
}
