import { createPostgresBackend, createRedisBackend, runMigrations, withBackend } from 'bullmq';
import { Redis } from 'ioredis';
import { Client } from 'pg';

/** Where jobs wait: Redis, or a schema of the Postgres database; both through the same BullMQ classes. */
export type QueueLocation =
  | { readonly kind: 'redis'; readonly url: string }
  | { readonly kind: 'postgres'; readonly url: string };

/** What a job carries: ids of deliveries, one for live mail, many for a replay. Never bytes of a message. */
export interface IndexJob {
  readonly deliveryIds: readonly number[];
}

/** The producer's side. */
export interface IndexQueue {
  /** Rejects when the queue is out of reach; the sweeper adds such jobs later. */
  add(jobs: readonly IndexJob[]): Promise<void>;
  /** Whether any worker is connected, on whatever host. */
  hasWorkers(): Promise<boolean>;
  close(): Promise<void>;
}

/** The consumer's side. */
export interface IndexWorker {
  /** Stops taking jobs and waits for those under way. */
  close(): Promise<void>;
}

const queueName = 'index';

const onPostgres = withBackend(createPostgresBackend);
const onRedis = withBackend(createRedisBackend);

/** A queue only wakes workers up, so a job that is done or failed for good need not stay. */
const jobOptions = {
  attempts: 5,
  backoff: { type: 'exponential', delay: 250 },
  removeOnComplete: true,
  removeOnFail: true,
} as const;

/** Producers must not wait for ever on a Redis that is frozen or gone. */
const redisDeadlineMs = 2_000;

/** Connections of one producer or worker in the Postgres backend, the one that listens not counted. */
const postgresConnectionCount = 2;

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
 * reach, calls reject after at most `redisDeadlineMs`: BullMQ itself waits until Redis is back, however long that takes.
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
  const connection = { connectionString: url, max: postgresConnectionCount };
  const queue = new onPostgres.Queue<IndexJob>(queueName, { connection });
  queue.on('error', onError);
  return {
    async add(jobs) {
      await queue.addBulk(jobs.map(jobOfQueue));
    },
    async hasWorkers() {
      return (await queue.getWorkersCount()) > 0;
    },
    close: async () => queue.close(),
  };
}

function openRedisQueue(url: string, onError: (error: Error) => void): IndexQueue {
  const connection = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: redisDeadlineMs,
  });
  const queue = new onRedis.Queue<IndexJob>(queueName, { connection });
  queue.on('error', onError);
  return {
    async add(jobs) {
      await inTime(queue.addBulk(jobs.map(jobOfQueue)));
    },
    async hasWorkers() {
      return (await inTime(queue.getWorkersCount())) > 0;
    },
    async close() {
      if (connection.status === 'ready') await inTime(queue.close()).catch(onError);
      connection.disconnect();
    },
  };
}

function jobOfQueue(data: IndexJob): { name: string; data: IndexJob; opts: typeof jobOptions } {
  return { name: queueName, data, opts: jobOptions };
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`Redis does not answer within ${redisDeadlineMs} ms`);
    timer = setTimeout(() => reject(error), redisDeadlineMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

export interface IndexWorkerOptions {
  /** Jobs that may be under way at once. */
  readonly concurrency: number;
  /** `attempt` is 1 unless the job was begun before, by this worker or by one that died. */
  readonly work: (job: IndexJob, attempt: number) => Promise<void>;
  readonly onError: (error: Error) => void;
}

/**
 * Starts taking jobs. A job whose worker was killed is taken again after at most `lockDuration + stalledInterval`;
 * a crash is not the job's fault, so many are allowed.
 */
export function startIndexWorker(
  location: QueueLocation,
  { concurrency, work, onError }: IndexWorkerOptions,
): IndexWorker {
  const settings = {
    concurrency,
    lockDuration: 10_000,
    stalledInterval: 3_000,
    maxStalledCount: 20,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
  };
  const run: RunJob = async ({ data, attemptsStarted }) => work(data, attemptsStarted);
  const { worker, closeConnection } = connectWorker(location, settings, run);
  worker.on('error', onError);
  return {
    async close() {
      await worker.close();
      closeConnection();
    },
  };
}

type RunJob = (job: { data: IndexJob; attemptsStarted: number }) => Promise<void>;

function connectWorker(
  location: QueueLocation,
  settings: object,
  run: RunJob,
): {
  worker: { on(event: 'error', listener: (error: Error) => void): unknown; close(): Promise<void> };
  closeConnection: () => void;
} {
  if (location.kind === 'postgres') {
    const connection = { connectionString: location.url, max: postgresConnectionCount };
    const worker = new onPostgres.Worker<IndexJob>(queueName, run, { ...settings, connection });
    return { worker, closeConnection: () => undefined };
  }
  const connection = new Redis(location.url, { maxRetriesPerRequest: null });
  const worker = new onRedis.Worker<IndexJob>(queueName, run, { ...settings, connection });
  return { worker, closeConnection: () => connection.disconnect() };
}
