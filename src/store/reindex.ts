import type { StorableFacts } from '../message/storable-facts.ts';
import type { NodeId } from '../thread/known-message.ts';
import type { Queryable } from './database.ts';
import { decodeBody } from './raw-body.ts';
import { placedColumns, placedFromRow } from './stored-message.ts';
import { replaceTexts } from './message-texts.ts';
import { factColumns } from './write-messages.ts';
import type { MessageRowId, PlacedMessage } from './stored-message.ts';

/** One raw message of a list, with the row that was read from it, or that it is a copy of. */
export interface ListedRaw {
  readonly rawMessageId: number;
  readonly sha256: string;
  readonly raw: Buffer;
  readonly listRule: string;
  /** Row of the message that it was stored as. */
  readonly row: MessageRowId;
  /** Whether that row was read from this very copy. */
  readonly isRead: boolean;
}

/**
 * Raw messages of a list in the order of their SHA-256, those after `afterSha256` (hex, "" for the first); of one
 * message-id, or of all (null).
 */
export async function loadListedRaws(
  queryable: Queryable,
  listId: number,
  messageId: string | null,
  afterSha256: string,
  limit: number,
): Promise<ListedRaw[]> {
  const { rows } = await queryable.query({
    name: 'load-listed-raws',
    text: `SELECT r.id, encode(r.sha256, 'hex') AS sha256, r.body, r.encoding, s.row, s.is_read, s.list_rule
           FROM patchloom.raw_message r
           JOIN LATERAL (
             SELECT m.id AS row, m.raw_message_id = r.id AS is_read, m.fact_rules->>'list' AS list_rule
             FROM patchloom.delivery d JOIN patchloom.message m ON m.id = d.stored_message
             WHERE d.raw_message_id = r.id AND m.mailing_list_id = $1
               AND ($4::text IS NULL OR m.message_id = $4)
             ORDER BY is_read DESC, m.id LIMIT 1) s ON true
           WHERE r.sha256 > $2 ORDER BY r.sha256 LIMIT $3`,
    values: [listId, Buffer.from(afterSha256, 'hex'), limit, messageId],
  });
  return rows.map((row) => ({
    rawMessageId: row.id,
    sha256: row.sha256,
    raw: decodeBody(row.body, row.encoding),
    listRule: row.list_rule,
    row: row.row,
    isRead: row.is_read,
  }));
}

/** A stored message to be written anew from its raw bytes. */
export interface Rewrite {
  readonly id: MessageRowId;
  readonly node: NodeId;
  readonly threadId: number;
  readonly references: readonly NodeId[];
  readonly mergedWith: NodeId | null;
  readonly isSplit: boolean;
  readonly rawMessageId: number;
  readonly listRule: string;
  /** Row in person. */
  readonly submitterId: number;
  readonly facts: StorableFacts;
}

/**
 * Writes facts over those that rows have, where they differ; a row that is not there is made, as a message of no
 * thread's place yet.
 */
export async function rewriteFacts(
  queryable: Queryable,
  listId: number,
  rewrites: readonly Rewrite[],
): Promise<void> {
  const rows = rewrites.map((rewrite) => rewrittenColumns(listId, rewrite));
  const names = Object.keys(rows[0] ?? {}).filter((name) => name !== 'id');
  if (names.length === 0) return;
  const text = JSON.stringify(rows);
  await queryable.query(
    `UPDATE patchloom.message m SET (${names.join(', ')}) = (SELECT ${names.map((name) => `n.${name}`).join(', ')})
     FROM json_populate_recordset(NULL::patchloom.message, $1) n
     WHERE m.id = n.id AND (${names.map((name) => `m.${name}`).join(', ')})
       IS DISTINCT FROM (${names.map((name) => `n.${name}`).join(', ')})`,
    [text],
  );
  await queryable.query(
    `INSERT INTO patchloom.message (id, public_id, received_at, kind, is_first, place_rules, ${names.join(', ')})
     SELECT n.id, n.id, now(), 'other', true, '{}', ${names.map((name) => `n.${name}`).join(', ')}
     FROM json_populate_recordset(NULL::patchloom.message, $1) n
     WHERE NOT EXISTS (SELECT FROM patchloom.message m WHERE m.id = n.id)`,
    [text],
  );
  await replaceTexts(queryable, rewrites);
}

function rewrittenColumns(listId: number, rewrite: Rewrite): Record<string, unknown> {
  return {
    id: rewrite.id,
    mailing_list_id: listId,
    thread_node_id: rewrite.node,
    thread_id: rewrite.threadId,
    message_id: rewrite.facts.messageId,
    content_key: `\\x${rewrite.facts.contentKey}`,
    raw_message_id: rewrite.rawMessageId,
    reference_nodes: rewrite.references,
    merged_with: rewrite.mergedWith,
    is_split: rewrite.isSplit,
    submitter_id: rewrite.submitterId,
    ...factColumns(rewrite.facts, rewrite.listRule),
  };
}

/** Points the deliveries of raw messages at the rows that now hold them. */
export async function pointDeliveries(
  queryable: Queryable,
  rowOfRaw: ReadonlyMap<number, MessageRowId>,
): Promise<void> {
  await queryable.query(
    `UPDATE patchloom.delivery d SET stored_message = n.row
     FROM unnest($1::bigint[], $2::bigint[]) AS n (raw_message_id, row)
     WHERE d.raw_message_id = n.raw_message_id AND d.stored_message IS NOT NULL
       AND d.stored_message <> n.row`,
    [[...rowOfRaw.keys()], [...rowOfRaw.values()]],
  );
}

