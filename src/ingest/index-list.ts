import type { StorableFacts } from '../message/storable-facts.ts';
import type { MessageChange } from '../review/mail-events.ts';
import type { NewEvent } from '../store/append-events.ts';
import type { Transaction } from '../store/database.ts';
import type { DeliveryOutcome } from '../store/deliveries.ts';
import { lockMailingList } from '../store/mailing-lists.ts';
import type { MailingList } from '../store/mailing-lists.ts';
import { loadCopyHashes, loadMessagesOfNodes } from '../store/load-messages.ts';
import {
  drawMessageRowIds,
  insertMessages,
  replaceCopy,
  updatePlacements,
} from '../store/write-messages.ts';
import { followMailHints } from '../store/mail-hints.ts';
import {
  applyImportedReview,
  hideFormerPatches,
  recordPatches,
  takeReservedIds,
} from '../store/patches.ts';
import { renamePeople, resolvePeople } from '../store/people.ts';
import type { KnownPerson } from '../store/people.ts';
import type { MessageRowId, Placement, StoredMessage } from '../store/stored-message.ts';
import type { NewMessage } from '../store/write-messages.ts';
import type { ThreadNode } from '../store/thread-nodes.ts';
import { addThreadNodes } from './add-thread-nodes.ts';
import type { AddedThreadNodes } from './add-thread-nodes.ts';
import { deriveRevisions, seriesToRevise } from './derive-revisions.ts';
import { linksOf, loadBatchOverrides, overriddenParts } from './overridden.ts';
import type { BatchOverrides } from './overridden.ts';
import { eventsOfChange } from './mail-changes.ts';
import { MessagePool } from './message-pool.ts';
import { placeInSeries } from './place-in-series.ts';
import { placeInThreads } from './place-in-threads.ts';
import { changedPlacements, placements } from './placements.ts';
import { replaceTrailers, writeTrailers } from './write-trailers.ts';

/** A delivery with the facts of its message. */
export interface ParsedDelivery {
  readonly deliveryId: number;
  readonly rawMessageId: number;
  /** Hex. */
  readonly rawSha256: string;
  readonly facts: StorableFacts;
  readonly listRule: string;
  /** When it came, ISO 8601. */
  readonly receivedAt: string;
}

/** What indexing came to, for the caller to write: the events last. */
export interface Indexed {
  readonly outcomes: readonly DeliveryOutcome[];
  readonly events: readonly NewEvent[];
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
): Promise<Indexed> {
  await lockMailingList(transaction, list);
  const copies = chooseCopies(deliveries);
  const facts = copies.map((copy) => copy.facts);
  const overrides = await loadBatchOverrides(transaction, facts);
  const threadNodes = await addThreadNodes(transaction, list, linksOf(facts, overrides));
  const { stored, replacing } = await storedCopies(transaction, copies, threadNodes);
  const added = copies.filter((copy) => !stored.has(identityOf(copy.facts)));
  const ids = await drawMessageRowIds(transaction, added.length);
  const idOf = new Map(added.map((copy, index) => [identityOf(copy.facts), ids[index]!]));
  const newMessages = added.map((copy, index) =>
    storedMessage(copy.facts, ids[index]!, threadNodes.nodes, overrides),
  );
  const changes = { added, newMessages, replacing };
  const events = await storeNew(transaction, list, changes, threadNodes);
  const rowOf = (identity: string): MessageRowId => idOf.get(identity) ?? stored.get(identity)!;
  return { outcomes: outcomes(deliveries, added, rowOf), events };
}

