import type { MessageId } from '../../message/message-id.ts';
import type { Queryable } from '../database.ts';

/** What a web address leads to. */
export interface FoundMessage {
  readonly resource: 'patch' | 'cover';
  /** What the API shows as its id. */
  readonly id: number;
  readonly listId: number;
  readonly messageId: MessageId;
  /** Number of its series; null without one. */
  readonly seriesId: number | null;
}

const query = `SELECT CASE m.kind WHEN 'cover' THEN 'cover' ELSE 'patch' END AS resource, m.public_id AS id,
    m.mailing_list_id AS "listId", m.message_id AS "messageId", r.public_id AS "seriesId"
  FROM patchloom.message m LEFT JOIN patchloom.series r ON r.id = m.series_id`;

const isSubmission = `m.kind IN ('patch', 'pull-request', 'cover')`;

/** The patch or cover letter with a message-id on a list; null when there is none. */
export async function findSubmission(
  queryable: Queryable,
  listId: number,
  messageId: MessageId,
): Promise<FoundMessage | null> {
  const { rows } = await queryable.query<FoundMessage>({
    name: 'api-find-submission',
    text: `${query} JOIN patchloom.thread_node n ON n.id = m.thread_node_id
      WHERE n.message_id = $2 AND n.mailing_list_id = $1 AND ${isSubmission} ORDER BY m.is_first DESC, m.id LIMIT 1`,
    values: [listId, messageId],
  });
  return rows[0] ?? null;
}

/** The patch or cover letter of that number; null when there is none. */
export async function findNumbered(
  queryable: Queryable,
  resource: 'patch' | 'cover',
  id: number,
): Promise<FoundMessage | null> {
  const isIt =
    resource === 'cover'
      ? `m.kind = 'cover' AND m.public_id = $1`
      : 'm.id = (SELECT p.message FROM patchloom.patch p WHERE p.id = $1 AND p.is_shown)';
  const { rows } = await queryable.query<FoundMessage>({
    name: `api-find-numbered-${resource}`,
    text: `${query} WHERE ${isIt} LIMIT 1`,
    values: [id],
  });
  return rows[0] ?? null;
}

/** What the comment of that number is on; null when there is none. */
export async function findCommented(
  queryable: Queryable,
  commentId: number,
): Promise<FoundMessage | null> {
  const { rows } = await queryable.query<FoundMessage>({
    name: 'api-find-commented',
    text: `${query} WHERE ${isSubmission} AND m.id = (
      SELECT c.target FROM patchloom.message c WHERE c.kind = 'comment' AND c.public_id = $1 ORDER BY c.id LIMIT 1)`,
    values: [commentId],
  });
  return rows[0] ?? null;
}
