import { appendEvents } from '../store/append-events.ts';
import type { NewEvent } from '../store/append-events.ts';
import { inTransaction } from '../store/database.ts';
import type { Database, Transaction } from '../store/database.ts';
import { loadFeedMessages } from '../store/feed-messages.ts';
import { loadMailingLists, lockMailingList } from '../store/mailing-lists.ts';
import { addOverride, removeOverride } from '../store/overrides.ts';
import type { Override } from '../store/overrides.ts';
import { reopenMessage } from '../store/reindex.ts';
import type { ParseMessages } from './parser.ts';
import { eventsOfRereading, rederivePlaces, rereadFacts } from './reindex.ts';

export interface OverrideOptions {
  readonly database: Database;
  readonly parse: ParseMessages;
}

/**
 * Notes what an operator says against the rules and derives anew what it touches, in one transaction. Returns deliveries
 * that wait to be indexed on another list: the caller queues them.
 */
export async function overrideRules(
  options: OverrideOptions,
  override: Override,
): Promise<number[]> {
  return inTransaction(options.database, async (transaction) => {
    await addOverride(transaction, override);
    return apply(transaction, options.parse, override);
  });
}

/** Takes an override back and derives anew what it touched; null when there is none with that id. */
export async function withdrawOverride(
  options: OverrideOptions,
  id: number,
): Promise<number[] | null> {
  return inTransaction(options.database, async (transaction) => {
    const override = await removeOverride(transaction, id);
    return override === null ? null : apply(transaction, options.parse, override);
  });
}

async function apply(
  transaction: Transaction,
  parse: ParseMessages,
  { kind, messageId }: Override,
): Promise<number[]> {
  const reopened: number[] = [];
  const events: NewEvent[] = [];
  for (const list of await loadMailingLists(transaction)) {
    await lockMailingList(transaction, list);
    const before = await loadFeedMessages(transaction, list.id);
    if (kind === 'move') reopened.push(...(await reopenMessage(transaction, list.id, messageId)));
    const rows = await rereadFacts(transaction, list, parse, messageId);
    if (rows.size === 0 && kind !== 'move') continue;
    const series = await rederivePlaces(transaction, list, rows);
    events.push(...(await eventsOfRereading(transaction, list, before, series)));
  }
  await appendEvents(transaction, events);
  return reopened;
}
