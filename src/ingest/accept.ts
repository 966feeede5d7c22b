import { takeCustody } from '../store/custody.ts';
import type { IncomingMessage, Receipt } from '../store/custody.ts';
import type { Database } from '../store/database.ts';
import type { IndexQueue } from '../queue/index-queue.ts';
import { groupCommit } from './group-commit.ts';

/** Whoever hands mail over waits no longer than this for custody: pool, statement and commit together. */
export const custodyDeadlineMs = 5_000;

/** Messages that came at the same time share a commit; more in one would make the first of them wait. */
const maxCommitSize = 100;

/** The message is not, or not surely, in custody: the sender must try again. */
export class CustodyError extends Error {
  override readonly name = 'CustodyError';
}

/**
 * Takes one live message into custody and wakes a worker. When it resolves the message is committed; concurrent calls
 * share commits. Rejects with CustodyError after `custodyDeadlineMs` or on any doubt.
 */
export type AcceptMessage = (message: IncomingMessage) => Promise<Receipt>;

export function acceptMessages(
  database: Database,
  queue: IndexQueue,
  onQueueError: (error: unknown) => void,
): AcceptMessage {
  const commit = groupCommit(async (messages: readonly IncomingMessage[]) => {
    const receipts = await takeCustody(database, messages);
    // The queue only wakes workers: what it misses, the sweeper adds.
    queue.add(jobsOneByOne(receipts)).catch(onQueueError);
    return receipts;
  }, maxCommitSize);
  return async (message) => withDeadline(commit(message), custodyDeadlineMs);
}

function jobsOneByOne(receipts: readonly Receipt[]): { deliveryIds: number[] }[] {
  return receipts
    .filter((receipt) => !receipt.isDuplicate)
    .map((receipt) => ({ deliveryIds: [receipt.deliveryId] }));
}

async function withDeadline<T>(work: Promise<T>, deadlineMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new CustodyError(`no commit within ${deadlineMs} ms`);
    timer = setTimeout(() => reject(error), deadlineMs);
  });
  try {
    return await Promise.race([work, late]);
  } catch (error) {
    if (error instanceof CustodyError) throw error;
    throw new CustodyError('the database did not take the message', { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
