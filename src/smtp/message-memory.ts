/** Counts the bytes of all messages that are in memory at once, over all listeners, and keeps them below a limit. */
export class MessageMemory {
  readonly maxBytes: number;
  #usedBytes = 0;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** Whether a message of `byteCount` (0: not known) would fit now. */
  hasRoomFor(byteCount: number): boolean {
    return this.#usedBytes < this.maxBytes && this.#usedBytes + byteCount <= this.maxBytes;
  }

  /** A share for one message, empty at first. */
  lease(): MemoryLease {
    let heldBytes = 0;
    return {
      grow: (byteCount) => {
        if (this.#usedBytes + byteCount > this.maxBytes) return false;
        this.#usedBytes += byteCount;
        heldBytes += byteCount;
        return true;
      },
      end: () => {
        this.#usedBytes -= heldBytes;
        heldBytes = 0;
      },
    };
  }
}

/** What one message holds of the memory. */
export interface MemoryLease {
  /** False, and nothing taken, when that many more bytes would pass the limit. */
  grow(byteCount: number): boolean;
  /** Gives everything back; may be called again. */
  end(): void;
}