/** Removes rows of a list that no raw message is stored as any more. */
export async function deleteOtherMessages(
  queryable: Queryable,
  listId: number,
  kept: readonly MessageRowId[],
): Promise<void> {
  await queryable.query(
    'DELETE FROM patchloom.message WHERE mailing_list_id = $1 AND id <> ALL($2)',
    [listId, kept],
  );
}

/** Removes the rows of a message-id on a list and makes its deliveries wait again; returns their ids. */
export async function reopenMessage(
  queryable: Queryable,
  listId: number,
  messageId: string,
): Promise<number[]> {
  const { rows } = await queryable.query<{ id: number }>(
    `UPDATE patchloom.delivery SET outcome = NULL, stored_message = NULL, queued_at = now()
     WHERE stored_message IN (SELECT id FROM patchloom.message
                              WHERE mailing_list_id = $1 AND message_id = $2)
     RETURNING id`,
    [listId, messageId],
  );
  await queryable.query(
    'DELETE FROM patchloom.message WHERE mailing_list_id = $1 AND message_id = $2',
    [listId, messageId],
  );
  return rows.map((row) => row.id);
}

/** All messages of a list with their places. */
export async function loadListMessages(
  queryable: Queryable,
  listId: number,
): Promise<PlacedMessage[]> {
  const { rows } = await queryable.query(
    `SELECT ${placedColumns} FROM patchloom.message WHERE mailing_list_id = $1 ORDER BY id`,
    [listId],
  );
  return rows.map(placedFromRow);
}

/** Gives messages and nodes of a list their threads, and removes nodes that no message has or refers to. */
export async function rewriteThreads(
  queryable: Queryable,
  listId: number,
  threadOf: ReadonlyMap<NodeId, number>,
): Promise<void> {
  const values = [listId, [...threadOf.keys()], [...threadOf.values()]];
  await queryable.query(
    `UPDATE patchloom.thread_node n SET thread_id = u.thread_id
     FROM unnest($2::bigint[], $3::bigint[]) AS u (id, thread_id)
     WHERE n.mailing_list_id = $1 AND n.id = u.id AND n.thread_id <> u.thread_id`,
    values,
  );
  await queryable.query(
    `UPDATE patchloom.message m SET thread_id = u.thread_id
     FROM unnest($2::bigint[], $3::bigint[]) AS u (id, thread_id)
     WHERE m.mailing_list_id = $1 AND m.thread_node_id = u.id AND m.thread_id <> u.thread_id`,
    values,
  );
  await queryable.query(
    'DELETE FROM patchloom.thread_node WHERE mailing_list_id = $1 AND id <> ALL($2)',
    [listId, [...threadOf.keys()]],
  );
}

/** Notes the canonical result of a list as it is now, until the transaction ends. */
export async function noteResult(queryable: Queryable, listId: number): Promise<void> {
  await queryable.query(
    `CREATE TEMP TABLE result_before ON COMMIT DROP AS ${selectResult}`.replace(
      '$1',
      String(listId),
    ),
  );
}

/** One message whose result is another than the noted one. */
export interface ResultChange {
  readonly messageId: string;
  /** null: it was not there before. */
  readonly before: Record<string, unknown> | null;
  /** null: it is not there any more. */
  readonly after: Record<string, unknown> | null;
}

/** How the canonical result of a list differs from the noted one; by message-id. */
export async function changesOfResult(
  queryable: Queryable,
  listId: number,
): Promise<ResultChange[]> {
  const { rows } = await queryable.query<ResultChange>(
    `SELECT coalesce(a.result->>'message_id', b.result->>'message_id') AS "messageId",
            b.result AS before, a.result AS after
     FROM (${selectResult}) a FULL JOIN pg_temp.result_before b ON a.id = b.id
     WHERE a.result IS DISTINCT FROM b.result
     ORDER BY 1, coalesce(a.id, b.id)`,
    [listId],
  );
  return rows;
}

const selectResult = `
  SELECT m.id, jsonb_build_object(
    'message_id', m.message_id, 'kind', m.kind, 'name', m.name, 'prefixes', m.prefixes,
    'version', m.version, 'number', m.number, 'total', m.total, 'is_reply', m.is_reply,
    'parent', p.message_id, 'target', t.message_id, 'series', s.key, 'series_name', s.name,
    'series_complete', s.is_complete, 'series_number', m.series_number,
    'hash', encode(m.patchwork_hash, 'hex'), 'patch_id', encode(m.patch_id, 'hex'),
    'pull_url', m.pull_url, 'submitter_name', m.submitter_name,
    'submitter_email', m.submitter_email, 'date', m.date, 'flags', m.flags, 'is_first', m.is_first,
    'content', md5(x.content), 'diff', md5(x.diff)) AS result
  FROM patchloom.message m
  JOIN patchloom.message_text x ON x.id = m.id
  LEFT JOIN patchloom.message p ON p.id = m.parent
  LEFT JOIN patchloom.message t ON t.id = m.target
  LEFT JOIN patchloom.series s ON s.id = m.series_id
  WHERE m.mailing_list_id = $1`;
