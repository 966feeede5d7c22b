import { notFound } from '../http/api-error.ts';
import type { Caller } from '../http/authenticate.ts';
import { nullableBooleanField } from '../review/field-readers.ts';
import { mayEditComment } from '../review/permissions.ts';
import { findComment, setAddressed } from '../store/comment-review.ts';
import type { Database } from '../store/database.ts';
import { checkBody } from './write-body.ts';
import type { SentBody } from './write-body.ts';
import { inWrite, refusal } from './write-transaction.ts';

/** A change of a comment as it was sent. */
export interface CommentWrite {
  /** What the comment is about. */
  readonly target: { readonly kind: 'patch' | 'cover'; readonly id: number };
  readonly commentId: number;
  readonly caller: Caller | null;
  readonly body: SentBody;
}

const fields = { addressed: nullableBooleanField };

/**
 * Says of a comment whether it is taken care of. Throws ApiError: 404 without such a comment, 403 for somebody who may
 * not, 400 for fields that cannot be.
 */
export async function writeComment(database: Database, write: CommentWrite): Promise<void> {
  await inWrite(database, write.caller, async ({ transaction, actor }) => {
    const comment = await findComment(transaction, write.target, write.commentId);
    if (comment === null) throw notFound();
    if (!mayEditComment(actor, comment.commenterUserId, comment)) throw refusal(actor);
    const body = checkBody(fields, write.body);
    body.finish();
    const { addressed } = body.values;
    if (addressed !== undefined) await setAddressed(transaction, comment.message, addressed);
  });
}
