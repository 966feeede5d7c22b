import { queueName } from './index-queue.ts';
import type { IndexJob, QueueFigures } from './index-queue.ts';

/** A queue only wakes workers up, so a job that is done or failed for good need not stay. */
const jobOptions = {
  attempts: 5,
  backoff: { type: 'exponential', delay: 250 },
  removeOnComplete: true,
  removeOnFail: true,
} as const;

/** Jobs without a priority go before those with one. */
const replayPriority = 1;

/** Producers must not wait for ever on a server that is frozen or gone. Postgres may have a long replay to write. */
export const deadlineMs = { redis: 2_000, postgres: 10_000, figures: 2_000 };

/** What is asked of BullMQ's class, which differs in type from backend to backend. */
interface CountedQueue {
  getJobCounts(
    ...states: ('waiting' | 'prioritized' | 'active' | 'delayed')[]
  ): Promise<Record<string, number>>;
  getWorkersCount(): Promise<number>;
}

/** How a queue stands. */
export async function figuresOf(queue: CountedQueue): Promise<QueueFigures> {
  const [counts, workerCount] = await Promise.all([
    queue.getJobCounts('waiting', 'prioritized', 'active', 'delayed'),
    queue.getWorkersCount(),
  ]);
  const { waiting = 0, prioritized: replayed = 0, active = 0, delayed = 0 } = counts;
  return { waiting, replayed, active, delayed, workerCount };
}

/** A job as BullMQ takes it. */
export function jobOfQueue(data: IndexJob) {
  const opts = data.isReplayed === true ? { ...jobOptions, priority: replayPriority } : jobOptions;
  return { name: queueName, data, opts };
}

/** What `work` resolves to; rejects when that takes longer. */
export async function inTime<T>(withinMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`the queue does not answer within ${withinMs} ms`);
    timer = setTimeout(() => reject(error), withinMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
