import { setTimeout as delay } from 'node:timers/promises';
import type { IndexJob, QueueLocation } from '../queue/index-queue.ts';
import { startIndexWorker } from '../queue/index-worker.ts';
import { loadStandings } from '../store/deliveries.ts';
import { indexAlone } from './index-alone.ts';
import { indexDeliveries } from './index-deliveries.ts';
import type { IndexerOptions } from './index-deliveries.ts';
import { indexingTurns } from './indexing-turns.ts';
import type { IndexingTurns } from './indexing-turns.ts';

/** Jobs that wait in one process to be indexed together; those of live mail under load are small. */
const jobsAtOnce = 20;

/** Indexed in one transaction a list: what comes meanwhile waits for no more than these. */
const deliveriesAtOnce = 500;

/**
 * What failed before waits this long for others to queue up before it: jobs of a killed worker come back together, and
 * the message that killed it must not be the first of them again.
 */
const suspicionDelayMs = 2_000;

/**
 * Takes jobs and indexes their deliveries, many jobs in one batch where many wait, until it is closed.
 * Deliveries of a job that was begun before and not ended, perhaps because a message of it ended the worker, are taken one
 * by one, and so are those that failed before.
 */
export function startIndexer(
  options: IndexerOptions & {
    readonly queueLocation: QueueLocation;
    /** `deliveryIds`: of the job that failed; absent for trouble with the queue itself. */
    readonly onError: (error: unknown, deliveryIds?: readonly number[]) => void;
  },
): { close(): Promise<void> } {
  const turns = indexingTurns({
    indexTogether: async (deliveryIds) => indexDeliveries(options, deliveryIds),
    indexAlone: async (deliveryId) => indexAlone(options, deliveryId),
    maxTogether: deliveriesAtOnce,
  });
  return startIndexWorker(options.queueLocation, {
    concurrency: jobsAtOnce,
    async work(job, attempt) {
      try {
        await indexJob(options, turns, job, attempt);
      } catch (error) {
        options.onError(error, job.deliveryIds);
        throw error;
      }
    },
    onError: (error) => options.onError(error),
  });
}

async function indexJob(
  { database }: IndexerOptions,
  turns: IndexingTurns,
  { deliveryIds, isSwept = false, isReplayed = false }: IndexJob,
  attempt: number,
): Promise<void> {
  if (attempt === 1 && !isSwept) return turns.together(deliveryIds, isReplayed);
  const standings = await loadStandings(database, deliveryIds);
  const isSingle = (failureCount: number): boolean => attempt > 1 || failureCount > 0;
  const others = standings.filter(({ failureCount }) => !isSingle(failureCount));
  const otherIds = others.map(({ id }) => id);
  const together = otherIds.length === 0 ? [] : [turns.together(otherIds, isReplayed)];
  const singles = standings
    .filter(({ failureCount }) => isSingle(failureCount))
    .map(async ({ id, failureCount }) => {
      if (failureCount > 0) await delay(suspicionDelayMs);
      return turns.alone(id, failureCount);
    });
  await allSettledOrFirstError([...together, ...singles]);
}

/** Waits for all, and then rejects with the first error: one that fails does not hold up the others of its job. */
async function allSettledOrFirstError(works: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(works);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
