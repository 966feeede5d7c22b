import { Socket } from 'node:net';
import { Client, type QueryResult } from 'pg';
import { connectionStringOf } from './socket-folder.ts';

/** Advisory lock in the database `postgres`, where no other code of Patchloom takes locks: "patchloo" in ASCII. */
const presenceLock = (0x70617463n << 32n) | 0x686c6f6fn;

/** Longest wait for the answer to one query; who waits for the lock of a stopping server asks again. */
const queryWithinMs = 5000;

/**
 * One process's claim that it uses the server: a connection that holds a shared advisory lock. Postgres drops the claim
 * with the connection, so that it never outlives the process, however that ends.
 */
export interface Presence {
  readonly client: Client;
  /** The client's; unref it, and the process may end although the claim stands. */
  readonly socket: Socket;
  /** Settles when the connection has ended, for whatever reason. */
  readonly ended: Promise<void>;
}

/**
 * Connects to the server of a socket folder, claims its use, and makes the database `patchloom` unless it is there.
 * Rejects with the error of pg or of the socket.
 */
export async function claimPresence(socketFolder: string, withinMs: number): Promise<Presence> {
  const socket = new Socket();
  const client = new Client({
    stream: () => socket,
    connectionString: connectionStringOf(socketFolder, 'postgres'),
    application_name: 'patchloom presence',
    connectionTimeoutMillis: withinMs,
    query_timeout: queryWithinMs,
  });
  const ended = new Promise<void>((resolve) => client.once('end', resolve));
  // pg reports a lost connection as an 'error' event, which would end the process if nobody listened; 'end' follows it.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select pg_advisory_lock_shared($1)', [presenceLock]);
    await createDatabaseIfMissing(client);
  } catch (error) {
    // Not client.end(): on a connection that broke while it was made, pg waits for an end that has been already.
    socket.destroy();
    throw error;
  }
  return { client, socket, ended };
}

/** Gives up the claim; true when nobody else has one: then the server is ours alone, and newcomers wait for its end. */
export async function releasePresence({ client }: Presence): Promise<boolean> {
  await client.query('select pg_advisory_unlock_shared($1)', [presenceLock]);
  const answer: QueryResult<{ alone: boolean }> = await client.query(
    'select pg_try_advisory_lock($1) as alone',
    [presenceLock],
  );
  return answer.rows[0]?.alone ?? false;
}

/** Ends the connection, and the claim with it, within a second also when the server is stuck. */
export async function endPresence({ client, socket, ended }: Presence): Promise<void> {
  const stuck = setTimeout(() => socket.destroy(), 1000);
  void client.end().catch(() => {});
  await ended;
  clearTimeout(stuck);
}

async function createDatabaseIfMissing(client: Client): Promise<void> {
  const found = await client.query("select from pg_database where datname = 'patchloom'");
  if (found.rowCount !== 0) return;
  try {
    await client.query('create database patchloom');
  } catch (error) {
    if (!isMadeMeanwhile(error)) throw error;
  }
}

/** duplicate_database, and unique_violation when the other process commits at the same moment. */
function isMadeMeanwhile(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && (error.code === '42P04' || error.code === '23505')
  );
}
