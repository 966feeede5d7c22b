import { createPostgresBackend, createRedisBackend, runMigrations, withBackend } from 'bullmq';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { postgresConnections } from './postgres-connections.ts';

/** Where jobs wait: Redis, or a schema of the Postgres database; both through the same BullMQ classes. */
export type QueueLocation =
  | { readonly kind: 'redis'; readonly url: string }
  | { readonly kind: 'postgres'; readonly url: string };

/** What a job carries: ids of deliveries, one for live mail, many for a replay. Never bytes of a message. */
export interface IndexJob {
  readonly deliveryIds: readonly number[];
  /** Whether the sweeper added it: an earlier job may have ended badly. */
  readonly isSwept?: boolean;
  /** Whether it came out of an archive: live mail goes before it. */
  readonly isReplayed?: boolean;
}

/** The producer's side. */
export interface IndexQueue {
  /** Rejects when the queue is out of reach; the sweeper adds such jobs later. */
  add(jobs: readonly IndexJob[]): Promise<void>;
  /** Whether any worker is connected, on whatever host. */
  hasWorkers(): Promise<boolean>;
  figures(): Promise<QueueFigures>;
  close(): Promise<void>;
}

/** How many jobs are in which state, and how many workers are connected. */
export interface QueueFigures {
  readonly waiting: number;
  /** Of replays: these wait behind all others. */
  readonly replayed: number;
  readonly active: number;
  /** To be tried again after a failure. */
  readonly delayed: number;
  readonly workerCount: number;
}

/** Producers and workers meet by this name. */
export const queueName = 'index';

const onPostgres = withBackend(createPostgresBackend);
const onRedis = withBackend(createRedisBackend);

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
const deadlineMs = { redis: 2_000, postgres: 10_000, figures: 2_000 };

/** Makes the tables of BullMQ's Postgres backend; nothing to do for Redis. Safe to call from many processes at once. */
export async function prepareQueue(location: QueueLocation): Promise<void> {
  if (location.kind === 'redis') return;
  const client = new Client({ connectionString: location.url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await runMigrations(client);
  } finally {
    await client.end();
  }
}

/**
 * Opens the producer's side. `onError` hears of broken connections, which heal by themselves. Where the queue is out of
 * reach, calls reject after at most `deadlineMs`: BullMQ itself waits until Redis is back, however long that takes.
 */
export function openIndexQueue(
  location: QueueLocation,
  onError: (error: Error) => void,
): IndexQueue {
  return location.kind === 'postgres'
    ? openPostgresQueue(location.url, onError)
    : openRedisQueue(location.url, onError);
}

function openPostgresQueue(url: string, onError: (error: Error) => void): IndexQueue {
  let isClosed = false;
  let opened = openQueue();
  function openQueue() {
    const queue = new onPostgres.Queue<IndexJob>(queueName, {
      connection: postgresConnections(url),
    });
    queue.on('error', onError);
    const ready = queue.waitUntilReady();
    // One whose first connection fails keeps the refusal for ever.
    ready.catch(() => {
      void queue.close().catch(() => undefined);
      if (!isClosed) opened = openQueue();
    });
    return queue;
  }
  return {
    async add(jobs) {
      await inTime(deadlineMs.postgres, opened.addBulk(jobs.map(jobOfQueue)));
    },
    async hasWorkers() {
      return (await inTime(deadlineMs.postgres, opened.getWorkersCount())) > 0;
    },
    async figures() {
      return inTime(deadlineMs.figures, figuresOf(opened));
    },
    async close() {
      isClosed = true;
      await opened.close();
    },
  };
}

function openRedisQueue(url: string, onError: (error: Error) => void): IndexQueue {
  const connection = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: deadlineMs.redis,
  });
  const queue = new onRedis.Queue<IndexJob>(queueName, { connection });
  queue.on('error', onError);
  return {
    async add(jobs) {
      await inTime(deadlineMs.redis, queue.addBulk(jobs.map(jobOfQueue)));
    },
    async hasWorkers() {
      return (await inTime(deadlineMs.redis, queue.getWorkersCount())) > 0;
    },
    async figures() {
      return inTime(deadlineMs.figures, figuresOf(queue));
    },
    async close() {
      if (connection.status === 'ready')
        await inTime(deadlineMs.redis, queue.close()).catch(onError);
      connection.disconnect();
    },
  };
}

/** What is asked of BullMQ's class, which differs in type from backend to backend. */
interface CountedQueue {
  getJobCounts(
    ...states: ('waiting' | 'prioritized' | 'active' | 'delayed')[]
  ): Promise<Record<string, number>>;
  getWorkersCount(): Promise<number>;
}

async function figuresOf(queue: CountedQueue): Promise<QueueFigures> {
  const [counts, workerCount] = await Promise.all([
    queue.getJobCounts('waiting', 'prioritized', 'active', 'delayed'),
    queue.getWorkersCount(),
  ]);
  const { waiting = 0, prioritized: replayed = 0, active = 0, delayed = 0 } = counts;
  return { waiting, replayed, active, delayed, workerCount };
}

function jobOfQueue(data: IndexJob) {
  const opts = data.isReplayed === true ? { ...jobOptions, priority: replayPriority } : jobOptions;
  return { name: queueName, data, opts };
}

async function inTime<T>(withinMs: number, work: Promise<T>): Promise<T> {
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
