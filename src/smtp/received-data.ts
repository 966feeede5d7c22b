import type { SMTPServerDataStream } from 'smtp-server';
import type { MemoryLease } from './message-memory.ts';

/**
 * What came of one DATA command: a whole message; one whose end was reached but that was over the size limit or for
 * which memory was short; or no message, because it went on to twice the limit, took too long, or the peer went away.
 */
export type ReceivedData =
  | { readonly outcome: 'message'; readonly raw: Buffer }
  | { readonly outcome: 'too-big' | 'no-memory' | 'far-too-big' | 'too-slow' | 'dropped' };

export interface DataLimits {
  readonly maxMessageBytes: number;
  readonly dataMs: number;
  /** A message that has come for longer than this must have come with at least `minBytesPerSecond`. */
  readonly dataGraceMs: number;
  readonly minBytesPerSecond: number;
}

/**
 * Collects a message in memory taken by `lease`, which the caller ends. Never rejects. Only the stream's 'end' makes a
 * message: 'close' also comes when the peer drops the connection half way.
 */
export function receivedData(
  stream: SMTPServerDataStream,
  limits: DataLimits,
  lease: MemoryLease,
): Promise<ReceivedData> {
  const { maxMessageBytes } = limits;
  return new Promise((resolve) => {
    const blocks = new Blocks(maxMessageBytes, lease);
    let byteCount = 0;
    const stopDeadline = startDeadline(limits, () => byteCount, settle);
    function settle(received: ReceivedData): void {
      stopDeadline();
      blocks.drop();
      stream.off('data', collect);
      stream.resume(); // what may still come is read and dropped
      resolve(received);
    }
    function collect(chunk: Buffer): void {
      byteCount += chunk.length;
      if (byteCount <= maxMessageBytes) blocks.append(chunk);
      else blocks.drop();
      if (byteCount > 2 * maxMessageBytes) settle({ outcome: 'far-too-big' });
    }
    stream.on('data', collect);
    stream.on('end', () => {
      const raw = byteCount > maxMessageBytes ? null : blocks.joined();
      if (raw !== null) settle({ outcome: 'message', raw });
      else settle({ outcome: byteCount > maxMessageBytes ? 'too-big' : 'no-memory' });
    });
    stream.on('error', () => settle({ outcome: 'dropped' }));
    stream.on('close', () => settle({ outcome: 'dropped' }));
  });
}

/** Settles with 'too-slow' when the message is late; returns what stops that. */
function startDeadline(
  limits: DataLimits,
  byteCount: () => number,
  settle: (received: ReceivedData) => void,
): () => void {
  const startedAt = performance.now();
  const check = (): void => {
    const bytesMs = (byteCount() * 1000) / limits.minBytesPerSecond;
    const allowedMs = Math.min(limits.dataMs, limits.dataGraceMs + bytesMs);
    const leftMs = startedAt + allowedMs - performance.now();
    if (leftMs <= 0) settle({ outcome: 'too-slow' });
    else timer = setTimeout(check, Math.ceil(leftMs));
  };
  let timer = setTimeout(check, Math.min(limits.dataMs, limits.dataGraceMs));
  return () => clearTimeout(timer);
}

const firstBlockBytes = 16 * 1024;
const maxBlockBytes = 1024 * 1024;

/** Bytes in blocks of our own: chunks of one byte each would take a hundred times their size. */
class Blocks {
  readonly #maxBytes: number;
  readonly #lease: MemoryLease;
  #full: Buffer[] = [];
  #last: Buffer = Buffer.alloc(0);
  #lastLength = 0;
  #fullLength = 0;
  #isDropped = false;

  constructor(maxBytes: number, lease: MemoryLease) {
    this.#maxBytes = maxBytes;
    this.#lease = lease;
  }

  append(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0 && !this.#isDropped) {
      if (this.#lastLength === this.#last.length && !this.#addBlock()) return;
      const copied = rest.copy(this.#last, this.#lastLength);
      this.#lastLength += copied;
      rest = rest.subarray(copied);
    }
  }

  /** Everything in one buffer; null after `drop`. */
  joined(): Buffer | null {
    if (this.#isDropped) return null;
    const last = this.#last.subarray(0, this.#lastLength);
    return this.#full.length === 0 ? last : Buffer.concat([...this.#full, last]);
  }

  drop(): void {
    this.#isDropped = true;
    this.#full = [];
    this.#last = Buffer.alloc(0);
    this.#lastLength = 0;
  }

  /** False, and all dropped, when memory is short. */
  #addBlock(): boolean {
    const doubled = Math.min(Math.max(2 * this.#last.length, firstBlockBytes), maxBlockBytes);
    const bytesLeft = this.#maxBytes - this.#fullLength - this.#lastLength;
    const blockBytes = Math.min(doubled, bytesLeft);
    if (!this.#lease.grow(blockBytes)) {
      this.drop();
      this.#lease.end();
      return false;
    }
    if (this.#lastLength > 0) this.#full.push(this.#last);
    this.#fullLength += this.#lastLength;
    this.#last = Buffer.allocUnsafe(blockBytes);
    this.#lastLength = 0;
    return true;
  }
}
