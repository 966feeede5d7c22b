import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';

/** A server that is down refuses at once, and BullMQ asks again at once: that would take a whole core. */
const failureDelayMs = 250;

type ConnectCallback = (error: Error | null, client?: Client) => void;

/** A connection that takes its time to fail. */
class UnhurriedClient extends Client {
  override connect(): Promise<Client>;
  override connect(callback: ConnectCallback): void;
  override connect(callback?: ConnectCallback): Promise<Client> | void {
    if (callback === undefined) return this.#connectUnhurried();
    super.connect((error: Error | null) => {
      if (error) setTimeout(() => callback(error), failureDelayMs);
      else callback(null, this);
    });
  }

  async #connectUnhurried(): Promise<Client> {
    try {
      return await super.connect();
    } catch (error) {
      await delay(failureDelayMs);
      throw error;
    }
  }
}

/** Connections of one producer or worker of BullMQ's Postgres backend; the one that listens is not counted. */
export function postgresConnections(url: string) {
  return {
    connectionString: url,
    Client: UnhurriedClient,
    max: 2,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    // None of BullMQ's statements waits; one that is not done by then has a server that is frozen or gone.
    query_timeout: 10_000,
  } as const;
}
