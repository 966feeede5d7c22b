import { isDeepStrictEqual } from 'node:util';
import type { MessageRole } from '../message/message-facts.ts';
import type { StorableFacts } from '../message/storable-facts.ts';
import type { MailChange } from '../review/mail-events.ts';
import { appendEvents } from '../store/append-events.ts';
import type { NewEvent } from '../store/append-events.ts';
import { isConflict } from '../store/database-errors.ts';
import { inTransaction } from '../store/database.ts';
import type { Database, Transaction } from '../store/database.ts';
import { loadFeedMessages } from '../store/feed-messages.ts';
import type { FeedMessage } from '../store/feed-messages.ts';
import { lockMailingList } from '../store/mailing-lists.ts';
import type { MailingList } from '../store/mailing-lists.ts';
import { drawMessageRowIds, updatePlacements } from '../store/write-messages.ts';
import type {
  MessageRowId,
  PlacedMessage,
  Placement,
  StoredMessage,
} from '../store/stored-message.ts';
import {
  changesOfResult,
  deleteOtherMessages,
  loadListMessages,
  loadListedRaws,
  noteResult,
  pointDeliveries,
  rewriteFacts,
  rewriteThreads,
} from '../store/reindex.ts';
import type { ListedRaw, ResultChange, Rewrite } from '../store/reindex.ts';
import { applyImportedReview, refreshPatches, takeReservedIds } from '../store/patches.ts';
import { holdNames, identifyPeople, loadSubmitterIds, renamePeople } from '../store/people.ts';
import { loadListSeries } from '../store/series.ts';
import { joinComponents } from '../thread/join-components.ts';
import type { NodeId } from '../thread/known-message.ts';
import { addThreadNodes } from './add-thread-nodes.ts';
import { deriveRevisions } from './derive-revisions.ts';
import { comparedMessages, eventsOfChange } from './mail-changes.ts';
import { linksOf, loadBatchOverrides, overriddenParts } from './overridden.ts';
import type { ParseMessages } from './parser.ts';
import { placeMessages } from './place-messages.ts';
import { placementOf } from './placements.ts';
import { writeSeriesOf } from './place-in-series.ts';
import { replaceTrailers } from './write-trailers.ts';

/** Raw messages parsed and written at a time. */
const batchSize = 200;

export interface ReindexOptions {
  readonly database: Database;
  readonly parse: ParseMessages;
  /** Say what would change, and change nothing. */
  readonly isDryRun: boolean;
}

/** What a reindex of one list came to. */
export interface ReindexResult {
  readonly messageCount: number;
  readonly changes: readonly ResultChange[];
}

/**
 * Derives everything of a list anew from its raw bytes, in one transaction under the list's lock, and says what is
 * another than before, to the feed too. Rows, and series that go on, keep their ids. Mail for the list is taken into custody meanwhile and
 * indexed afterwards. Memory: the narrow rows of the whole list.
 */
export async function reindexList(
  options: ReindexOptions,
  list: MailingList,
): Promise<ReindexResult> {
  for (let retry = 0; ; retry += 1) {
    try {
      return await reindexOnce(options, list);
    } catch (error) {
      if (error instanceof DryRun) return error.result;
      // An edit or another list's mail got in its way: it is not for the operator to begin again.
      if (!isConflict(error) || retry === maxConflictRetries) throw error;
    }
  }
}

const maxConflictRetries = 3;

async function reindexOnce(options: ReindexOptions, list: MailingList): Promise<ReindexResult> {
  return inTransaction(options.database, async (transaction) => {
    await transaction.query('SET LOCAL statement_timeout = 0');
    await lockMailingList(transaction, list);
    await noteResult(transaction, list.id);
    const before = await loadFeedMessages(transaction, list.id);
    const rows = await rereadFacts(transaction, list, options.parse, null);
    await deleteOtherMessages(transaction, list.id, [...rows.keys()]);
    const messageCount = rows.size;
    const series = await rederivePlaces(transaction, list, rows);
    const events = await eventsOfRereading(transaction, list, before, series);
    const result = { messageCount, changes: await changesOfResult(transaction, list.id) };
    if (options.isDryRun) throw new DryRun(result);
    await appendEvents(transaction, events);
    return result;
  });
}

/** Rolls a dry run back and carries its result out. */
class DryRun extends Error {
  readonly result: ReindexResult;

  constructor(result: ReindexResult) {
    super('dry run');
    this.result = result;
  }
}

/** Rows whose facts were read again, with what each message is now by itself: its stored kind may still be another. */
type RereadRoles = ReadonlyMap<MessageRowId, MessageRole>;

/** Reads the messages with one message-id, or all (null), from their lowest copies again. */
export async function rereadFacts(
  transaction: Transaction,
  list: MailingList,
  parse: ParseMessages,
  messageId: string | null,
): Promise<RereadRoles> {
  const rowOfIdentity = new Map<string, MessageRowId>();
  const taken = new Map<MessageRowId, MessageRole>();
  let after = '';
  for (;;) {
    const raws = await loadListedRaws(transaction, list.id, messageId, after, batchSize);
    const last = raws.at(-1);
    if (last === undefined) return taken;
    after = last.sha256;
    const facts = await parse(raws.map(({ raw }) => raw));
    await rewriteBatch(transaction, list, raws, facts, rowOfIdentity, taken);
  }
}

