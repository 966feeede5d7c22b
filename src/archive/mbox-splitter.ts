import { ArchiveError } from './archive-error.ts';
import { ByteWindow } from './byte-window.ts';
import { withoutFromQuoting } from './from-quoting.ts';
import { mayFollowSeparator, separatorKind, type SeparatorKind } from './mbox-separator.ts';

/** A message of an archive; `offset` is where its separator line starts in the decompressed archive. */
export interface ArchivedMessage {
  readonly raw: Buffer;
  readonly offset: number;
}

/** A message over the size limit: its bytes were counted and dropped. */
export interface OversizedMessage {
  readonly raw: null;
  readonly offset: number;
  readonly sizeBytes: number;
}

export type ArchiveRecord = ArchivedMessage | OversizedMessage;

/** Where in an mbox the splitter begins: at a separator. */
export interface MboxStart {
  /** In the decompressed archive. */
  readonly offset: number;
  /** Of the file, where the beginning is not its first line. */
  readonly firstKind: SeparatorKind | null;
}

/** Places in the window: where the message before the separator ends, where the separator starts, and what follows it. */
interface Separator {
  readonly previousEnd: number;
  readonly lineAt: number;
  readonly contentAt: number;
}

const separatorStart = Buffer.from('\nFrom ');
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
/** A longer line is no separator. It bounds how far a candidate is looked at, and how long a decision can wait. */
const maxLineBytes = 2000;

/**
 * Cuts an mbox into messages while its bytes come in pieces of any size. Memory is bounded by the size limit and a piece.
 *
 * A separator is a "From " line with a date (`separatorKind`) at the start of the file, or after an empty line and with a
 * header field or a further such line after it. Every other "From " line belongs to the message. Lines that name a commit
 * separate only where the file's first line names one too, as in the output of `git format-patch --stdout`: a mailing
 * list's archive has them unquoted in the text of messages. The empty line before a separator belongs to the separator.
 */
export class MboxSplitter {
  readonly #path: string;
  readonly #maxMessageBytes: number;
  readonly #window: ByteWindow;
  readonly #start: MboxStart;
  /** null until the first line was read. */
  #firstKind: SeparatorKind | null = null;
  /** Of the message that is being read. */
  #messageOffset = 0;
  #contentAt = 0;
  #droppedBytes = 0;
  /** No undiscovered separator's "\nFrom " starts before this place in the window. */
  #scannedTo = 0;

  constructor(options: {
    readonly path: string;
    readonly maxMessageBytes: number;
    readonly start?: MboxStart;
  }) {
    this.#path = options.path;
    this.#maxMessageBytes = options.maxMessageBytes;
    this.#start = options.start ?? { offset: 0, firstKind: null };
    this.#window = new ByteWindow(this.#start.offset);
  }

  /** Kind of the file's first separator; null until it was read. */
  get firstKind(): SeparatorKind | null {
    return this.#firstKind;
  }

  /** Messages that a further piece completes. Throws ArchiveError when the first line is no separator. */
  *push(piece: Buffer): Generator<ArchiveRecord> {
    this.#window.append(piece);
    yield* this.#completed(false);
  }

