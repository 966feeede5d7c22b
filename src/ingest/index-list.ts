import { isDeepStrictEqual } from 'node:util';
import type { MessageFacts } from '../message/message-facts.ts';
import type { Transaction } from '../store/database.ts';
import type { DeliveryOutcome } from '../store/deliveries.ts';
import { lockMailingList } from '../store/mailing-lists.ts';
import type { MailingList } from '../store/mailing-lists.ts';
import {
  drawMessageRowIds,
  findStored,
  insertMessages,
  replaceCopy,
  updatePlacements,
} from '../store/messages.ts';
import type { MessageRowId, NewMessage, StoredMessage } from '../store/messages.ts';
import type { ThreadNode } from '../store/thread-nodes.ts';
import { addThreadNodes } from './add-thread-nodes.ts';
import { derivePlacements } from './derive-placements.ts';
import { deriveRevisions, seriesToRevise } from './derive-revisions.ts';
import { loadRegion } from './load-region.ts';

/** A delivery with the facts of its message. */
export interface ParsedDelivery {
  readonly deliveryId: number;
  readonly rawMessageId: number;
  /** Hex. */
  readonly rawSha256: string;
  readonly facts: MessageFacts;
  readonly listRule: string;
}

/**
 * Indexes deliveries on one list inside a transaction, under the list's lock: stores the messages that are new, and
 * re-derives threads, targets and series of everything they can touch. What is stored afterwards is the same as if all
 * messages of the list had come at once.
 */
export async function indexOnList(
  transaction: Transaction,
  list: MailingList,
  deliveries: readonly ParsedDelivery[],
): Promise<DeliveryOutcome[]> {
  await lockMailingList(transaction, list);
  const copies = chooseCopies(deliveries);
  const stored = await storedCopies(transaction, list, copies);
  const added = copies.filter((copy) => !stored.has(identityOf(copy.facts)));
  const ids = await drawMessageRowIds(transaction, added.length);
  const idOf = new Map(added.map((copy, index) => [identityOf(copy.facts), ids[index]!]));
  await storeNew(transaction, list, added, ids);
  return outcomes(deliveries, added, (identity) => idOf.get(identity) ?? stored.get(identity)!);
}

function identityOf(facts: Pick<MessageFacts, 'messageId' | 'contentKey'>): string {
  return `${facts.contentKey} ${facts.messageId}`;
}

/** Of several copies of one message, the one with the lowest SHA-256: the same whichever came first. */
function chooseCopies(deliveries: readonly ParsedDelivery[]): ParsedDelivery[] {
  const chosen = new Map<string, ParsedDelivery>();
  for (const delivery of deliveries) {
    const identity = identityOf(delivery.facts);
    const other = chosen.get(identity);
    if (other === undefined || delivery.rawSha256 < other.rawSha256) chosen.set(identity, delivery);
  }
  return [...chosen.values()];
}

/** Rows of the copies that the list has already; a stored copy gives way to one with a lower SHA-256. */
async function storedCopies(
  transaction: Transaction,
  list: MailingList,
  copies: readonly ParsedDelivery[],
): Promise<Map<string, MessageRowId>> {
  const messageIds = [...new Set(copies.map((copy) => copy.facts.messageId))];
  const found = await findStored(transaction, list.id, messageIds);
  const copyOf = new Map(copies.map((copy) => [identityOf(copy.facts), copy]));
  const stored = new Map<string, MessageRowId>();
  for (const row of found) {
    const identity = `${row.contentKey} ${row.messageId}`;
    const copy = copyOf.get(identity);
    if (copy !== undefined && copy.rawSha256 < row.rawSha256) {
      await replaceCopy(transaction, row.id, copy);
    }
    stored.set(identity, row.id);
  }
  return stored;
}

async function storeNew(
  transaction: Transaction,
  list: MailingList,
  added: readonly ParsedDelivery[],
  ids: readonly MessageRowId[],
): Promise<void> {
  if (added.length === 0) return;
  const links = added.map(({ facts }) => [facts.messageId, ...facts.references]);
  const { nodes, storedThreads } = await addThreadNodes(transaction, list, links);
  const newMessages = added.map(({ facts }, index) => storedMessage(facts, ids[index]!, nodes));
  const region = await loadRegion(transaction, list.id, storedThreads, newMessages);
  const placed = await derivePlacements(transaction, list, region, newMessages);
  const changed = region.filter(
    ({ message, placement }) => !isDeepStrictEqual(placement, placed.get(message)),
  );
  await updatePlacements(
    transaction,
    changed.map(({ message }) => ({ message, placement: placed.get(message)! })),
  );
  const rows = added.map((copy, index): NewMessage => ({
    ...copy,
    message: newMessages[index]!,
    placement: placed.get(newMessages[index]!)!,
  }));
  await insertMessages(transaction, list.id, rows);
  await deriveRevisions(transaction, list, seriesToRevise(changed, newMessages, placed));
}

function storedMessage(
  facts: MessageFacts,
  id: MessageRowId,
  nodes: ReadonlyMap<string, ThreadNode>,
): StoredMessage {
  const own = nodes.get(facts.messageId)!;
  return {
    id,
    node: own.id,
    threadId: own.threadId,
    messageId: facts.messageId,
    contentKey: facts.contentKey,
    references: facts.references.map((messageId) => nodes.get(messageId)!.id),
    date: facts.date,
    role: facts.role,
    name: facts.name,
    prefixes: facts.prefixes,
    version: facts.version,
    versionInferred: facts.versionInferred,
    number: facts.number,
    total: facts.total,
    submitterName: facts.submitter.name,
    submitterEmail: facts.submitter.email,
  };
}

/** The first delivery of a new message stored it; all others are duplicates. */
function outcomes(
  deliveries: readonly ParsedDelivery[],
  added: readonly ParsedDelivery[],
  rowOf: (identity: string) => MessageRowId,
): DeliveryOutcome[] {
  const storing = new Set(added.map((copy) => copy.deliveryId));
  return deliveries.map(({ deliveryId, facts }) => ({
    deliveryId,
    outcome: storing.has(deliveryId) ? 'stored' : 'duplicate',
    storedMessage: rowOf(identityOf(facts)),
  }));
}
