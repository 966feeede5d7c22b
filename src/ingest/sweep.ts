import type { IndexQueue } from '../queue/index-queue.ts';
import type { Database } from '../store/database.ts';
import { takeOverdue } from '../store/deliveries.ts';

/** A delivery without a result for this long has lost its job, or its worker is slow: another job does no harm. */
const idleSeconds = 15;

/** Deliveries taken in one look. */
const sweepLimit = 2_000;

/** Deliveries that one job carries when they are requeued or replayed. */
export const deliveriesPerJob = 100;

/** Adds jobs for deliveries that the queue forgot; returns how many deliveries they carry. */
export async function sweep(database: Database, queue: Pick<IndexQueue, 'add'>): Promise<number> {
  let sweptCount = 0;
  for (;;) {
    const overdue = await takeOverdue(database, idleSeconds, sweepLimit);
    for (const isReplayed of [false, true]) {
      const ids = overdue.filter((one) => one.isReplayed === isReplayed).map(({ id }) => id);
      const jobs = jobsOf(ids).map((job) => ({ ...job, isSwept: true, isReplayed }));
      if (jobs.length > 0) await queue.add(jobs);
    }
    sweptCount += overdue.length;
    if (overdue.length < sweepLimit) return sweptCount;
  }
}

/** Jobs that carry these deliveries, many each. */
export function jobsOf(deliveryIds: readonly number[]): { deliveryIds: number[] }[] {
  const jobs: { deliveryIds: number[] }[] = [];
  for (let start = 0; start < deliveryIds.length; start += deliveriesPerJob) {
    jobs.push({ deliveryIds: deliveryIds.slice(start, start + deliveriesPerJob) });
  }
  return jobs;
}
