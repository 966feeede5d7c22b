import type { MessageFacts, MessageRole } from '../message/message-facts.ts';
import { revisionHints } from '../series/revision-hints.ts';
import type { Submission } from '../series/submission.ts';
import type { KnownMessage, NodeId } from '../thread/known-message.ts';
import type { Queryable } from './database.ts';

export type MessageKind = 'patch' | 'pull-request' | 'cover' | 'comment' | 'other';

/** Row number of a message in the database. */
export type MessageRowId = number & { readonly __brand: 'MessageRowId' };

/** The narrow part of a stored message: what decides its place among others. */
export interface StoredMessage extends KnownMessage, Omit<Submission, 'role' | keyof KnownMessage> {
  readonly id: MessageRowId;
  readonly threadId: number;
  readonly submitterName: string | null;
}

/** Which rule gave a message its place. */
export interface PlaceRules {
  readonly parent: string;
  readonly target: string;
  readonly series: string | null;
}

/** Where a message stands among the others of its list. */
export interface Placement {
  readonly kind: MessageKind;
  /** False for a second message with the same Message-ID. */
  readonly isFirst: boolean;
  readonly parent: MessageRowId | null;
  readonly target: MessageRowId | null;
  readonly seriesId: number | null;
  readonly seriesNumber: number | null;
  readonly rules: PlaceRules;
}

export interface PlacedMessage {
  readonly message: StoredMessage;
  readonly placement: Placement;
}

/** Version of the rules that turn raw bytes into facts; a change of any of them adds one. */
export const ruleVersion = 1;

/** Select list of what `placedFromRow` reads. */
export const placedColumns = `
  id, thread_node_id AS node, thread_id AS "threadId", message_id AS "messageId",
  encode(content_key, 'hex') AS "contentKey", date, kind, name, prefixes, version,
  version_inferred AS "versionInferred", number, total, reference_nodes AS "references",
  merged_with AS "mergedWith", is_split AS "isSplit",
  submitter_name AS "submitterName", submitter_email AS "submitterEmail", is_first AS "isFirst",
  parent, target, series_id AS "seriesId", series_number AS "seriesNumber", place_rules AS rules`;

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

export type PlacedRow = Omit<StoredMessage, 'role'> & Placement;

export function placedFromRow(row: PlacedRow): PlacedMessage {
  const { kind, isFirst, parent, target, seriesId, seriesNumber, rules, ...rest } = row;
  return {
    message: { ...rest, role: roleOfKind(kind) },
    placement: { kind, isFirst, parent, target, seriesId, seriesNumber, rules },
  };
}

