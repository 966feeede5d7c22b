import { parentPort, workerData } from 'node:worker_threads';
import { collectGarbageAfter } from './collect-garbage.ts';

/** Makes the facts of one message from its raw bytes. What it throws makes that message a 'crash', not the thread. */
export type ParseFunction<Facts> = (raw: Buffer) => Facts | Promise<Facts>;

/** A batch for a thread: the messages one after the other in one block of memory, which moves to the thread without a copy. */
export interface ParseOrder {
  readonly bytes: ArrayBuffer;
  readonly sizesBytes: readonly number[];
  /** What the shared cell holds while the first message is parsed; it grows by 1 with each. */
  readonly firstTicket: number;
}

export type ThreadOutcome<Facts> =
  | { readonly outcome: 'parsed'; readonly facts: Facts; readonly parseMs: number }
  | { readonly outcome: 'crash'; readonly reason: string };

/** From a thread: that its script is loaded, or the next outcomes of its order. */
export type ThreadReport<Facts> = 'ready' | readonly ThreadOutcome<Facts>[];

/** The shared cell while no message is parsed. */
export const idleTicket = 0;

/** Outcomes are reported together for speed, but not later than this: a thread that dies takes unreported ones with it. */
const maxUnreportedCount = 16;
const maxUnreportedMs = 50;

/**
 * Serves a parser pool from inside one of its threads: the whole of a thread script, besides the function itself. What
 * `memoryOf` names of the facts moves out of the thread instead of being copied.
 */
export function serveParser<Facts>(
  parse: ParseFunction<Facts>,
  memoryOf: (facts: Facts) => ArrayBuffer[] = () => [],
): void {
  const port = parentPort;
  const sharedMemory: unknown = workerData;
  if (port === null || !(sharedMemory instanceof SharedArrayBuffer)) {
    throw new Error('a parser thread is started by a parser pool only');
  }
  const ticketCell = new Int32Array(sharedMemory);
  const report = (outcomes: readonly ThreadOutcome<Facts>[]): void => {
    const moved = outcomes.flatMap((one) => (one.outcome === 'parsed' ? memoryOf(one.facts) : []));
    port.postMessage(outcomes, moved);
  };
  const fulfil = async (order: ParseOrder): Promise<void> => {
    await fulfilOrder(order, parse, ticketCell, report);
    // In a turn of its own, when nothing holds the order and its facts any longer.
    setImmediate(collectGarbageAfter, order.sizesBytes);
  };
  port.on('message', (order: ParseOrder) => void fulfil(order));
  port.postMessage('ready');
}

async function fulfilOrder<Facts>(
  order: ParseOrder,
  parse: ParseFunction<Facts>,
  ticketCell: Int32Array,
  report: (outcomes: readonly ThreadOutcome<Facts>[]) => void,
): Promise<void> {
  let unreported: ThreadOutcome<Facts>[] = [];
  let reportedAt = performance.now();
  let at = 0;
  for (const [index, sizeBytes] of order.sizesBytes.entries()) {
    Atomics.store(ticketCell, 0, order.firstTicket + index);
    unreported.push(await outcomeOf(parse, Buffer.from(order.bytes, at, sizeBytes)));
    at += sizeBytes;
    collectGarbageAfter([sizeBytes]);
    if (
      unreported.length >= maxUnreportedCount ||
      performance.now() - reportedAt > maxUnreportedMs
    ) {
      report(unreported);
      unreported = [];
      reportedAt = performance.now();
    }
  }
  Atomics.store(ticketCell, 0, idleTicket);
  if (unreported.length > 0) report(unreported);
}

async function outcomeOf<Facts>(
  parse: ParseFunction<Facts>,
  raw: Buffer,
): Promise<ThreadOutcome<Facts>> {
  const startedAt = performance.now();
  try {
    const facts = await parse(raw);
    return { outcome: 'parsed', facts, parseMs: performance.now() - startedAt };
  } catch (error) {
    return { outcome: 'crash', reason: error instanceof Error ? error.message : String(error) };
  }
}
