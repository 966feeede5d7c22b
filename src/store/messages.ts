import type { MessageFacts, MessageRole } from '../message/message-facts.ts';
import { revisionHints } from '../series/revision-hints.ts';
import type { Submission } from '../series/submission.ts';
import type { KnownMessage } from '../thread/known-message.ts';
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

const placedColumns = `
  id, thread_node_id AS node, thread_id AS "threadId", message_id AS "messageId",
  encode(content_key, 'hex') AS "contentKey", date, kind, name, prefixes, version,
  version_inferred AS "versionInferred", number, total, reference_nodes AS "references",
  submitter_name AS "submitterName", submitter_email AS "submitterEmail", is_first AS "isFirst",
  parent, target, series_id AS "seriesId", series_number AS "seriesNumber", place_rules AS rules`;

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

type PlacedRow = Omit<StoredMessage, 'role'> & Placement;

function placedFromRow(row: PlacedRow): PlacedMessage {
  const { kind, isFirst, parent, target, seriesId, seriesNumber, rules, ...rest } = row;
  return {
    message: { ...rest, role: roleOfKind(kind) },
    placement: { kind, isFirst, parent, target, seriesId, seriesNumber, rules },
  };
}

function roleOfKind(kind: MessageKind): MessageRole {
  return kind === 'comment' || kind === 'other' ? 'discussion' : kind;
}

/** Identity of a message on a list: its Message-ID and the key of its content. */
export interface MessageIdentity {
  readonly messageId: string;
  readonly contentKey: string;
}

/** Which of these messages the list has already, and the SHA-256 of the raw copy each was read from. */
export async function findStored(
  queryable: Queryable,
  listId: number,
  messageIds: readonly string[],
): Promise<(MessageIdentity & { id: MessageRowId; rawSha256: string })[]> {
  const { rows } = await queryable.query({
    name: 'find-stored',
    text: `SELECT m.id, m.message_id AS "messageId", encode(m.content_key, 'hex') AS "contentKey",
                  encode(r.sha256, 'hex') AS "rawSha256"
           FROM patchloom.message m JOIN patchloom.raw_message r ON r.id = m.raw_message_id
           WHERE m.mailing_list_id = $1 AND m.message_id = ANY($2)`,
    values: [listId, messageIds],
  });
  return rows;
}

/** Draws `count` row numbers for new messages. */
export async function drawMessageRowIds(
  queryable: Queryable,
  count: number,
): Promise<MessageRowId[]> {
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
    ...factColumns(facts, rest.listRule),
    ...placementColumns(placement),
  };
}

function factColumns(facts: MessageFacts, listRule: string): object {
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
  return JSON.stringify(facts.headers.map(({ name, value }) => [name, value]));
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

/** Unthreaded numbered submissions of one submitter and total that were sent between two times. */
export interface UnthreadedRange {
  /** Lower case. */
  readonly submitterEmail: string;
  readonly total: number;
  /** ISO, both ends included. */
  readonly from: string;
  readonly to: string;
}

/** Threads that hold submissions which dates could join with those in the ranges. */
export async function findUnthreadedThreads(
  queryable: Queryable,
  listId: number,
  ranges: readonly UnthreadedRange[],
): Promise<number[]> {
  if (ranges.length === 0) return [];
  const { rows } = await queryable.query({
    name: 'find-unthreaded-threads',
    text: `SELECT DISTINCT m.thread_id AS id
           FROM unnest($2::text[], $3::int[], $4::timestamptz[], $5::timestamptz[])
             AS r (submitter_email, total, from_date, to_date)
           JOIN patchloom.message m
             ON m.mailing_list_id = $1 AND lower(m.submitter_email) = r.submitter_email
            AND m.total = r.total AND m.date BETWEEN r.from_date AND r.to_date
           WHERE m.number IS NOT NULL AND m.reference_nodes = '{}'
             AND m.kind IN ('patch', 'pull-request', 'cover')`,
    values: [
      listId,
      ranges.map((range) => range.submitterEmail),
      ranges.map((range) => range.total),
      ranges.map((range) => range.from),
      ranges.map((range) => range.to),
    ],
  });
  return rows.map((row) => row.id);
}
