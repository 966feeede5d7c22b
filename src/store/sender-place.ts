import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';

/** Key of the advisory lock that one sender of webhooks holds: "HOOKS" as digits on a phone. */
const senderLock = 46657;

const lookMs = 1_000;
const connectTimeoutMs = 5_000;

/** The place of the one process that sends to webhooks: two would send out of order. */
export interface SenderPlace {
  /** Aborted when the connection that holds the place is lost: another may take it. */
  readonly lost: AbortSignal;
  leave(): Promise<void>;
}

/** Waits until the place is free and takes it; null when `stop` is aborted before. Throws the database's error. */
export async function takeSenderPlace(
  databaseUrl: string,
  stop: AbortSignal,
): Promise<SenderPlace | null> {
  const client = new Client({
    connectionString: databaseUrl,
    application_name: 'patchloom webhooks',
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
  });
  const lost = new AbortController();
  client.on('error', () => lost.abort());
  client.on('end', () => lost.abort());
  await client.connect();
  while (!stop.aborted) {
    const { rows } = await client.query<{ taken: boolean }>(
      'SELECT pg_try_advisory_lock($1) AS taken',
      [senderLock],
    );
    if (rows[0]!.taken) return { lost: lost.signal, leave: () => client.end() };
    await delay(lookMs, undefined, { signal: stop }).catch(() => undefined);
  }
  await client.end();
  return null;
}
