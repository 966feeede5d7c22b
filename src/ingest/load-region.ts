import { isUnthreaded, seriesWindowMinutes } from '../series/series-window.ts';
import { isNumbered, isSubmission } from '../series/submission.ts';
import { findUnthreadedThreads, loadThreadMessages } from '../store/messages.ts';
import type { PlacedMessage, StoredMessage, UnthreadedRange } from '../store/messages.ts';
import type { Transaction } from '../store/database.ts';

/**
 * All stored messages whose place new messages can change: those of the same threads, and those of threads that hold
 * unthreaded submissions within the window of an unthreaded one that is in reach already. `newMessages` are not stored
 * yet; they widen the reach and are not part of the result.
 */
export async function loadRegion(
  transaction: Transaction,
  listId: number,
  threadIds: readonly number[],
  newMessages: readonly StoredMessage[],
): Promise<PlacedMessage[]> {
  const reached = new Set(threadIds);
  const region: PlacedMessage[] = [];
  let arrivals = newMessages;
  let nextThreads = threadIds;
  do {
    const loaded = await loadThreadMessages(transaction, nextThreads);
    region.push(...loaded);
    arrivals = [...arrivals, ...loaded.map(({ message }) => message)];
    const neighbours = await findUnthreadedThreads(transaction, listId, rangesOf(arrivals));
    nextThreads = neighbours.filter((threadId) => !reached.has(threadId));
    for (const threadId of nextThreads) reached.add(threadId);
    arrivals = [];
  } while (nextThreads.length > 0);
  return region;
}

/** The spans of time in which unthreaded submissions would be neighbours of these. */
function rangesOf(messages: readonly StoredMessage[]): UnthreadedRange[] {
  const windowMs = seriesWindowMinutes * 60_000;
  const ranges = messages.flatMap((message) => {
    if (!isSubmission(message) || !isNumbered(message) || !isUnthreaded(message)) return [];
    if (message.date === null || message.submitterEmail === null) return [];
    const date = Date.parse(message.date);
    return [
      {
        submitterEmail: message.submitterEmail.toLowerCase(),
        total: message.total,
        from: new Date(date - windowMs).toISOString(),
        to: new Date(date + windowMs).toISOString(),
      },
    ];
  });
  return [...new Map(ranges.map((range) => [JSON.stringify(range), range])).values()];
}
