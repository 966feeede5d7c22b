import { setTimeout as delay } from 'node:timers/promises';
import { createPostgresBackend, createRedisBackend, withBackend } from './bullmq.ts';
import { queueName } from './index-queue.ts';
import type { IndexJob, QueueLocation } from './index-queue.ts';
import { postgresConnections } from './postgres-connections.ts';

/** The consumer's side. */
export interface IndexWorker {
  /** Stops taking jobs and waits for those under way. */
  close(): Promise<void>;
}

export interface IndexWorkerOptions {
  /** Jobs that may be under way at once. */
  readonly concurrency: number;
  /** `attempt` is 1 unless the job was begun before, by this worker or by one that died. */
  readonly work: (job: IndexJob, attempt: number) => Promise<void>;
  readonly onError: (error: Error) => void;
}

const onPostgres = withBackend(createPostgresBackend);
const onRedis = withBackend(createRedisBackend);

/** After this a queue that is out of reach is asked again. */
const retryDelayMs = 500;

/**
 * A job whose worker was killed is taken again after at most lockDuration + stalledInterval, in milliseconds; a crash is
 * not the job's fault, so many are allowed. Where the thread is busy for longer than lockDuration another worker takes the
 * job as well, which does no harm: the database lets one of them do it.
 */
const workerSettings = {
  autorun: false,
  lockDuration: 4_000,
  stalledInterval: 1_000,
  maxStalledCount: 20,
  runRetryDelay: retryDelayMs,
  removeOnComplete: { count: 0 },
  removeOnFail: { count: 0 },
} as const;

/** Starts taking jobs, as soon as the queue can be reached. */
export function startIndexWorker(
  location: QueueLocation,
  { concurrency, work, onError }: IndexWorkerOptions,
): IndexWorker {
  const run: RunJob = async ({ data, attemptsStarted }) => work(data, attemptsStarted);
  const open = async (): Promise<OpenedWorker> => {
    const opened = await openWorker(location, concurrency, run);
    opened.worker.on('error', onError);
    return opened;
  };
  const closing = new AbortController();
  const running = runWhenReady(open, closing.signal, onError);
  return {
    async close() {
      closing.abort();
      await running.then(async (opened) => opened && closeWorker(opened));
    },
  };
}

type RunJob = (job: { data: IndexJob; attemptsStarted: number }) => Promise<void>;

/** What is used of BullMQ's class, which differs in type from backend to backend. */
interface BullWorker {
  on(event: 'error', listener: (error: Error) => void): unknown;
  waitUntilReady(): Promise<unknown>;
  run(): Promise<void>;
  close(force?: boolean): Promise<void>;
}

interface OpenedWorker {
  readonly worker: BullWorker;
  readonly closeConnection: () => void;
}

async function openWorker(
  location: QueueLocation,
  concurrency: number,
  run: RunJob,
): Promise<OpenedWorker> {
  const settings = { ...workerSettings, concurrency };
  if (location.kind === 'postgres') {
    const connection = postgresConnections(location.url);
    const worker = new onPostgres.Worker<IndexJob>(queueName, run, { ...settings, connection });
    return { worker, closeConnection: () => undefined };
  }
  // Most have their queue in Postgres: they do without what this takes to load.
  const { Redis } = await import('ioredis');
  const connection = new Redis(location.url, { maxRetriesPerRequest: null });
  const worker = new onRedis.Worker<IndexJob>(queueName, run, { ...settings, connection });
  return { worker, closeConnection: () => connection.disconnect() };
}

/**
 * Opens workers until one is ready, and lets it run; null when closing comes first. One whose first connection fails never
 * becomes ready: it keeps the refusal and, left to itself, would spin on it.
 */
async function runWhenReady(
  open: () => Promise<OpenedWorker>,
  closing: AbortSignal,
  onError: (error: Error) => void,
): Promise<OpenedWorker | null> {
  while (!closing.aborted) {
    const opened = await open();
    try {
      await untilReady(opened.worker, closing);
      opened.worker.run().catch(onError);
      return opened;
    } catch (error) {
      if (!closing.aborted) onError(error instanceof Error ? error : new Error(String(error)));
      await opened.worker.close(true).catch(() => undefined);
      opened.closeConnection();
    }
    await delay(retryDelayMs, undefined, { signal: closing }).catch(() => undefined);
  }
  return null;
}

async function untilReady(worker: BullWorker, closing: AbortSignal): Promise<void> {
  closing.throwIfAborted();
  const aborted = new Promise<never>((_, reject) => {
    closing.addEventListener('abort', () => reject(new Error('closed before it was ready')));
  });
  aborted.catch(() => undefined);
  await Promise.race([worker.waitUntilReady(), aborted]);
}

async function closeWorker({ worker, closeConnection }: OpenedWorker): Promise<void> {
  await worker.close();
  closeConnection();
}
