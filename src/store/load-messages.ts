import type { NodeId } from '../thread/known-message.ts';
import type { Queryable } from './database.ts';
import type { MessageRowId, PlacedMessage, StoredMessage } from './stored-message.ts';
import { placedColumns, placedFromRow } from './stored-message.ts';

/** The submissions that operators merged with any of these nodes. */
export async function loadMergedWith(
  queryable: Queryable,
  nodes: readonly NodeId[],
): Promise<PlacedMessage[]> {
  const { rows } = await queryable.query({
    name: 'load-merged-with',
    text: `SELECT ${placedColumns} FROM patchloom.message WHERE merged_with = ANY($1)`,
    values: [nodes],
  });
  return rows.map(placedFromRow);
}

/** All messages of these threads, with the places they have now. */
export async function loadThreadMessages(
  queryable: Queryable,
  threadIds: readonly number[],
): Promise<PlacedMessage[]> {
  if (threadIds.length === 0) return [];
  const { rows } = await queryable.query({
    name: 'load-thread-messages',
    text: `SELECT ${placedColumns} FROM patchloom.message WHERE thread_id = ANY($1)`,
    values: [threadIds],
  });
  return rows.map(placedFromRow);
}

/** The messages that have these message-ids. */
export async function loadMessagesOfNodes(
  queryable: Queryable,
  nodes: readonly NodeId[],
): Promise<PlacedMessage[]> {
  if (nodes.length === 0) return [];
  const { rows } = await queryable.query({
    name: 'load-messages-of-nodes',
    text: `SELECT ${placedColumns} FROM patchloom.message WHERE thread_node_id = ANY($1)`,
    values: [nodes],
  });
  return rows.map(placedFromRow);
}

/** The messages with these row numbers. */
export async function loadMessagesById(
  queryable: Queryable,
  ids: readonly MessageRowId[],
): Promise<PlacedMessage[]> {
  if (ids.length === 0) return [];
  const { rows } = await queryable.query({
    name: 'load-messages-by-id',
    text: `SELECT ${placedColumns} FROM patchloom.message WHERE id = ANY($1)`,
    values: [ids],
  });
  return rows.map(placedFromRow);
}

/** The messages that refer to any of these message-ids, at whatever place. */
export async function loadReferring(
  queryable: Queryable,
  nodes: readonly NodeId[],
): Promise<PlacedMessage[]> {
  if (nodes.length === 0) return [];
  const { rows } = await queryable.query({
    name: 'load-referring',
    text: `SELECT ${placedColumns} FROM patchloom.message WHERE reference_nodes && $1::bigint[]`,
    values: [nodes],
  });
  return rows.map(placedFromRow);
}

/** All that hangs below these messages by parent, children first. They themselves are not part of it. */
export async function loadDescendants(
  queryable: Queryable,
  messages: readonly StoredMessage[],
): Promise<PlacedMessage[]> {
  if (messages.length === 0) return [];
  const { rows } = await queryable.query({
    name: 'load-descendants',
    text: `WITH RECURSIVE descendant AS (
             SELECT id, thread_node_id FROM patchloom.message WHERE id = ANY($1)
             UNION
             SELECT m.id, m.thread_node_id FROM descendant d JOIN patchloom.message m
               ON m.reference_nodes @> ARRAY[d.thread_node_id] AND m.parent = d.id)
           SELECT ${placedColumns} FROM patchloom.message
           WHERE id IN (SELECT id FROM descendant) AND id <> ALL($1)`,
    values: [messages.map((message) => message.id)],
  });
  return rows.map(placedFromRow);
}

/** The parent of each of these messages, of their parents, and so on up to the roots. */
export async function loadAncestry(
  queryable: Queryable,
  ids: readonly MessageRowId[],
): Promise<Map<MessageRowId, MessageRowId | null>> {
  const { rows } = await queryable.query<{ id: MessageRowId; parent: MessageRowId | null }>({
    name: 'load-ancestry',
    text: `WITH RECURSIVE ancestor AS (
             SELECT id, parent FROM patchloom.message WHERE id = ANY($1)
             UNION
             SELECT m.id, m.parent FROM ancestor a JOIN patchloom.message m ON m.id = a.parent)
           SELECT id, parent FROM ancestor`,
    values: [ids],
  });
  return new Map(rows.map((row) => [row.id, row.parent]));
}

