/** The part of a byte stream that is still needed: grows at its end, shrinks at its start, copies each byte O(1) times. */
export class ByteWindow {
  #room = Buffer.alloc(0);
  #bytes = Buffer.alloc(0);
  #offset: number;

  /** `offset` is where in the stream the first appended byte stands. */
  constructor(offset = 0) {
    this.#offset = offset;
  }

  /** What is kept; valid until the next append or discard. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /** Place of bytes[0] in the stream. */
  get offset(): number {
    return this.#offset;
  }

  append(chunk: Buffer): void {
    const filled = this.#bytes.length;
    const needed = filled + chunk.length;
    if (needed > this.#room.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#room.length));
      this.#bytes.copy(larger);
      this.#room = larger;
    }
    chunk.copy(this.#room, filled);
    this.#bytes = this.#room.subarray(0, needed);
  }

  /** Forgets the first bytes. */
  discard(byteCount: number): void {
    if (byteCount === 0) return;
    this.#room.copyWithin(0, byteCount, this.#bytes.length);
    this.#bytes = this.#room.subarray(0, this.#bytes.length - byteCount);
    this.#offset += byteCount;
  }
}
