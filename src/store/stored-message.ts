import type { MessageRole } from '../message/message-facts.ts';
import type { Submission } from '../series/submission.ts';
import type { KnownMessage } from '../thread/known-message.ts';

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

/** Select list of what `placedFromRow` reads. */
export const placedColumns = `
  id, thread_node_id AS node, thread_id AS "threadId", message_id AS "messageId",
  encode(content_key, 'hex') AS "contentKey", date, kind, name, prefixes, version,
  version_inferred AS "versionInferred", number, total, reference_nodes AS "references",
  merged_with AS "mergedWith", is_split AS "isSplit",
  submitter_name AS "submitterName", submitter_email AS "submitterEmail", is_first AS "isFirst",
  parent, target, series_id AS "seriesId", series_number AS "seriesNumber", place_rules AS rules`;

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
