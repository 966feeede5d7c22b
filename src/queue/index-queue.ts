/** Where jobs wait: Redis, or a schema of the Postgres database; both through the same BullMQ classes. */
export type QueueLocation =
  | { readonly kind: 'redis'; readonly url: string }
  | { readonly kind: 'postgres'; readonly url: string };

/** What a job carries: ids of deliveries: of live mail those that came together, of a replay many. Never bytes of a message. */
export interface IndexJob {
  readonly deliveryIds: readonly number[];
  /** Whether the sweeper added it: an earlier job may have ended badly. */
  readonly isSwept?: boolean;
  /** Whether it came out of an archive: live mail goes before it. */
  readonly isReplayed?: boolean;
}

/** The producer's side. */
export interface IndexQueue {
  /**
   * Makes the tables of BullMQ's Postgres backend where they are missing; many processes may at once. For workers that are
   * about to start: the other calls do it themselves.
   */
  open(): Promise<void>;
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

/**
 * The producer's side. BullMQ is loaded and connected at the first call, for most commands make none. `onError` hears of
 * broken connections, which heal by themselves. Where the queue is out of reach, calls reject after some seconds: BullMQ
 * itself waits until Redis is back, however long that takes.
 */
export function openIndexQueue(
  location: QueueLocation,
  onError: (error: Error) => void,
): IndexQueue {
  let opening: Promise<ConnectedQueue> | null = null;
  const opened = async (): Promise<ConnectedQueue> => {
    opening ??= connectQueue(location, onError).catch((error: unknown) => {
      opening = null;
      throw error;
    });
    return opening;
  };
  return {
    open: async () => void (await opened()),
    add: async (jobs) => (await opened()).add(jobs),
    hasWorkers: async () => (await opened()).hasWorkers(),
    figures: async () => (await opened()).figures(),
    close: async () => (await opening?.catch(() => null))?.close(),
  };
}

type ConnectedQueue = Omit<IndexQueue, 'open'>;

async function connectQueue(
  location: QueueLocation,
  onError: (error: Error) => void,
): Promise<ConnectedQueue> {
  if (location.kind === 'postgres') {
    const { connectPostgresQueue } = await import('./postgres-queue.ts');
    return connectPostgresQueue(location.url, onError);
  }
  const { connectRedisQueue } = await import('./redis-queue.ts');
  return connectRedisQueue(location.url, onError);
}
