import type { StorableFacts } from '../message/storable-facts.ts';
import { collectGarbageAfter } from '../parsing/collect-garbage.ts';
import { appendEvents } from '../store/append-events.ts';
import { isConflict, isFaultOfMessage } from '../store/database-errors.ts';
import { inTransaction } from '../store/database.ts';
import type { Database } from '../store/database.ts';
import { loadWaiting, recordOutcomes } from '../store/deliveries.ts';
import type { DeliveryOutcome, WaitingDelivery } from '../store/deliveries.ts';
import { addMailingList, loadMailingLists } from '../store/mailing-lists.ts';
import type { MailingList } from '../store/mailing-lists.ts';
import { bury } from './bury.ts';
import { failureReason } from './failure-reason.ts';
import { indexOnList } from './index-list.ts';
import type { ParsedDelivery } from './index-list.ts';
import { observe } from './observations.ts';
import type { SettledDelivery } from './observations.ts';
import { loadBatchOverrides } from './overridden.ts';
import type { ParseMessages } from './parser.ts';
import { routeMessage } from './route.ts';

export interface IndexerOptions {
  readonly database: Database;
  readonly parse: ParseMessages;
  /** auto: an unknown List-Id makes a list; known: its mail is kept as unrouted. */
  readonly lists: 'auto' | 'known';
}

/**
 * Indexes deliveries: parses them, and writes each list's in one transaction, or in several where they are too large to be
 * in memory together. Those that have an outcome already are
 * left alone, so running twice does no harm. A message that the database or our own code cannot take becomes a dead
 * letter and does not hold up the others. Rejects when the database is out of reach: then try again.
 */
export async function indexDeliveries(
  options: IndexerOptions,
  deliveryIds: readonly number[],
): Promise<void> {
  let rest = deliveryIds;
  for (;;) {
    const read = await readWaiting(options, rest);
    const last = read.at(-1);
    if (last === undefined) return;
    await indexRead(options, read);
    rest = rest.filter((id) => id > last.id);
    if (rest.length === 0) return;
  }
}

/** A delivery, with the facts of its message in place of the bytes: those are let go once they are read. */
type ReadDelivery = Omit<WaitingDelivery, 'raw'> & { readonly facts: StorableFacts };

async function readWaiting(
  { database, parse }: IndexerOptions,
  ids: readonly number[],
): Promise<ReadDelivery[]> {
  const waiting = await loadWaiting(database, ids);
  const raws = waiting.map(({ raw }) => raw);
  collectGarbageAfter(raws.map((raw) => raw.length));
  const facts = await parse(raws);
  return waiting.map(({ id, rawMessageId, rawSha256, requestedListId, receivedAt }, index) => ({
    id,
    rawMessageId,
    rawSha256,
    requestedListId,
    receivedAt,
    facts: facts[index]!,
  }));
}

async function indexRead(options: IndexerOptions, read: readonly ReadDelivery[]): Promise<void> {
  const { routed, unrouted } = await routeAll(options, read);
  if (unrouted.length > 0) await recordUnrouted(options.database, unrouted);
  for (const [list, deliveries] of routed) {
    await indexAll(options.database, list, deliveries);
  }
}

interface RoutedDeliveries {
  readonly routed: ReadonlyMap<MailingList, readonly ParsedDelivery[]>;
  readonly unrouted: readonly ParsedDelivery[];
}

async function routeAll(
  options: IndexerOptions,
  read: readonly ReadDelivery[],
): Promise<RoutedDeliveries> {
  const lists = new Map(
    (await loadMailingLists(options.database)).map((list) => [list.listId, list]),
  );
  const overrides = await loadBatchOverrides(
    options.database,
    read.map(({ facts }) => facts),
  );
  const routed = new Map<MailingList, ParsedDelivery[]>();
  const unrouted: ParsedDelivery[] = [];
  for (const delivery of read) {
    const { facts, requestedListId } = delivery;
    const route = routeMessage(overrides.listOf(facts), requestedListId, facts);
    const list = route === null ? null : await listOfRoute(options, lists, route.listId);
    if (route === null || list === null) {
      unrouted.push(parsedDelivery(delivery, 'none'));
      continue;
    }
    const parsed = parsedDelivery(delivery, route.rule);
    const others = routed.get(list);
    if (others === undefined) routed.set(list, [parsed]);
    else others.push(parsed);
  }
  return { routed, unrouted };
}