  /** What is left at the end of the file. Throws ArchiveError like `push`. */
  *finish(): Generator<ArchiveRecord> {
    yield* this.#completed(true);
    if (this.#firstKind === null) return;
    const { bytes } = this.#window;
    yield this.#record(this.#endBeforeEmptyLine(bytes.length - 1) ?? bytes.length);
  }

  *#completed(atEnd: boolean): Generator<ArchiveRecord> {
    if (this.#firstKind === null && !this.#readFirstLine(atEnd)) return;
    let separator = this.#nextSeparator(atEnd);
    while (separator !== null) {
      yield this.#record(separator.previousEnd);
      this.#beginMessage(separator);
      separator = this.#nextSeparator(atEnd);
    }
    this.#discardUnneeded();
  }

  #readFirstLine(atEnd: boolean): boolean {
    if (this.#window.bytes.length === 0) return false;
    const line = this.#lineAt(0, atEnd);
    if (line === null) return false;
    this.#firstKind = line.isWhole ? separatorKind(line.text) : null;
    if (this.#firstKind === null) {
      const where = { path: this.#path, offset: this.#start.offset };
      throw new ArchiveError(
        'unknown-format',
        where,
        'no mbox: its first line is not "From … date"',
      );
    }
    this.#firstKind = this.#start.firstKind ?? this.#firstKind;
    this.#beginMessage({ previousEnd: 0, lineAt: 0, contentAt: line.nextAt });
    return true;
  }

  #beginMessage(separator: Separator): void {
    this.#messageOffset = this.#window.offset + separator.lineAt;
    this.#contentAt = separator.contentAt;
    this.#droppedBytes = 0;
    this.#scannedTo = separator.contentAt;
  }

  #record(end: number): ArchiveRecord {
    const offset = this.#messageOffset;
    const sizeBytes = this.#droppedBytes + end - this.#contentAt;
    if (sizeBytes > this.#maxMessageBytes) return { raw: null, offset, sizeBytes };
    return { raw: withoutFromQuoting(this.#window.bytes.subarray(this.#contentAt, end)), offset };
  }

  #nextSeparator(atEnd: boolean): Separator | null {
    const { bytes } = this.#window;
    let newlineAt = bytes.indexOf(separatorStart, this.#scannedTo);
    while (newlineAt !== -1) {
      const separator = this.#separatorAfter(newlineAt, atEnd);
      if (separator === 'undecided') {
        this.#scannedTo = newlineAt;
        return null;
      }
      if (separator !== null) return separator;
      newlineAt = bytes.indexOf(separatorStart, newlineAt + 1);
    }
    this.#scannedTo = Math.max(this.#scannedTo, bytes.length - separatorStart.length + 1);
    return null;
  }

  #separatorAfter(newlineAt: number, atEnd: boolean): Separator | 'undecided' | null {
    const previousEnd = this.#endBeforeEmptyLine(newlineAt);
    if (previousEnd === null) return null;
    const line = this.#lineAt(newlineAt + 1, atEnd);
    if (line === null) return 'undecided';
    const kind = line.isWhole ? separatorKind(line.text) : null;
    if (kind === null || (kind === 'commit' && this.#firstKind !== 'commit')) return null;
    const following = this.#lineAt(line.nextAt, atEnd);
    if (following === null) return 'undecided';
    if (!mayFollowSeparator(following.text)) return null;
    return { previousEnd, lineAt: newlineAt + 1, contentAt: line.nextAt };
  }

  /** Where the content ends without the empty line that this line feed ends; null if the line is not empty. */
  #endBeforeEmptyLine(newlineAt: number): number | null {
    const { bytes } = this.#window;
    if (newlineAt < this.#contentAt || bytes[newlineAt] !== lineFeed) return null;
    const end = bytes[newlineAt - 1] === carriageReturn ? newlineAt - 1 : newlineAt;
    return end >= this.#contentAt && bytes[end - 1] === lineFeed ? end : null;
  }

  /** The line at a place, cut at maxLineBytes; null when its end has not come yet. */
  #lineAt(
    at: number,
    atEnd: boolean,
  ): { readonly text: string; readonly isWhole: boolean; readonly nextAt: number } | null {
    const { bytes } = this.#window;
    const newlineAt = bytes.subarray(at, at + maxLineBytes).indexOf(lineFeed);
    const isCut = newlineAt === -1 && bytes.length - at >= maxLineBytes;
    if (newlineAt === -1 && !isCut && !atEnd) return null;
    const nextAt =
      newlineAt === -1 ? Math.min(bytes.length, at + maxLineBytes) : at + newlineAt + 1;
    return { text: bytes.toString('latin1', at, nextAt), isWhole: !isCut, nextAt };
  }

  #discardUnneeded(): void {
    const scannedBytes = this.#scannedTo - this.#contentAt;
    // Two bytes before a "\nFrom " tell whether it follows an empty line, and may not count as content.
    if (this.#droppedBytes > 0 || scannedBytes > this.#maxMessageBytes + 2) {
      const keptAt = Math.max(this.#contentAt, this.#scannedTo - 2);
      this.#droppedBytes += keptAt - this.#contentAt;
      this.#contentAt = keptAt;
    }
    const unneededBytes = this.#contentAt - 1;
    this.#window.discard(unneededBytes);
    this.#contentAt -= unneededBytes;
    this.#scannedTo -= unneededBytes;
  }
}