async function rewriteBatch(
  transaction: Transaction,
  list: MailingList,
  raws: readonly ListedRaw[],
  facts: readonly StorableFacts[],
  rowOfIdentity: Map<string, MessageRowId>,
  taken: Map<MessageRowId, MessageRole>,
): Promise<void> {
  const overrides = await loadBatchOverrides(transaction, facts);
  const { nodes } = await addThreadNodes(transaction, list, linksOf(facts, overrides));
  const people = await identifyPeople(
    transaction,
    facts.map(({ submitter }) => submitter),
  );
  const spareIds = await drawMessageRowIds(transaction, raws.length);
  const rewrites: Rewrite[] = [];
  const rowOfRaw = new Map<number, MessageRowId>();
  for (const [index, listed] of raws.entries()) {
    const own = facts[index]!;
    const identity = `${own.contentKey} ${own.messageId}`;
    const known = rowOfIdentity.get(identity);
    const id = known ?? (taken.has(listed.row) ? spareIds.pop()! : listed.row);
    rowOfRaw.set(listed.rawMessageId, id);
    if (known !== undefined) continue;
    rowOfIdentity.set(identity, id);
    taken.set(id, own.role);
    const node = nodes.get(own.messageId)!;
    const { rawMessageId, listRule } = listed;
    const parts = overriddenParts(own, overrides, (messageId) => nodes.get(messageId)!.id);
    const place = { node: node.id, threadId: node.threadId };
    const submitterId = people[index]!;
    rewrites.push({ id, ...place, ...parts, rawMessageId, listRule, submitterId, facts: own });
  }
  await rewriteFacts(transaction, list.id, rewrites);
  await replaceTrailers(transaction, rewrites);
  await pointDeliveries(transaction, rowOfRaw);
}

/** The events of a list that was derived anew; `before` are its messages as they were before that. */
export async function eventsOfRereading(
  transaction: Transaction,
  list: MailingList,
  before: readonly FeedMessage[],
  series: RederivedSeries,
): Promise<NewEvent[]> {
  const after = await loadFeedMessages(transaction, list.id);
  const covers = new Set(after.flatMap(({ id, kind }) => (kind === 'cover' ? id : [])));
  const messages = comparedMessages(before, after);
  const isCover = (target: MessageRowId): boolean => covers.has(target);
  return eventsOfChange(transaction, list, { ...series, messages, isCover });
}

/** Series of a list that was derived anew, as the feed compares them. */
export type RederivedSeries = Pick<MailChange<MessageRowId>, 'series' | 'supersessions'>;

/** Derives threads, places and series of a whole list anew from the facts that are stored. */
export async function rederivePlaces(
  transaction: Transaction,
  list: MailingList,
  roles: RereadRoles,
): Promise<RederivedSeries> {
  const stored = (await loadListMessages(transaction, list.id)).map(
    ({ message, placement }): PlacedMessage => ({
      message: { ...message, role: roles.get(message.id) ?? message.role },
      placement,
    }),
  );
  await rewriteThreads(transaction, list.id, threadsOf(stored));
  const messages = stored.map(({ message }) => message);
  const { placeOf, series } = placeMessages(messages);
  const former = new Map(stored.map(({ message, placement }) => [message, placement]));
  const formerSeries = await loadListSeries(transaction, list.id);
  const { idOf, changes } = await writeSeriesOf(
    transaction,
    list,
    series,
    formerSeries,
    (message) => former.get(message)?.seriesId ?? null,
  );
  const placed = messages.map((message) => ({
    message,
    placement: placementOf(placeOf.get(message)!, idOf),
  }));
  await updatePlacements(
    transaction,
    placed.filter((one) => differs(one, former)),
  );
  const ids = messages.map(({ id }) => id);
  const isImported = await takeReservedIds(transaction, list.id, ids);
  await refreshPatches(transaction, list.id);
  if (isImported) await applyImportedReview(transaction, list.id, ids);
  // Not before all is written: held from the first message on, they would stop the mail of other lists for as long.
  const submitterIds = await loadSubmitterIds(transaction, list.id);
  await holdNames(transaction, submitterIds);
  await renamePeople(transaction, submitterIds);
  const seriesIds = new Set([...formerSeries.map(({ id }) => id), ...idOf.values()]);
  const supersessions = await deriveRevisions(transaction, list, [...seriesIds]);
  return { series: changes, supersessions };
}

function differs(
  { message, placement }: PlacedMessage,
  former: ReadonlyMap<StoredMessage, Placement>,
): boolean {
  return !isDeepStrictEqual(placement, former.get(message));
}

/** The thread of each node: the lowest node of its component. */
function threadsOf(stored: readonly PlacedMessage[]): Map<NodeId, number> {
  const components = joinComponents(
    stored.map(({ message }) => [message.node, ...message.references]),
  );
  const lowest = new Map<NodeId, number>();
  for (const [node, component] of components) {
    lowest.set(component, Math.min(lowest.get(component) ?? node, node));
  }
  return new Map([...components].map(([node, component]) => [node, lowest.get(component)!]));
}