function identityOf(facts: Pick<StoredMessage, 'messageId' | 'contentKey'>): string {
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

/** A copy of a stored message that takes the place of the one that it was read from. */
interface Replacing {
  readonly copy: ParsedDelivery;
  readonly id: MessageRowId;
}

/** Rows of the copies that the list has already; a stored copy gives way to one with a lower SHA-256. */
async function storedCopies(
  transaction: Transaction,
  copies: readonly ParsedDelivery[],
  { nodes, formerNodes }: AddedThreadNodes,
): Promise<{ stored: Map<string, MessageRowId>; replacing: Replacing[] }> {
  const namesakes = await loadMessagesOfNodes(
    transaction,
    copies.map(({ facts }) => nodes.get(facts.messageId)!.id).filter((id) => formerNodes.has(id)),
  );
  const rowOf = new Map(namesakes.map(({ message }) => [identityOf(message), message.id]));
  const repeated = copies.filter((copy) => rowOf.has(identityOf(copy.facts)));
  const stored = new Map(
    repeated.map(({ facts }) => [identityOf(facts), rowOf.get(identityOf(facts))!]),
  );
  const hashes = await loadCopyHashes(transaction, [...stored.values()]);
  const replacing = repeated
    .map((copy) => ({ copy, id: stored.get(identityOf(copy.facts))! }))
    .filter(({ copy, id }) => copy.rawSha256 < hashes.get(id)!);
  return { stored, replacing };
}

/** Writes copies in the place of others; the people whose names may be others now. */
async function replaceCopies(
  transaction: Transaction,
  replacing: readonly Replacing[],
  people: readonly KnownPerson[],
): Promise<number[]> {
  const concerned: number[] = [];
  for (const [index, { copy, id }] of replacing.entries()) {
    const submitterId = people[index]!.id;
    const formerId = await replaceCopy(transaction, id, { ...copy, submitterId });
    await replaceTrailers(transaction, [{ id, facts: copy.facts }]);
    concerned.push(submitterId, formerId);
  }
  return concerned;
}

/** What a batch changes on a list. */
interface BatchChanges {
  readonly added: readonly ParsedDelivery[];
  /** One for each that is added. */
  readonly newMessages: readonly StoredMessage[];
  readonly replacing: readonly Replacing[];
}

async function storeNew(
  transaction: Transaction,
  list: MailingList,
  { added, newMessages, replacing }: BatchChanges,
  { formerNodes, nodes }: AddedThreadNodes,
): Promise<NewEvent[]> {
  if (added.length === 0 && replacing.length === 0) return [];
  const replacements = replacing.map(({ copy }) => copy);
  const everyone = await resolvePeople(
    transaction,
    [...added, ...replacements].map((copy) => copy.facts.submitter),
  );
  const people = everyone.slice(0, added.length);
  const renamed = await replaceCopies(transaction, replacing, everyone.slice(added.length));
  const replacedNodes = replacements.map(({ facts }) => nodes.get(facts.messageId)!.id);
  const pool = new MessagePool(transaction, newMessages);
  const ownIds = newMessages.map((message) => message.id);
  const ownNodes = newMessages.map((message) => message.node);
  const inThreads = await placeInThreads(transaction, pool, {
    messages: newMessages,
    formerNodes: [...ownNodes.filter((node) => formerNodes.has(node)), ...replacedNodes],
    threadIds: [...new Set(newMessages.map((message) => message.threadId))],
  });
  const inSeries = await placeInSeries(transaction, list, pool, [...inThreads.keys()]);
  const placed = placements(pool, inThreads, inSeries.places);
  const changed = changedPlacements(pool, placed);
  const moved = changed.map(({ message }) => ({
    message,
    placement: pool.placementOf(message)!,
  }));
  await updatePlacements(transaction, changed);
  await insertMessages(
    transaction,
    list.id,
    added.map((copy, index): NewMessage => {
      const message = newMessages[index]!;
      return { ...copy, message, placement: placed.get(message)!, submitterId: people[index]!.id };
    }),
  );
  const changedIds = changed.map(({ message }) => message.id);
  const placedIds = [...ownIds, ...changedIds];
  const isImported = await writeReviewRows(transaction, list, placedIds, changedIds);
  await followMailHints(
    transaction,
    added.map(({ facts }, index) => ({ id: ownIds[index]!, hints: facts.mailHints })),
  );
  // After what the sender asks: a Patchwork has done that, and people may have said otherwise since.
  if (isImported) await applyImportedReview(transaction, list.id, placedIds);
  await renamePeople(transaction, [...namedOtherwise(added, people), ...renamed]);
  await writeTrailers(
    transaction,
    added.map(({ facts }, index) => ({ id: newMessages[index]!.id, facts })),
  );
  const toRevise = seriesToRevise(moved, newMessages, placed);
  return eventsOfChange(transaction, list, {
    messages: comparedPlaces(pool, placed, added, newMessages),
    series: inSeries.changes,
    supersessions: await deriveRevisions(transaction, list, toRevise),
    isCover: (target) => pool.messageOf(target)?.role === 'cover',
  });
}

/** New messages in the order in which they came, and then the stored ones, as the feed compares them. */
function comparedPlaces(
  pool: MessagePool,
  placed: ReadonlyMap<StoredMessage, Placement>,
  added: readonly ParsedDelivery[],
  newMessages: readonly StoredMessage[],
): MessageChange<MessageRowId>[] {
  const fresh = newMessages.map((message, index) => ({
    id: message.id,
    before: null,
    after: placed.get(message)!,
    newFlags: added[index]!.facts.flags,
  }));
  const stored = [...placed].flatMap(([message, after]) => {
    const before = pool.placementOf(message);
    return before === null ? [] : [{ id: message.id, before, after, newFlags: [] }];
  });
  return [...fresh, ...stored];
}

/** Public ids and patch rows of what is new, and of what is now taken for something else; whether ids were imported. */
async function writeReviewRows(
  transaction: Transaction,
  list: MailingList,
  ids: readonly MessageRowId[],
  changedIds: readonly MessageRowId[],
): Promise<boolean> {
  const isImported = await takeReservedIds(transaction, list.id, ids);
  await recordPatches(transaction, ids);
  await hideFormerPatches(transaction, changedIds);
  return isImported;
}

/** People whose new message has another name than they had so far. */
function namedOtherwise(
  added: readonly ParsedDelivery[],
  people: readonly KnownPerson[],
): number[] {
  return people
    .filter(({ name }, index) => {
      const given = added[index]!.facts.submitter.name;
      return given !== null && given !== name;
    })
    .map(({ id }) => id);
}

function storedMessage(
  facts: StorableFacts,
  id: MessageRowId,
  nodes: ReadonlyMap<string, ThreadNode>,
  overrides: BatchOverrides,
): StoredMessage {
  const own = nodes.get(facts.messageId)!;
  return {
    id,
    node: own.id,
    threadId: own.threadId,
    messageId: facts.messageId,
    contentKey: facts.contentKey,
    ...overriddenParts(facts, overrides, (messageId) => nodes.get(messageId)!.id),
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
