import { Worker } from 'node:worker_threads';
import {
  idleTicket,
  type ParseOrder,
  type ThreadOutcome,
  type ThreadReport,
} from './parser-thread-server.ts';

/** How a thread came to its end. `position` is that of the message it was on in its order; null when it was on none. */
export interface ThreadDeath {
  readonly cause: 'timeout' | 'memory' | 'crash';
  readonly reason: string;
  readonly position: number | null;
  /** Whether its script was ever loaded. */
  readonly wasReady: boolean;
}

/** Whom a thread tells about its life. */
export interface ThreadEvents<Facts> {
  reported(outcomes: readonly ThreadOutcome<Facts>[]): void;
  died(death: ThreadDeath): void;
}

export interface ThreadOptions {
  readonly threadScript: URL;
  readonly deadlineMs: number;
  readonly maxMemoryMb: number;
}

/** A thread that has not loaded its script by then never will. */
const startDeadlineMs = 30_000;

/** A message may take so many times its deadline by the clock: the machine may be busy, or the thread may wait for ever. */
const maxWaitFactor = 4;
const maxTicket = 2 ** 30;

/**
 * One worker thread of a parser pool, seen from outside. The thread writes a ticket into shared memory for each message it
 * starts; how long that stands still is measured here, so a thread that is stuck needs to do nothing to be found out.
 * It is measured in CPU time of the process: a busy machine must not decide what is read of a message.
 */
export class ParserThread<Facts> {
  readonly #options: ThreadOptions;
  readonly #events: ThreadEvents<Facts>;
  readonly #worker: Worker;
  readonly #ticketCell = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  #firstTicket = idleTicket + 1;
  #nextTicket = idleTicket + 1;
  #seenTicket = idleTicket;
  #unchangedSince = momentNow();
  #isReady = false;
  #isDead = false;
  #failure: Error | null = null;

  constructor(options: ThreadOptions, events: ThreadEvents<Facts>) {
    this.#options = options;
    this.#events = events;
    this.#worker = new Worker(options.threadScript, {
      workerData: this.#ticketCell.buffer,
      resourceLimits: { maxOldGenerationSizeMb: options.maxMemoryMb },
      env: {}, // it reads mail: the passwords of the environment are none of its business
    });
    this.#worker.on('message', (report: ThreadReport<Facts>) => this.#hear(report));
    this.#worker.on('error', (error) => (this.#failure = error));
    this.#worker.on('exit', (code) => this.#hearExit(code));
  }

  /** Gives an idle thread its next messages. */
  order(raws: readonly Buffer[]): void {
    if (this.#nextTicket > maxTicket) this.#nextTicket = idleTicket + 1;
    this.#firstTicket = this.#nextTicket;
    this.#nextTicket += raws.length;
    this.#noteProgress(idleTicket);
    const bytes = joinedBytes(raws);
    const sizesBytes = raws.map((raw) => raw.length);
    const order: ParseOrder = { bytes, sizesBytes, firstTicket: this.#firstTicket };
    this.#worker.postMessage(order, [bytes]);
  }

  /** To be called again and again while the thread has an order: kills it when one message takes too long. */
  enforceDeadline(): void {
    const ticket = Atomics.load(this.#ticketCell, 0);
    if (ticket !== this.#seenTicket) return this.#noteProgress(ticket);
    const reason = this.#lateness();
    if (reason === null) return;
    this.#die('timeout', reason);
    void this.#worker.terminate();
  }

  /** Starts to measure anew: when time passed in which this process could not look. */
  forgiveTime(): void {
    this.#unchangedSince = momentNow();
  }

  /** Ends the thread without a word to anybody. */
  async stop(): Promise<void> {
    this.#isDead = true;
    await this.#worker.terminate();
  }

  #noteProgress(ticket: number): void {
    this.#seenTicket = ticket;
    this.#unchangedSince = momentNow();
  }

  /** Why the thread has to be killed; null while it has time. */
  #lateness(): string | null {
    const { deadlineMs } = this.#options;
    const now = momentNow();
    const wallMs = now.wallMs - this.#unchangedSince.wallMs;
    const cpuMs = now.cpuMs - this.#unchangedSince.cpuMs;
    const maxWallMs = this.#isReady ? maxWaitFactor * deadlineMs : startDeadlineMs;
    if (this.#isReady && cpuMs > deadlineMs) return `not done after ${deadlineMs} ms of CPU time`;
    return wallMs > maxWallMs ? `not done after ${maxWallMs} ms` : null;
  }

  #hear(report: ThreadReport<Facts>): void {
    if (this.#isDead) return;
    if (report !== 'ready') return this.#events.reported(report);
    this.#isReady = true;
    this.forgiveTime();
  }

  #hearExit(code: number): void {
    const failure = this.#failure;
    const isMemory =
      failure !== null && 'code' in failure && failure.code === 'ERR_WORKER_OUT_OF_MEMORY';
    if (isMemory) this.#die('memory', `needs more than ${this.#options.maxMemoryMb} MB`);
    else this.#die('crash', failure?.message ?? `the parser ended its thread with code ${code}`);
  }

  #die(cause: ThreadDeath['cause'], reason: string): void {
    if (this.#isDead) return;
    this.#isDead = true;
    const ticket = Atomics.load(this.#ticketCell, 0);
    const position = ticket === idleTicket ? null : ticket - this.#firstTicket;
    this.#events.died({ cause, reason, position, wasReady: this.#isReady });
  }
}

/** A moment by the clock, and by the CPU time that all threads of this process have used. */
interface Moment {
  readonly wallMs: number;
  readonly cpuMs: number;
}

function momentNow(): Moment {
  const { user, system } = process.cpuUsage();
  return { wallMs: performance.now(), cpuMs: (user + system) / 1000 };
}

/** A copy, as the block moves to the thread and a message may have to be sent again. */
function joinedBytes(raws: readonly Buffer[]): ArrayBuffer {
  const totalBytes = raws.reduce((sum, raw) => sum + raw.length, 0);
  const joined = new Uint8Array(new ArrayBuffer(totalBytes));
  let at = 0;
  for (const raw of raws) {
    joined.set(raw, at);
    at += raw.length;
  }
  return joined.buffer;
}
