import type { Config } from './config.ts';
import type { Log } from './log.ts';
import { openIndexQueue, prepareQueue } from './queue/index-queue.ts';
import type { IndexQueue, QueueLocation } from './queue/index-queue.ts';
import { openDatabase } from './store/database.ts';
import type { Database } from './store/database.ts';
import { openEmbeddedPostgres } from './store/embedded/embedded-postgres.ts';
import type { EmbeddedPostgres } from './store/embedded/embedded-postgres.ts';
import { migrate } from './store/migrate.ts';

/** Everything that a command works with: the database, migrated, and the queue. */
export interface Site {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly database: Database;
  readonly queueLocation: QueueLocation;
  readonly queue: IndexQueue;
  /** Lets go of all; the last process to leave an embedded Postgres stops it. */
  close(): Promise<void>;
}

/** Connections of one process; the daemon's commits, and the reads of its commands. */
const maxConnections = 10;

/** No statement of ours takes this long unless the database is stuck. */
const statementTimeoutMs = 120_000;

/** Opens the configured database, or the embedded one, brings its schema up to date, and opens the queue. */
export async function openSite(config: Config, log: Log): Promise<Site> {
  const embedded = await openEmbeddedIfNeeded(config, log);
  const databaseUrl = config.databaseUrl ?? embedded!.connectionString;
  const database = openDatabase(databaseUrl, {
    maxConnections,
    applicationName: 'patchloom',
    statementTimeoutMs,
  });
  const queueLocation = queueLocationOf(config, databaseUrl);
  try {
    await migrate(database);
    await prepareQueue(queueLocation);
  } catch (error) {
    await database.end();
    await embedded?.close();
    throw error;
  }
  const queue = openIndexQueue(queueLocation, (error) => log.warn({ err: error }, 'queue'));
  return {
    config,
    databaseUrl,
    database,
    queueLocation,
    queue,
    async close() {
      await queue.close();
      await database.end();
      await embedded?.close();
    },
  };
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