/** Whether any of these threads holds references that form a cycle. */
export async function haveCutCycle(
  queryable: Queryable,
  threadIds: readonly number[],
): Promise<boolean> {
  const { rows } = await queryable.query({
    name: 'have-cut-cycle',
    text: `SELECT EXISTS (SELECT FROM patchloom.message
             WHERE thread_id = ANY($1) AND place_rules->>'parent' = 'cycle-cut') AS found`,
    values: [threadIds],
  });
  return rows[0].found;
}

/** What one submitter posted to one thread. */
export interface SubmitterInThread {
  readonly threadId: number;
  /** Lower case. */
  readonly submitterEmail: string;
}

/** The patches, pull requests and covers that these submitters posted to these threads. */
export async function loadSubmissions(
  queryable: Queryable,
  pairs: readonly SubmitterInThread[],
): Promise<PlacedMessage[]> {
  if (pairs.length === 0) return [];
  const { rows } = await queryable.query({
    name: 'load-submissions',
    text: `SELECT ${placedColumns} FROM patchloom.message
           WHERE (thread_id, lower(submitter_email)) IN (
               SELECT * FROM unnest($1::bigint[], $2::text[]))
             AND kind IN ('patch', 'pull-request', 'cover')`,
    values: [pairs.map((pair) => pair.threadId), pairs.map((pair) => pair.submitterEmail)],
  });
  return rows.map(placedFromRow);
}

/** SHA-256 in hex of the raw copies that these messages were read from. */
export async function loadCopyHashes(
  queryable: Queryable,
  ids: readonly MessageRowId[],
): Promise<Map<MessageRowId, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await queryable.query<{ id: MessageRowId; sha256: string }>({
    name: 'load-copy-hashes',
    text: `SELECT m.id, encode(r.sha256, 'hex') AS sha256
           FROM patchloom.message m JOIN patchloom.raw_message r ON r.id = m.raw_message_id
           WHERE m.id = ANY($1)`,
    values: [ids],
  });
  return new Map(rows.map((row) => [row.id, row.sha256]));
}

/** Numbered submissions that refer to nothing, of one submitter and total, sent about a time. */
export interface UnthreadedRange {
  /** Lower case. */
  readonly submitterEmail: string;
  readonly total: number;
  /** Those with this number are left out: two of one number are never in one posting. */
  readonly exceptNumber: number;
  /** ISO. */
  readonly date: string;
}

/** Where there are submissions that dates could join with those in the ranges, `windowMinutes` before or after. */
export async function findUnthreaded(
  queryable: Queryable,
  listId: number,
  ranges: readonly UnthreadedRange[],
  windowMinutes: number,
): Promise<SubmitterInThread[]> {
  if (ranges.length === 0) return [];
  const { rows } = await queryable.query<SubmitterInThread>({
    name: 'find-unthreaded',
    text: `SELECT DISTINCT m.thread_id AS "threadId", r.submitter_email AS "submitterEmail"
           FROM unnest($2::text[], $3::int[], $4::int[], $5::timestamptz[])
             AS r (submitter_email, total, except_number, date)
           JOIN patchloom.message m
             ON m.mailing_list_id = $1 AND lower(m.submitter_email) = r.submitter_email
            AND m.total = r.total
            AND m.date BETWEEN r.date - make_interval(mins => $6) AND r.date + make_interval(mins => $6)
           WHERE m.number <> r.except_number AND m.reference_nodes = '{}'
             AND m.kind IN ('patch', 'pull-request', 'cover')`,
    values: [
      listId,
      ranges.map((range) => range.submitterEmail),
      ranges.map((range) => range.total),
      ranges.map((range) => range.exceptNumber),
      ranges.map((range) => range.date),
      windowMinutes,
    ],
  });
  return rows;
}
