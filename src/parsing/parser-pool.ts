import type { StorableFacts } from '../message/storable-facts.ts';
import { ParserThread, type ThreadDeath, type ThreadOptions } from './parser-pool-thread.ts';
import type { ThreadOutcome } from './parser-thread-server.ts';

/** What came of parsing one message; a reason is a sentence for the operator, not for a program. */
export type ParseResult<Facts> =
  | { readonly outcome: 'parsed'; readonly facts: Facts; readonly parseMs: number }
  | { readonly outcome: 'timeout' | 'memory' | 'crash'; readonly reason: string };

export interface ParserPool<Facts = StorableFacts> {
  /**
   * One result for each message, in order; batches wait for a free thread. Rejects with ParserPoolError only when no
   * parser can be had at all: the pool is closed, or the thread script does not load.
   */
  parse(batch: readonly Buffer[]): Promise<ParseResult<Facts>[]>;
  /** Ends all threads; batches that are not done reject. */
  close(): Promise<void>;
}

export interface ParserPoolOptions extends ThreadOptions {
  /** Module that calls `serveParser`. */
  readonly threadScript: URL;
  readonly threadCount: number;
  /** CPU time of this process for one message; four times as long by the clock. */
  readonly deadlineMs: number;
  /**
   * V8 heap of one thread; Buffers and strings made from Buffers lie outside of it. Growth in small steps ends the
   * thread. One allocation of more than 16 MB that crosses the limit (the array of a split, a Map that doubles) makes V8
   * end the whole process: set it well above what the largest message needs, and count attempts outside of the process.
   */
  readonly maxMemoryMb: number;
}

/** The pool cannot parse: a mistake in the installation or a call after close, not something in a message. */
export class ParserPoolError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ParserPoolError';
  }
}

interface Batch<Facts> {
  readonly raws: readonly Buffer[];
  readonly results: (ParseResult<Facts> | undefined)[];
  /** Deaths of threads that were on none of its messages. */
  unexplainedDeathCount: number;
  resolve(results: ParseResult<Facts>[]): void;
  reject(error: Error): void;
}

/** A thread that works on what was left of a batch. `indices` says which message of the batch each message of the order is. */
interface Run<Facts> {
  readonly batch: Batch<Facts>;
  readonly indices: readonly number[];
  reportedCount: number;
}

const maxUnexplainedDeathCount = 3;

/**
 * A pool of worker threads that parse mail within bounds of time and memory. A message that breaks a bound, or its
 * thread, gets that as its result; the messages around it get theirs, from a fresh thread where it must be.
 * `Facts` is what the thread script's function makes: StorableFacts in parser-thread.ts.
 */
export function openParserPool<Facts = StorableFacts>(
  options: ParserPoolOptions,
): ParserPool<Facts> {
  const pool = new ThreadPool<Facts>(options);
  return { parse: (batch) => pool.parse(batch), close: () => pool.close() };
}

class ThreadPool<Facts> {
  readonly #options: ParserPoolOptions;
  readonly #waiting: Batch<Facts>[] = [];
  readonly #running = new Map<ParserThread<Facts>, Run<Facts>>();
  readonly #idle: ParserThread<Facts>[] = [];
  readonly #checkMs: number;
  readonly #timer: NodeJS.Timeout;
  #checkedAtMs = performance.now();
  #isClosed = false;

  constructor(options: ParserPoolOptions) {
    this.#options = options;
    this.#checkMs = Math.min(Math.max(options.deadlineMs / 4, 10), 250);
    this.#timer = setInterval(() => this.#enforceDeadlines(), this.#checkMs);
  }

  parse(raws: readonly Buffer[]): Promise<ParseResult<Facts>[]> {
    if (this.#isClosed) return Promise.reject(new ParserPoolError('the parser pool is closed'));
    if (raws.length === 0) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      const results = raws.map(() => undefined);
      this.#waiting.push({ raws, results, unexplainedDeathCount: 0, resolve, reject });
      this.#startWaiting();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    const unfinished = [...this.#waiting, ...[...this.#running.values()].map(({ batch }) => batch)];
    const threads = [...this.#running.keys(), ...this.#idle];
    this.#waiting.length = 0;
    this.#running.clear();
    this.#idle.length = 0;
    for (const batch of unfinished) batch.reject(new ParserPoolError('the parser pool is closed'));
    await Promise.all(threads.map((thread) => thread.stop()));
  }

  #startWaiting(): void {
    while (this.#waiting.length > 0 && this.#running.size < this.#options.threadCount) {
      const batch = this.#waiting.shift();
      if (batch !== undefined) this.#start(batch, this.#idle.pop() ?? this.#newThread());
    }
  }

  #start(batch: Batch<Facts>, thread: ParserThread<Facts>): void {
    const indices = [...batch.raws.keys()].filter((index) => batch.results[index] === undefined);
    this.#running.set(thread, { batch, indices, reportedCount: 0 });
    thread.order(indices.map((index) => batch.raws[index] ?? Buffer.alloc(0)));
  }

  #newThread(): ParserThread<Facts> {
    const thread: ParserThread<Facts> = new ParserThread<Facts>(this.#options, {
      reported: (outcomes) => this.#takeOutcomes(thread, outcomes),
      died: (death) => this.#replaceThread(thread, death),
    });
    return thread;
  }

  #takeOutcomes(thread: ParserThread<Facts>, outcomes: readonly ThreadOutcome<Facts>[]): void {
    const run = this.#running.get(thread);
    if (run === undefined) return;
    for (const outcome of outcomes) {
      const index = run.indices[run.reportedCount];
      if (index !== undefined) run.batch.results[index] = outcome;
      run.reportedCount += 1;
    }
    if (run.reportedCount < run.indices.length) return;
    this.#running.delete(thread);
    this.#idle.push(thread);
    this.#finishOrRequeue(run.batch);
  }

  #replaceThread(thread: ParserThread<Facts>, death: ThreadDeath): void {
    const idleAt = this.#idle.indexOf(thread);
    if (idleAt !== -1) this.#idle.splice(idleAt, 1);
    const run = this.#running.get(thread);
    if (run === undefined) return;
    this.#running.delete(thread);
    const { batch } = run;
    const culprit = death.position === null ? undefined : run.indices[death.position];
    if (culprit !== undefined) {
      batch.results[culprit] = { outcome: death.cause, reason: death.reason };
    } else {
      batch.unexplainedDeathCount += 1;
      if (!death.wasReady || batch.unexplainedDeathCount >= maxUnexplainedDeathCount) {
        batch.reject(new ParserPoolError(this.#brokenThreadMessage(death)));
        this.#startWaiting();
        return;
      }
    }
    this.#finishOrRequeue(batch);
  }

  #brokenThreadMessage(death: ThreadDeath): string {
    const { threadScript } = this.#options;
    const what = death.wasReady ? 'dies between messages' : 'does not start';
    return `the parser thread ${threadScript.pathname} ${what}: ${death.reason}`;
  }

  #finishOrRequeue(batch: Batch<Facts>): void {
    const results = batch.results.filter((result) => result !== undefined);
    if (results.length === batch.raws.length) batch.resolve(results);
    else this.#waiting.unshift(batch);
    this.#startWaiting();
  }

  #enforceDeadlines(): void {
    const now = performance.now();
    const isLate = now - this.#checkedAtMs > 3 * this.#checkMs;
    this.#checkedAtMs = now;
    for (const thread of this.#running.keys()) {
      // This process was busy or suspended: reports may wait behind this timer, so no thread can be blamed.
      if (isLate) thread.forgiveTime();
      else thread.enforceDeadline();
    }
  }
}
