import type { Config } from './config.ts';
import { seldom } from './log-seldom.ts';
import type { Log } from './log.ts';
import { openIndexQueue } from './queue/index-queue.ts';
import type { IndexQueue, QueueLocation } from './queue/index-queue.ts';
import { openDatabase } from './store/database.ts';
import type { Database } from './store/database.ts';
import { openEmbeddedPostgres } from './store/embedded/embedded-postgres.ts';
import type { EmbeddedPostgres } from './store/embedded/embedded-postgres.ts';
import { placeServer } from './store/embedded/server-place.ts';
import { requireDurability } from './store/durability.ts';
import { migrate } from './store/migrate.ts';
import { roomIn, storageRoom } from './store/storage-room.ts';
import type { RequireRoom, StorageRoom } from './store/storage-room.ts';

/** Everything that a command works with: the database, migrated, and the queue. */
export interface Site {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly database: Database;
  /** For taking custody alone, so that nothing else can use up its connections. */
  readonly custodyDatabase: Database;
  /** Rejects while there is no room for another message on the embedded database's disk. */
  readonly requireRoom: RequireRoom;
  /** Room on the embedded database's disk; null for a database elsewhere. */
  readonly readRoom: () => Promise<StorageRoom | null>;
  readonly queueLocation: QueueLocation;
  readonly queue: IndexQueue;
  /** Lets go of all; the last process to leave an embedded Postgres stops it. */
  close(): Promise<void>;
}

/** Connections of one process; the daemon's commits, and the reads of its commands. */
const maxConnections = 10;

/** No statement of ours takes this long unless the database is stuck. */
const statementTimeoutMs = 120_000;

/** One commit runs at a time; the other connection is there when the first has just been thrown away. */
const maxCustodyConnections = 2;

/** Ends a statement before the deadline of custody ends the connection. */
const custodyStatementTimeoutMs = 4_500;

/** Messages of the greatest size that there must be room for: what is on its way in, and what the database makes of it. */
const minRoomMessages = 2;

/**
 * Opens the configured database, or the embedded one, brings its schema up to date, and opens the queue.
 * Throws DurabilityError when acknowledged mail would not be safe there.
 */
export async function openSite(config: Config, log: Log): Promise<Site> {
  const embedded = await openEmbeddedIfNeeded(config, log);
  const databaseUrl = config.databaseUrl ?? embedded!.connectionString;
  const databases = openDatabases(databaseUrl);
  const closeDatabases = async (): Promise<void> => {
    await Promise.all([databases.database.end(), databases.custodyDatabase.end()]);
    await embedded?.close();
  };
  const queueLocation = queueLocationOf(config, databaseUrl);
  try {
    await requireDurability(databases.custodyDatabase);
    await migrate(databases.database);
  } catch (error) {
    await closeDatabases();
    throw error;
  }
  const onQueueError = seldom((error, repeatCount) =>
    log.warn({ err: error, repeatCount }, 'queue'),
  );
  const queue = openIndexQueue(queueLocation, onQueueError);
  return {
    config,
    databaseUrl,
    ...databases,
    requireRoom: await roomFor(config),
    readRoom: await roomReader(config),
    queueLocation,
    queue,
    async close() {
      await queue.close();
      await closeDatabases();
    },
  };
}

function openDatabases(url: string): Pick<Site, 'database' | 'custodyDatabase'> {
  return {
    database: openDatabase(url, {
      maxConnections,
      applicationName: 'patchloom',
      statementTimeoutMs,
    }),
    custodyDatabase: openDatabase(url, {
      maxConnections: maxCustodyConnections,
      applicationName: 'patchloom custody',
      statementTimeoutMs: custodyStatementTimeoutMs,
      keepsConnections: true,
    }),
  };
}

/**
 * What checks that the embedded database has room; it need not run. The disk of a database elsewhere cannot be seen from
 * here: it says itself when it is full.
 */
export async function roomFor({
  databaseUrl,
  dataFolder,
  maxMessageBytes,
}: Config): Promise<RequireRoom> {
  if (databaseUrl !== null) return async () => undefined;
  const { clusterFolder } = await placeServer(dataFolder);
  return roomIn(clusterFolder, minRoomMessages * maxMessageBytes);
}

async function roomReader({
  databaseUrl,
  dataFolder,
  maxMessageBytes,
}: Config): Promise<Site['readRoom']> {
  if (databaseUrl !== null) return async () => null;
  const { clusterFolder } = await placeServer(dataFolder);
  return async () => storageRoom(clusterFolder, minRoomMessages * maxMessageBytes);
}

async function openEmbeddedIfNeeded(config: Config, log: Log): Promise<EmbeddedPostgres | null> {
  if (config.databaseUrl !== null) return null;
  return openEmbeddedPostgres({
    dataFolder: config.dataFolder,
    onLog: (line) => log.info({ part: 'embedded postgres' }, line),
  });
}

/** Redis where one is configured, else BullMQ's tables in the same database. */
export function queueLocationOf(config: Config, databaseUrl: string): QueueLocation {
  return config.redisUrl === null
    ? { kind: 'postgres', url: databaseUrl }
    : { kind: 'redis', url: config.redisUrl };
}
