import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { QueueLocation } from '../src/queue/index-queue.ts';
import { openDatabase } from '../src/store/database.ts';
import type { Database } from '../src/store/database.ts';
import { openEmbeddedPostgres } from '../src/store/embedded/embedded-postgres.ts';
import { migrate } from '../src/store/migrate.ts';
import { postgresCpuMs, processCpu } from './process-cpu.ts';
import { startBenchRedis } from './redis-server.ts';

/** A fresh data folder with its embedded Postgres, migrated and empty, and perhaps a Redis. */
export interface BenchSite {
  readonly dataFolder: string;
  readonly databaseUrl: string;
  readonly database: Database;
  readonly queueLocation: QueueLocation;
  /** For a command that is to run on it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Of all servers so far, in milliseconds. */
  readonly serverCpu: () => ServerCpu;
  readonly room: () => Promise<DatabaseRoom>;
}

/** Octets, as Postgres counts them. */
export interface DatabaseRoom {
  /** Tables, indexes and what belongs to them; the WAL left out. */
  readonly databaseBytes: number;
  /** WAL that was ever written. */
  readonly walBytes: number;
}

export interface ServerCpu {
  readonly postgresMs: number;
  /** null: the queue is in Postgres. */
  readonly redisMs: number | null;
}

export interface SiteOptions {
  readonly hasRedis: boolean;
  /** null: one for each core. */
  readonly workerCount: number | null;
}

/** A folder in which the embedded server's user can reach its own. */
export function makeDataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'patchloom-bench-'));
  chmodSync(folder, 0o755);
  return folder;
}

/** Makes a site for as long as `work` takes, and deletes it. */
export async function withBenchSite<T>(
  { hasRedis, workerCount }: SiteOptions,
  work: (site: BenchSite) => Promise<T>,
): Promise<T> {
  const dataFolder = makeDataFolder();
  const server = await openEmbeddedPostgres({ dataFolder });
  const redis = hasRedis ? await startBenchRedis(dataFolder) : null;
  const databaseUrl = server.connectionString;
  const queueLocation: QueueLocation =
    redis === null ? { kind: 'postgres', url: databaseUrl } : { kind: 'redis', url: redis.url };
  const database = openDatabase(databaseUrl, {
    maxConnections: 4,
    applicationName: 'patchloom bench',
    statementTimeoutMs: 0,
  });
  const postmaster = postmasterPid(dataFolder);
  try {
    await migrate(database);
    return await work({
      dataFolder,
      databaseUrl,
      database,
      queueLocation,
      environment: {
        ...commandEnvironment(dataFolder),
        REDIS_URL: redis?.url ?? '',
        WORKERS: workerCount === null ? '' : String(workerCount),
      },
      serverCpu: () => ({
        postgresMs: postgresCpuMs(postmaster),
        redisMs: redis === null ? null : processCpu(redis.pid).ownMs,
      }),
      room: async () => databaseRoom(database),
    });
  } finally {
    await database.end();
    await redis?.close();
    await server.close();
    rmSync(dataFolder, { recursive: true });
  }
}

/** Listeners choose their ports; what else the caller's environment sets for Patchloom does not count. */
export function commandEnvironment(dataFolder: string): Record<string, string> {
  return {
    PATCHLOOM_DATA: dataFolder,
    DATABASE_URL: '',
    SMTP_ADDRESS: '127.0.0.1:0',
    LMTP_ADDRESS: '127.0.0.1:0',
    HTTP_ADDRESS: '127.0.0.1:0',
    LOG_LEVEL: 'warn',
  };
}

/** The first process of the embedded server in a data folder. */
export function postmasterPid(dataFolder: string): number {
  return Number(
    readFileSync(join(dataFolder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0],
  );
}

async function databaseRoom(database: Database): Promise<DatabaseRoom> {
  const { rows } = await database.query<DatabaseRoom>(
    `SELECT pg_database_size(current_database()) AS "databaseBytes",
       pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint AS "walBytes"`,
  );
  return rows[0]!;
}
