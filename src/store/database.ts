import { Pool, types } from 'pg';
import type { PoolClient } from 'pg';

/** Connections to the Postgres that holds everything. */
export type Database = Pool;
/** One connection inside BEGIN … COMMIT. */
export type Transaction = PoolClient;
/** Anything that a query can be sent to. */
export type Queryable = Pick<Pool, 'query'>;

export interface DatabaseOptions {
  readonly maxConnections: number;
  /** Seen in pg_stat_activity. */
  readonly applicationName: string;
  /** A statement that runs longer is cancelled; 0 for no limit. */
  readonly statementTimeoutMs: number;
  /** Connections once made stay open, so that others cannot take their places on a server that is short of them. */
  readonly keepsConnections?: boolean;
}

/**
 * Session settings that Patchloom's promises rest on: an acknowledged COMMIT is on disk, times are UTC.
 * Set for each connection, whatever the server's defaults are.
 */
const sessionSettings = '-c synchronous_commit=on -c timezone=UTC -c search_path=pg_catalog';

const connectTimeoutMs = 5_000;

/** A server that has not cancelled a statement by then is frozen or gone, and its connection of no more use. */
const cancelGraceMs = 5_000;

/** Idle connections are closed after this; one less for a server that others use as well. */
const idleTimeoutMs = 10_000;

/** Opens a pool; connections are made when needed. Ids come as numbers, times as ISO text. */
export function openDatabase(url: string, options: DatabaseOptions): Database {
  const { statementTimeoutMs } = options;
  const pool = new Pool({
    connectionString: url,
    max: options.maxConnections,
    application_name: options.applicationName,
    connectionTimeoutMillis: connectTimeoutMs,
    options: `${sessionSettings} -c statement_timeout=${statementTimeoutMs}`,
    query_timeout: statementTimeoutMs === 0 ? undefined : statementTimeoutMs + cancelGraceMs,
    idleTimeoutMillis: options.keepsConnections === true ? 0 : idleTimeoutMs,
    keepAlive: true,
    types: { getTypeParser },
  });
  // A connection that breaks tells the query that is under way, and besides in an event that without a listener would
  // end the process: the pool's while it is idle, its own while it is in use.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Runs `work` between BEGIN and COMMIT; ROLLBACK and the same error when it throws. */
export async function inTransaction<T>(
  database: Database,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> {
  const client = await database.connect();
  let failure: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    failure = await rollBack(client, error);
    throw error;
  } finally {
    client.release(failure);
  }
}

/** The error if the connection is of no more use, else undefined. */
async function rollBack(client: PoolClient, cause: unknown): Promise<Error | undefined> {
  try {
    await client.query('ROLLBACK');
    return undefined;
  } catch {
    return cause instanceof Error ? cause : new Error(String(cause));
  }
}

const int8Oid = 20;
const int8ArrayOid = 1016;
const timestamptzOid = 1184;

function getTypeParser(oid: number, format?: 'text' | 'binary'): unknown {
  if (oid === int8Oid) return Number;
  if (oid === int8ArrayOid) return numbersFromPostgres;
  if (oid === timestamptzOid) return isoFromPostgres;
  return types.getTypeParser(oid, format);
}

/** "2017-08-30 08:32:05+00" -> "2017-08-30T08:32:05Z"; the session's time zone is UTC. */
function isoFromPostgres(text: string): string {
  return text.replace(' ', 'T').replace('+00', 'Z');
}

/** "{12,7}" -> [12, 7] */
function numbersFromPostgres(text: string): number[] {
  return text === '{}' ? [] : text.slice(1, -1).split(',').map(Number);
}
