import type { StorableFacts } from '../message/storable-facts.ts';
import type { Queryable } from './database.ts';
import { insertTexts, replaceTexts } from './message-texts.ts';
import type { MessageRowId, PlacedMessage, Placement } from './stored-message.ts';

/** Version of the rules that turn raw bytes into facts; a change of any of them adds one. */
export const ruleVersion = 1;

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
  readonly facts: StorableFacts;
  readonly rawMessageId: number;
  readonly listRule: string;
  /** Row in person. */
  readonly submitterId: number;
  /** When its delivery came, ISO 8601. */
  readonly receivedAt: string;
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
  await insertTexts(
    queryable,
    messages.map(({ message: { id }, facts }) => ({ id, facts })),
  );
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
    public_id: message.id,
    submitter_id: rest.submitterId,
    received_at: rest.receivedAt,
    ...factColumns(facts, rest.listRule),
    ...placementColumns(placement),
  };
}

/** The columns of message that hold facts, by name. */
export function factColumns(facts: StorableFacts, listRule: string): object {
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

/** Another raw copy of a stored message. */
export type OtherCopy = Pick<NewMessage, 'facts' | 'rawMessageId' | 'listRule' | 'submitterId'>;

/**
 * Makes another raw copy the one that a stored message's facts and text are read from; resolves to the person who had
 * sent it by the former one: who is behind a list's own address is in fields that copies need not share.
 */
export async function replaceCopy(
  queryable: Queryable,
  id: MessageRowId,
  { facts, rawMessageId, listRule, submitterId }: OtherCopy,
): Promise<number> {
  const columns = {
    raw_message_id: rawMessageId,
    submitter_id: submitterId,
    ...factColumns(facts, listRule),
  };
  const names = Object.keys(columns);
  const { rows } = await queryable.query<{ id: number }>(
    `UPDATE patchloom.message m SET (${names.join(', ')}) = (
       SELECT ${names.join(', ')} FROM json_populate_record(NULL::patchloom.message, $2))
     FROM (SELECT submitter_id FROM patchloom.message WHERE id = $1) former
     WHERE m.id = $1 RETURNING former.submitter_id AS id`,
    [id, JSON.stringify(columns)],
  );
  await queryable.query(
    'UPDATE patchloom.patch SET submitter_id = $2 WHERE message = $1 AND submitter_id <> $2',
    [id, submitterId],
  );
  await replaceTexts(queryable, [{ id, facts }]);
  return rows[0]!.id;
}

function hintColumns(facts: StorableFacts): object {
  const { changeIds, supersedes, paths } = facts.revisionHints;
  return {
    change_ids: changeIds.length === 0 ? null : changeIds,
    supersedes: supersedes.length === 0 ? null : supersedes,
    paths: paths.length === 0 ? null : paths,
  };
}
