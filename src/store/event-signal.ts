import { Client } from 'pg';
import type { Database } from './database.ts';
import { loadLastSeq } from './events.ts';

/** Tells when there are more events: one connection of the process listens for all who wait. */
export interface EventSignal {
  /** Resolves as soon as there is an event after `seq`; at the latest after `waitMs`, or when `gone` is aborted. */
  waitPast(seq: number, waitMs: number, gone: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface EventSignalOptions {
  /** Asked now and then, so that a notification that is lost delays nobody for longer than `pollMs`. */
  readonly database: Database;
  /** Of the connection that listens. */
  readonly databaseUrl: string;
  readonly reportError: (error: Error) => void;
  readonly pollMs?: number;
}

/** What a lost notification costs at most. */
const defaultPollMs = 2_000;

const connectTimeoutMs = 5_000;

/** Starts to listen. A database that is out of reach is no failure: it is tried again at every poll. */
export function openEventSignal(options: EventSignalOptions): EventSignal {
  const signal = new ListeningSignal(options);
  signal.start(options.pollMs ?? defaultPollMs);
  return signal;
}

class ListeningSignal implements EventSignal {
  readonly #options: EventSignalOptions;
  readonly #waiting = new Set<{ readonly seq: number; readonly wake: () => void }>();
  #lastSeq = 0;
  #listener: Client | null = null;
  #isConnecting = false;
  #isPolling = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: EventSignalOptions) {
    this.#options = options;
  }

  start(pollMs: number): void {
    this.#timer = setInterval(() => void this.#look(), pollMs);
    this.#timer.unref();
    void this.#look();
  }

  async waitPast(seq: number, waitMs: number, gone: AbortSignal): Promise<void> {
    if (this.#lastSeq > seq || gone.aborted || waitMs <= 0) return;
    await new Promise<void>((resolve) => {
      const one = {
        seq,
        wake: () => {
          this.#waiting.delete(one);
          clearTimeout(timer);
          gone.removeEventListener('abort', one.wake);
          resolve();
        },
      };
      const timer = setTimeout(one.wake, waitMs);
      gone.addEventListener('abort', one.wake);
      this.#waiting.add(one);
    });
  }

  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    for (const { wake } of this.#waiting) wake();
    const listener = this.#listener;
    this.#listener = null;
    await listener?.end().catch(() => undefined);
  }

  async #look(): Promise<void> {
    if (this.#listener === null) void this.#listen();
    await this.#poll();
  }

  async #poll(): Promise<void> {
    if (this.#isPolling) return;
    this.#isPolling = true;
    const before = this.#lastSeq;
    try {
      const seq = await loadLastSeq(this.#options.database);
      // Where nothing was heard meanwhile, the answer is right even if it is lower: an older backup was restored.
      this.#learn(this.#lastSeq === before ? seq : Math.max(seq, this.#lastSeq));
    } catch (error) {
      this.#report(error);
    } finally {
      this.#isPolling = false;
    }
  }

  async #listen(): Promise<void> {
    if (this.#isConnecting) return;
    this.#isConnecting = true;
    const client = new Client({
      connectionString: this.#options.databaseUrl,
      application_name: 'patchloom feed',
      connectionTimeoutMillis: connectTimeoutMs,
      keepAlive: true,
    });
    const lose = (error?: Error): void => {
      if (this.#listener === client) this.#listener = null;
      if (error !== undefined) this.#report(error);
    };
    client.on('error', lose);
    client.on('end', () => lose());
    client.on('notification', ({ payload }) => {
      this.#learn(Math.max(Number(payload), this.#lastSeq));
    });
    try {
      await client.connect();
      await client.query('LISTEN patchloom_event');
      if (this.#timer === null) await client.end();
      else this.#listener = client;
    } catch (error) {
      this.#report(error);
      await client.end().catch(() => undefined);
    } finally {
      this.#isConnecting = false;
    }
    // What was written before LISTEN took effect was not heard.
    if (this.#listener === client) await this.#poll();
  }

  #learn(seq: number): void {
    this.#lastSeq = seq;
    for (const one of this.#waiting) {
      if (seq > one.seq) one.wake();
    }
  }

  #report(error: unknown): void {
    if (this.#timer === null) return;
    this.#options.reportError(error instanceof Error ? error : new Error(String(error)));
  }
}
