import { Socket } from 'node:net';
import { Client, type QueryResult } from 'pg';
import { connectionStringOf } from './socket-folder.ts';

/** Advisory lock in the database `postgres`, where no other code of Patchloom takes locks: "patchloo" in ASCII. */
const presenceLock = (0x70617463n << 32n) | 0x686c6f6fn;

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

/** Connects to the server of a socket folder and claims its use. Rejects with the error of pg or of the socket. */
export async function claimPresence(socketFolder: string, withinMs: number): Promise<Presence> {
  const socket = new Socket();
  const client = new Client({
    stream: () => socket,
    connectionString: connectionStringOf(socketFolder, 'postgres'),
    application_name: 'patchloom presence',
    connectionTimeoutMillis: withinMs,
    query_timeout: withinMs,
  });
  const ended = new Promise<void>((resolve) => client.once('end', resolve));
  // pg reports a lost connection as an 'error' event, which would end the process if nobody listened; 'end' follows it.
  client.on('error', () => {});
  try {
    await client.connect();
    await claim(client);
  } catch (error) {
    await client.end().catch(() => {});
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

/** Makes the database `patchloom` unless it is there. */
export async function createDatabaseIfMissing({ client }: Presence): Promise<void> {
  const found = await client.query("select from pg_database where datname = 'patchloom'");
  if (found.rowCount !== 0) return;
  try {
    await client.query('create database patchloom');
  } catch (error) {
    if (!isMadeMeanwhile(error)) throw error;
  }
}

async function claim(client: Client): Promise<void> {
  await client.query('select pg_advisory_lock_shared($1)', [presenceLock]);
}

/** duplicate_database, and unique_violation when the other process commits at the same moment. */
function isMadeMeanwhile(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && (error.code === '42P04' || error.code === '23505')
  );
}