async function listOfRoute(
  options: IndexerOptions,
  lists: Map<string, MailingList>,
  listId: string,
): Promise<MailingList | null> {
  const known = lists.get(listId);
  if (known !== undefined) return known;
  if (options.lists === 'known') return null;
  const added = await addMailingList(options.database, listId);
  lists.set(listId, added);
  return added;
}

function parsedDelivery(delivery: ReadDelivery, listRule: string): ParsedDelivery {
  const { id: deliveryId, rawMessageId, rawSha256, receivedAt, facts } = delivery;
  return { deliveryId, rawMessageId, rawSha256, receivedAt, facts, listRule };
}

async function recordUnrouted(
  database: Database,
  deliveries: readonly ParsedDelivery[],
): Promise<void> {
  const outcomes = deliveries.map(({ deliveryId }) => unroutedOutcome(deliveryId));
  await recordOutcomes(database, outcomes);
  observeSettled(null, deliveries, outcomes);
}

function unroutedOutcome(deliveryId: number): DeliveryOutcome {
  return { deliveryId, outcome: 'unrouted', storedMessage: null };
}

/** `outcomes` are those of `deliveries`, in order. */
function observeSettled(
  list: MailingList | null,
  deliveries: readonly ParsedDelivery[],
  outcomes: readonly DeliveryOutcome[],
): void {
  const settled = deliveries.map(
    ({ deliveryId, rawSha256, receivedAt, facts }, index): SettledDelivery => ({
      deliveryId,
      sha256: rawSha256,
      messageId: facts.messageId,
      outcome: outcomes[index]!.outcome,
      flags: facts.flags,
      receivedAt,
    }),
  );
  observe({ kind: 'settled', listId: list?.listId ?? null, deliveries: settled });
}

/** Where one message of a batch is to blame for its failure, halves the batch until that one is found. */
async function indexAll(
  database: Database,
  list: MailingList,
  deliveries: readonly ParsedDelivery[],
): Promise<void> {
  const batches = [deliveries];
  for (let batch = batches.pop(); batch !== undefined; batch = batches.pop()) {
    try {
      await indexBatch(database, list, batch);
    } catch (error) {
      if (!isFaultOfMessage(error)) throw error;
      const [only] = batch;
      if (batch.length === 1 && only !== undefined) await buryParsed(database, only, error);
      else batches.push(...halves(batch));
    }
  }
}

function halves<T>(batch: readonly T[]): [readonly T[], readonly T[]] {
  const middle = Math.floor(batch.length / 2);
  return [batch.slice(middle), batch.slice(0, middle)];
}

const maxConflictRetries = 3;

async function indexBatch(
  database: Database,
  list: MailingList,
  batch: readonly ParsedDelivery[],
): Promise<void> {
  for (let retry = 0; ; retry += 1) {
    try {
      const settled = await inTransaction(database, async (transaction) => {
        const { outcomes, events } = await indexOnList(transaction, list, batch);
        await recordOutcomes(transaction, outcomes);
        await appendEvents(transaction, events);
        return outcomes;
      });
      observeSettled(list, batch, settled);
      return;
    } catch (error) {
      if (!isConflict(error) || retry === maxConflictRetries) throw error;
    }
  }
}

async function buryParsed(
  database: Database,
  { deliveryId, facts: { messageId } }: ParsedDelivery,
  error: unknown,
): Promise<void> {
  await bury(database, { deliveryId, messageId, stage: 'write', reason: failureReason(error) });
}
