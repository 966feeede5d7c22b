import type { NodeId } from '../thread/known-message.ts';
import type { Queryable } from './database.ts';

/** A message-id of a list, with the thread it is in. */
export interface ThreadNode {
  readonly id: NodeId;
  readonly messageId: string;
  readonly threadId: number;
}

/** The nodes that the list already has for these message-ids. */
export async function loadThreadNodes(
  queryable: Queryable,
  listId: number,
  messageIds: readonly string[],
): Promise<ThreadNode[]> {
  const { rows } = await queryable.query({
    name: 'load-thread-nodes',
    text: `SELECT id, message_id AS "messageId", thread_id AS "threadId"
           FROM patchloom.thread_node WHERE mailing_list_id = $1 AND message_id = ANY($2)`,
    values: [listId, messageIds],
  });
  return rows;
}

/** Draws `count` ids for new nodes. */
export async function drawNodeIds(queryable: Queryable, count: number): Promise<NodeId[]> {
  if (count === 0) return [];
  const { rows } = await queryable.query<{ id: NodeId }>(
    `SELECT nextval('patchloom.thread_node_id') AS id FROM generate_series(1, $1)`,
    [count],
  );
  return rows.map((row) => row.id);
}

export async function insertThreadNodes(
  queryable: Queryable,
  listId: number,
  nodes: readonly ThreadNode[],
): Promise<void> {
  if (nodes.length === 0) return;
  await queryable.query({
    name: 'insert-thread-nodes',
    text: `INSERT INTO patchloom.thread_node (id, mailing_list_id, message_id, thread_id)
           SELECT u.id, $1, u.message_id, u.thread_id
           FROM unnest($2::bigint[], $3::text[], $4::bigint[]) AS u (id, message_id, thread_id)`,
    values: [
      listId,
      nodes.map((node) => node.id),
      nodes.map((node) => node.messageId),
      nodes.map((node) => node.threadId),
    ],
  });
}

/** How many nodes each of these threads has. */
export async function countThreadNodes(
  queryable: Queryable,
  threadIds: readonly number[],
): Promise<Map<number, number>> {
  if (threadIds.length === 0) return new Map();
  const { rows } = await queryable.query<{ id: number; count: number }>(
    `SELECT thread_id AS id, count(*) AS count
     FROM patchloom.thread_node WHERE thread_id = ANY($1) GROUP BY thread_id`,
    [threadIds],
  );
  return new Map(rows.map((row) => [row.id, row.count]));
}

/** A thread that becomes part of another. */
export interface ThreadMerge {
  readonly from: number;
  readonly into: number;
}

/** Moves all nodes and messages of some threads into others. */
export async function mergeThreads(
  queryable: Queryable,
  merges: readonly ThreadMerge[],
): Promise<void> {
  if (merges.length === 0) return;
  const values = [merges.map((merge) => merge.from), merges.map((merge) => merge.into)];
  for (const table of ['thread_node', 'message']) {
    await queryable.query(
      `UPDATE patchloom.${table} t SET thread_id = m.into_thread
       FROM unnest($1::bigint[], $2::bigint[]) AS m (from_thread, into_thread)
       WHERE t.thread_id = m.from_thread`,
      values,
    );
  }
}