function roleOfKind(kind: MessageKind): MessageRole {
  return kind === 'comment' || kind === 'other' ? 'discussion' : kind;
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

/** Draws `count` row numbers for new messages. */
export async function drawMessageRowIds(
  queryable: Queryable,
  count: number,
): Promise<MessageRowId[]> {
  if (count === 0) return [];
  const { rows } = await queryable.query<{ id: MessageRowId }>(
    `SELECT nextval('patchloom.message_row_id') AS id FROM generate_series(1, $1)`,
    [count],
  );
  return rows.map((row) => row.id);
}

/** A message to be written for the first time. */
export interface NewMessage extends PlacedMessage {
  readonly facts: MessageFacts;
  readonly rawMessageId: number;
  readonly listRule: string;
}

/** Inserts messages with their texts. */
export async function insertMessages(
  queryable: Queryable,
  listId: number,
  messages: readonly NewMessage[],
): Promise<void> {
  if (messages.length === 0) return;
  await queryable.query({
    name: 'insert-messages',
    text: `INSERT INTO patchloom.message
           SELECT * FROM json_populate_recordset(NULL::patchloom.message, $1)`,
    values: [JSON.stringify(messages.map((message) => messageRow(listId, message)))],
  });
  await queryable.query({
    name: 'insert-message-texts',
    text: `INSERT INTO patchloom.message_text (id, headers, content, diff, diff_files, trailers)
           SELECT * FROM unnest($1::bigint[], $2::json[], $3::text[], $4::text[], $5::json[], $6::json[])`,
    values: [
      messages.map(({ message }) => message.id),
      messages.map(({ facts }) => headersJson(facts)),
      messages.map(({ facts }) => facts.content),
      messages.map(({ facts }) => facts.diff),
      messages.map(({ facts }) => JSON.stringify(facts.diffFiles)),
      messages.map(({ facts }) => JSON.stringify(facts.trailers)),
    ],
  });
}

/** Column names of the table message, so that Postgres can read the object as a row of it. */
function messageRow(listId: number, { message, placement, facts, ...rest }: NewMessage): object {
  return {
    id: message.id,
    mailing_list_id: listId,
    thread_node_id: message.node,
    thread_id: message.threadId,
    message_id: message.messageId,
    content_key: byteaText(message.contentKey),
    raw_message_id: rest.rawMessageId,
    reference_nodes: message.references,
    merged_with: message.mergedWith ?? null,
    is_split: message.isSplit ?? false,
    ...factColumns(facts, rest.listRule),
    ...placementColumns(placement),
  };
}

/** The columns of message that hold facts, by name. */
export function factColumns(facts: MessageFacts, listRule: string): object {
  return {
    date: facts.date,
    name: facts.name,
    subject: facts.subject,
    prefixes: facts.prefixes,
    version: facts.version,
    version_inferred: facts.versionInferred,
    number: facts.number,
    total: facts.total,
    is_reply: facts.isReply,
    submitter_name: facts.submitter.name,
    submitter_email: facts.submitter.email,
    author_name: facts.author?.name ?? null,
    author_email: facts.author?.email ?? null,
    patchwork_hash: byteaText(facts.patchworkHash),
    patch_id: byteaText(facts.patchId),
    pull_url: facts.pullUrl,
    flags: facts.flags,
    fact_rules: { list: listRule, role: facts.roleRule, submitter: facts.submitterRule },
    rule_version: ruleVersion,
    ...hintColumns(facts),
  };
}

function hintColumns(facts: MessageFacts): object {
  const { changeIds, supersedes, paths } = revisionHints(facts);
  return {
    change_ids: changeIds.length === 0 ? null : changeIds,
    supersedes: supersedes.length === 0 ? null : supersedes,
    paths: paths.length === 0 ? null : paths,
  };
}

function placementColumns(placement: Placement): object {
  return {
    kind: placement.kind,
    is_first: placement.isFirst,
    parent: placement.parent,
    target: placement.target,
    series_id: placement.seriesId,
    series_number: placement.seriesNumber,
    place_rules: placement.rules,
  };
}

function byteaText(hex: string | null): string | null {
  return hex === null ? null : `\\x${hex}`;
}

function headersJson(facts: MessageFacts): string {
  return JSON.stringify(headerPairs(facts));
}

function headerPairs(facts: MessageFacts): [string, string][] {
  return facts.headers.map(({ name, value }) => [name, value]);
}

/** The columns of message_text, by name. */
export function textColumns(facts: MessageFacts): object {
  const { content, diff, diffFiles, trailers } = facts;
  return { headers: headerPairs(facts), content, diff, diff_files: diffFiles, trailers };
}

/** Writes the places of stored messages that changed. */
export async function updatePlacements(
  queryable: Queryable,
  messages: readonly PlacedMessage[],
): Promise<void> {
  if (messages.length === 0) return;
  await queryable.query({
    name: 'update-placements',
    text: `UPDATE patchloom.message m
           SET kind = n.kind, is_first = n.is_first, parent = n.parent, target = n.target,
               series_id = n.series_id, series_number = n.series_number, place_rules = n.place_rules
           FROM json_populate_recordset(NULL::patchloom.message, $1) n WHERE m.id = n.id`,
    values: [
      JSON.stringify(
        messages.map(({ message, placement }) => ({
          id: message.id,
          ...placementColumns(placement),
        })),
      ),
    ],
  });
}

/** Makes another raw copy the one that a stored message's facts and text are read from. */
export async function replaceCopy(
  queryable: Queryable,
  id: MessageRowId,
  { facts, rawMessageId, listRule }: Pick<NewMessage, 'facts' | 'rawMessageId' | 'listRule'>,
): Promise<void> {
  const columns = { raw_message_id: rawMessageId, ...factColumns(facts, listRule) };
  const names = Object.keys(columns);
  await queryable.query(
    `UPDATE patchloom.message m SET (${names.join(', ')}) = (
       SELECT ${names.join(', ')} FROM json_populate_record(NULL::patchloom.message, $2))
     WHERE m.id = $1`,
    [id, JSON.stringify(columns)],
  );
  await queryable.query(
    `UPDATE patchloom.message_text
     SET headers = $2, content = $3, diff = $4, diff_files = $5, trailers = $6 WHERE id = $1`,
    [
      id,
      headersJson(facts),
      facts.content,
      facts.diff,
      JSON.stringify(facts.diffFiles),
      JSON.stringify(facts.trailers),
    ],
  );
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
