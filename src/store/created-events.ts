import type { Queryable } from './database.ts';
import type { MessageRowId } from './stored-message.ts';

/** A message that an event may have said to be created. */
export interface CreatedMessage {
  readonly role: 'patch' | 'cover' | 'comment';
  readonly id: MessageRowId;
}

/** Those of the messages that the feed has said to be created, as "comment 12". */
export async function loadCreated(
  queryable: Queryable,
  messages: readonly CreatedMessage[],
): Promise<Set<string>> {
  if (messages.length === 0) return new Set();
  const idsOf = (role: CreatedMessage['role']): MessageRowId[] =>
    messages.filter((message) => message.role === role).map(({ id }) => id);
  const { rows } = await queryable.query<{ created: string }>({
    name: 'load-created',
    text: `SELECT 'patch ' || patch AS created FROM patchloom.event
           WHERE patch = ANY($1) AND category = 'patch-created'
           UNION ALL SELECT 'cover ' || cover FROM patchloom.event
           WHERE cover = ANY($2) AND category = 'cover-created'
           UNION ALL SELECT 'comment ' || comment FROM patchloom.event
           WHERE comment = ANY($3) AND category IN ('patch-comment-created', 'cover-comment-created')`,
    values: [idsOf('patch'), idsOf('cover'), idsOf('comment')],
  });
  return new Set(rows.map((row) => row.created));
}
