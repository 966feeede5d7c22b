import type { MessageId } from '../../message/message-id.ts';
import type { HeaderPairs } from '../../review/header-object.ts';
import type { Queryable } from '../database.ts';
import { personColumns } from './columns.ts';
import type { PersonRow } from './columns.ts';
import { newParameters, sliceText, whereAll, wordConditions } from './statement.ts';
import type { Order, Parameters, Slice } from './statement.ts';

/** A comment as the API shows it. */
export interface CommentRow extends PersonRow {
  readonly id: number;
  readonly listId: number;
  readonly messageId: MessageId;
  /** "2017-08-30T08:32:05Z" */
  readonly date: string;
  /** Decoded, white space collapsed. */
  readonly subject: string;
  readonly headers: HeaderPairs;
  readonly content: string | null;
  /** null: nobody has said. */
  readonly addressed: boolean | null;
}

/** What is commented on. */
export type CommentTarget = 'patch' | 'cover';

export const commentOrderNames = ['id', 'subject', 'date', 'submitter'] as const;

export type CommentOrder = (typeof commentOrderNames)[number];

const date = 'coalesce(m.date, m.received_at)';

const orderColumns: Readonly<Record<CommentOrder, string>> = {
  id: 'm.public_id',
  subject: 'm.subject',
  date,
  submitter: 'm.submitter_id',
};

const commentColumns = `m.public_id AS id, m.mailing_list_id AS "listId", m.message_id AS "messageId",
  ${date} AS date, m.subject, ${personColumns}, x.headers, x.content, a.addressed`;

const commentJoins = `JOIN patchloom.person s ON s.id = m.submitter_id
  JOIN patchloom.message_text x ON x.id = m.id
  LEFT JOIN patchloom.comment_review a ON a.message = m.id`;

/** Row in message of a patch or cover letter that is shown under a number; null when there is none. */
export async function findTarget(
  queryable: Queryable,
  target: CommentTarget,
  id: number,
): Promise<number | null> {
  const { rows } = await queryable.query<{ message: number }>({
    name: `api-target-${target}`,
    text:
      target === 'patch'
        ? 'SELECT p.message FROM patchloom.patch p WHERE p.id = $1 AND p.is_shown'
        : `SELECT m.id AS message FROM patchloom.message m WHERE m.kind = 'cover' AND m.public_id = $1`,
    values: [id],
  });
  return rows[0]?.message ?? null;
}

/** Of one page, the comments on a row of message. */
export async function loadComments(
  queryable: Queryable,
  target: number,
  words: readonly string[],
  order: Order<CommentOrder>,
  slice: Slice,
): Promise<CommentRow[]> {
  const parameters = newParameters();
  const direction = order.isDescending ? 'DESC' : 'ASC';
  const { rows } = await queryable.query<CommentRow>({
    text: `SELECT ${commentColumns} FROM patchloom.message m ${commentJoins}
      ${whereAll(commentConditions(target, words, parameters))}
      ORDER BY ${orderColumns[order.by]} ${direction}, m.public_id ${direction} ${sliceText(slice, parameters)}`,
    values: parameters.values,
  });
  return rows;
}

function commentConditions(
  target: number,
  words: readonly string[],
  parameters: Parameters,
): string[] {
  return [
    `m.target = ${parameters.bind(target)}`,
    `m.kind = 'comment'`,
    ...wordConditions('m.subject', words, parameters),
  ];
}

/** How many comments there are on a row of message. */
export async function countComments(
  queryable: Queryable,
  target: number,
  words: readonly string[],
): Promise<number> {
  const parameters = newParameters();
  const { rows } = await queryable.query<{ total: number }>(
    `SELECT count(*) AS total FROM patchloom.message m
     ${whereAll(commentConditions(target, words, parameters))}`,
    parameters.values,
  );
  return rows[0]?.total ?? 0;
}

/** The comment of that number on a row of message; null when there is none. */
export async function loadComment(
  queryable: Queryable,
  target: number,
  id: number,
): Promise<CommentRow | null> {
  const { rows } = await queryable.query<CommentRow>({
    name: 'api-comment',
    text: `SELECT ${commentColumns} FROM patchloom.message m ${commentJoins}
      WHERE m.target = $1 AND m.kind = 'comment' AND m.public_id = $2`,
    values: [target, id],
  });
  return rows[0] ?? null;
}
