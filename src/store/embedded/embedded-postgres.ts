import { setTimeout as sleep } from 'node:timers/promises';
import { findPlatformPackage } from './platform-package.ts';
import { prepareBinaries } from './server-binaries.ts';
import { joinServer, type Joined, type JoinOptions } from './server-join.ts';
import { leaveServer } from './server-leave.ts';
import { placeServer } from './server-place.ts';
import { connectionStringOf } from './socket-folder.ts';

/** How an embedded Postgres is opened. */
export interface EmbeddedPostgresOptions {
  /** PATCHLOOM_DATA: ".patchloom". Made when missing. */
  readonly dataFolder: string;
  /** Gets a line for the log on each start, loss and stop of the server. */
  readonly onLog?: (line: string) => void;
  /** Called when a lost server answers again: connections made before are dead. */
  readonly onRestart?: () => void;
  /** How long a server may take to answer, crash recovery included. Default 120 s. */
  readonly answerWithinMs?: number;
}

/** Mail is to be taken again within 10 s after what kept the server down, such as a full disk, has gone. */
const maxRetryDelayMs = 3_000;

/**
 * Starts the Postgres of a data folder, or joins the one that another process runs there, also one that a killed process
 * left behind. Throws EmbeddedPostgresError with what the operator can do. Measured on two busy cores: first start 1.3 s, later 0.1 s.
 */
export async function openEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const place = await placeServer(options.dataFolder);
  const closing = new AbortController();
  const joinOptions: JoinOptions = {
    place,
    loadBinaries: async () => await prepareBinaries(await findPlatformPackage(), place),
    answerWithinMs: options.answerWithinMs ?? 120_000,
    onLog: options.onLog ?? (() => {}),
    signal: closing.signal,
  };
  const joined = await joinServer(joinOptions);
  return new EmbeddedPostgres(joined, joinOptions, closing, options.onRestart ?? (() => {}));
}

/** A Postgres in use by this process, and kept running as long as it is: see openEmbeddedPostgres. */
export class EmbeddedPostgres {
  /** For pg; the database `patchloom` is there, and the user is its superuser. Stays the same over restarts. */
  readonly connectionString: string;
  /** False when the server was running before. */
  readonly startedHere: boolean;
  readonly #options: JoinOptions;
  readonly #closing: AbortController;
  readonly #onRestart: () => void;
  readonly #watching: Promise<void>;
  #joined: Joined | null;
  #closed: Promise<void> | null = null;

  constructor(
    joined: Joined,
    options: JoinOptions,
    closing: AbortController,
    onRestart: () => void,
  ) {
    this.connectionString = connectionStringOf(options.place.socketFolder, 'patchloom');
    this.startedHere = joined.startedHere;
    this.#joined = joined;
    this.#options = options;
    this.#closing = closing;
    this.#onRestart = onRestart;
    this.#watching = this.#watch();
  }

  /**
   * Leaves the server; the last process to leave stops it (fast shutdown: open transactions are rolled back) and waits
   * until it has gone. May be called again. A process that ends without it leaves the server for the next one.
   */
  close(): Promise<void> {
    this.#closed ??= this.#leave();
    return this.#closed;
  }

  async #leave(): Promise<void> {
    this.#closing.abort();
    if (this.#joined === null) await this.#watching;
    await leaveServer(this.#joined, this.#options);
  }

  /** Joins the server again each time the connection to it is lost, until close. */
  async #watch(): Promise<void> {
    const { onLog } = this.#options;
    while (this.#joined !== null && !this.#closing.signal.aborted) {
      const { presence, pid } = this.#joined;
      presence.socket.unref();
      await presence.ended;
      if (this.#closing.signal.aborted) return;
      onLog(`lost the connection to Postgres ${pid ?? ''}`.trimEnd());
      this.#joined = null;
      this.#joined = await rejoinServer(this.#options);
      if (this.#joined !== null) this.#onRestart();
    }
  }
}

/** Joins however often it takes; null when closing comes first. */
async function rejoinServer(options: JoinOptions): Promise<Joined | null> {
  for (let delayMs = 100; ; delayMs = Math.min(delayMs * 2, maxRetryDelayMs)) {
    try {
      return await joinServer(options);
    } catch (error) {
      if (options.signal.aborted) return null;
      options.onLog(
        `Postgres is not back: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
    await sleep(delayMs, undefined, { ref: false, signal: options.signal }).catch(() => {});
  }
}
