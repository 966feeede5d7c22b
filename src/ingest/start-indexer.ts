import { startIndexWorker } from '../queue/index-queue.ts';
import type { IndexJob, QueueLocation } from '../queue/index-queue.ts';
import type { Database } from '../store/database.ts';
import { sqlState } from '../store/database-errors.ts';
import { beginParse, endParse } from '../store/deliveries.ts';
import { groupCommit } from './group-commit.ts';
import { indexDeliveries } from './index-deliveries.ts';
import { openParser, parseHeadersOnly } from './parser.ts';
import type { ParseMessages } from './parser.ts';

/** Jobs taken at once, to be indexed in one transaction a list. */
const jobsAtOnce = 20;

/** A message that ended this many workers is stored with its header facts only. */
const maxParseCrashes = 2;

export interface IndexerOptions {
  readonly database: Database;
  readonly queueLocation: QueueLocation;
  readonly lists: 'auto' | 'known';
  readonly onError: (error: unknown) => void;
}

/**
 * Takes jobs and indexes their deliveries, many jobs in one batch where many wait, until it is closed.
 * A job that was begun before and not ended, perhaps because a message of it ended the worker, is taken message by
 * message.
 */
export function startIndexer(options: IndexerOptions): { close(): Promise<void> } {
  const parser = openParser();
  const index = groupCommit(async (jobs: readonly IndexJob[]) => {
    const deliveryIds = jobs.flatMap((job) => job.deliveryIds);
    await indexDeliveries({ ...options, parse: parser.parse }, deliveryIds);
    return jobs;
  }, jobsAtOnce);
  const worker = startIndexWorker(options.queueLocation, {
    concurrency: jobsAtOnce,
    async work(job, attempt) {
      try {
        if (attempt === 1) await index(job);
        else await indexOneByOne(options, parser.parse, job);
      } catch (error) {
        options.onError(error);
        throw error;
      }
    },
    onError: options.onError,
  });
  return {
    async close() {
      await worker.close();
      await parser.close();
    },
  };
}

/** One that Postgres refuses does not hold up those after it; then rejects with its error, so that it is tried again. */
async function indexOneByOne(
  options: IndexerOptions,
  parse: ParseMessages,
  { deliveryIds }: IndexJob,
): Promise<void> {
  const refusals: unknown[] = [];
  for (const deliveryId of deliveryIds) {
    const watched = watchCrashes(options.database, deliveryId, parse);
    try {
      await indexDeliveries({ ...options, parse: watched }, [deliveryId]);
    } catch (error) {
      if (sqlState(error) === null) throw error;
      refusals.push(error);
    }
  }
  if (refusals.length > 0) throw refusals[0];
}

/** Counts, in the database and before it begins, each parse of a delivery that never comes to its end. */
function watchCrashes(database: Database, deliveryId: number, parse: ParseMessages): ParseMessages {
  return async (raws) => {
    const unfinishedCount = await beginParse(database, deliveryId);
    if (unfinishedCount > maxParseCrashes) return parseHeadersOnly(raws);
    const facts = await parse(raws);
    await endParse(database, deliveryId);
    return facts;
  };
}
