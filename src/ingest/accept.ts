import { setTimeout as delay } from 'node:timers/promises';
import type { IndexQueue } from '../queue/index-queue.ts';
import { takeCustody } from '../store/custody.ts';
import type { IncomingMessage, Receipt } from '../store/custody.ts';
import { isDiskFull, isFaultOfMessage } from '../store/database-errors.ts';
import type { Database } from '../store/database.ts';
import { StorageFullError } from '../store/storage-room.ts';
import type { RequireRoom } from '../store/storage-room.ts';
import { DeadlineError, withinDeadline } from '../store/within-deadline.ts';
import { groupCommit, LateError } from './group-commit.ts';
import { messageIdOfRaw } from './message-id-of-raw.ts';
import { isObserved, observe } from './observations.ts';
import { jobsOf } from './sweep.ts';

/** Whoever hands mail over waits no longer than this for custody: turn, connection, statement and commit together. */
export const custodyDeadlineMs = 5_000;

/** Messages that came at the same time share a commit; more in one would make the first of them wait. */
const maxCommitSize = 100;

/** Octets that share a commit; a larger message has one of its own. */
const maxCommitBytes = 32 * 1024 * 1024;

/** Commits whose messages go to the queue by one call, and how long they may wait for it: the sweeper is there for the rest. */
const wakeLimits = { maxItems: 100, deadlineMs: 2_000 };

/**
 * Between calls to the queue. What is committed meanwhile shares the next call and its jobs: under load a job for each
 * commit costs the daemon and the queue more than the commit. A message that comes alone does not wait.
 */
const wakePauseMs = 30;

/** The message is not, or not surely, in custody: the sender must try again. */
export class CustodyError extends Error {
  override readonly name = 'CustodyError';
}

/** Where messages are taken into custody. */
export interface CustodyPlace {
  /** For nothing else, so that nothing else can use up its connections. */
  readonly custodyDatabase: Database;
  readonly queue: Pick<IndexQueue, 'add'>;
  readonly requireRoom: RequireRoom;
}

/**
 * Takes one live message into custody and wakes a worker. When it resolves the message is committed; concurrent calls
 * share commits. Within `custodyDeadlineMs` it rejects with StorageFullError when there is no room, and with CustodyError
 * on any other trouble or doubt.
 */
export type AcceptMessage = (message: IncomingMessage) => Promise<Receipt>;

/** `onQueueError` hears that workers were not woken; the messages are in custody all the same. */
export function acceptMessages(
  place: CustodyPlace,
  onQueueError: (error: unknown) => void,
): AcceptMessage {
  const wake = groupCommit(async (commits: readonly (readonly number[])[]) => {
    await place.queue.add(jobsOf(commits.flat()));
    await delay(wakePauseMs);
    return commits;
  }, wakeLimits);
  const commit = groupCommit(
    async (messages: readonly IncomingMessage[]) => {
      const receipts = await commitInTime(place, messages);
      const fresh = receipts.filter(({ isDuplicate }) => !isDuplicate);
      // The queue only wakes workers: what it misses, the sweeper adds.
      if (fresh.length > 0) wake(fresh.map(({ deliveryId }) => deliveryId)).catch(onQueueError);
      return receipts;
    },
    {
      maxItems: maxCommitSize,
      maxWeight: maxCommitBytes,
      weightOf: ({ raw }) => raw.length,
      deadlineMs: custodyDeadlineMs,
      mayBlameOne: isFaultOfMessage,
    },
  );
  return async (message) => {
    const startedAt = performance.now();
    try {
      const receipt = await commit(message);
      observeAccepted(message, receipt, startedAt);
      return receipt;
    } catch (error) {
      const { source } = message.arrival;
      observe({ kind: 'refused', source, seconds: secondsSince(startedAt) });
      throw refusalOf(error);
    }
  };
}

function observeAccepted(
  { raw, arrival: { source } }: IncomingMessage,
  { deliveryId, sha256, isDuplicate }: Receipt,
  startedAt: number,
): void {
  if (!isObserved()) return;
  const names = { deliveryId, sha256, messageId: messageIdOfRaw(raw) };
  observe({ kind: 'accepted', source, isDuplicate, seconds: secondsSince(startedAt), names });
}

function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1000;
}

async function commitInTime(
  { custodyDatabase, requireRoom }: CustodyPlace,
  messages: readonly IncomingMessage[],
): Promise<Receipt[]> {
  // First, for a Postgres that a full disk has stopped has no connection to give.
  await requireRoom();
  return withinDeadline(custodyDatabase, custodyDeadlineMs, async (connection) =>
    takeCustody(connection, messages),
  );
}

function refusalOf(error: unknown): Error {
  if (error instanceof StorageFullError) return error;
  if (isDiskFull(error)) return new StorageFullError('the database is full', { cause: error });
  if (error instanceof DeadlineError || error instanceof LateError) {
    return new CustodyError(`no commit within ${custodyDeadlineMs} ms`, { cause: error });
  }
  return new CustodyError('the database did not take the message', { cause: error });
}
