import type { MessageRole } from '../message/message-facts.ts';

/** Identity of a message-id within one mailing list; ghosts have one too. */
export type NodeId = number & { readonly __brand: 'NodeId' };

/**
 * The few facts of a stored message that decide its place: what thread and series functions take.
 * Two of them may carry the same node: different messages with one Message-ID.
 */
export interface KnownMessage {
  readonly node: NodeId;
  readonly messageId: string;
  /** Nodes of In-Reply-To and References, closest first, without repeats and without its own. */
  readonly references: readonly NodeId[];
  /** UTC, "2017-08-30T08:32:05Z"; null when the message has no readable date. */
  readonly date: string | null;
  /** Hex; tells two messages with one Message-ID apart. */
  readonly contentKey: string;
  readonly role: MessageRole;
}

/**
 * Total order of messages: date (messages without one last), then message-id, then content key.
 * Everything that must choose among messages chooses by it, so that arrival order never counts.
 */
export function compareMessages(a: OrderFields, b: OrderFields): number {
  return (
    compareDates(a.date, b.date) ||
    compareText(a.messageId, b.messageId) ||
    compareText(a.contentKey, b.contentKey)
  );
}

export type OrderFields = Pick<KnownMessage, 'date' | 'messageId' | 'contentKey'>;

/** ISO dates in UTC compare as text; null comes last. */
function compareDates(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -1 : 1;
}

/** By UTF-16 code unit: the same on every machine, unlike a locale's order. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
