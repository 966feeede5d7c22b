/* oxlint-disable no-underscore-dangle -- smtp-server hides nothing behind its underscores: they are in its types, and its version is pinned */
import { SMTPStream } from 'smtp-server/lib/smtp-stream.js';
import { DataDecoder } from './data-decoder.ts';
import { hasBareLineEnd } from './line-ends.ts';

type Next = (error?: Error | null) => void;

const lineFeed = 0x0a;

/** What a connection does about the lines of its peer, beside obeying them. */
export interface CommandWatcher {
  /** Called instead of `oncommand` for a line that has a CR or LF beside the CRLF at its end; `next` goes on to the next line. */
  refuseBareLine(line: Buffer, next: Next): void;
  /** What is replied from now on goes out together, once the function that this returns is called. */
  holdReplies(): () => void;
  /** Told after each piece whether a command has begun and not ended. */
  noteUnfinishedLine(isUnfinished: boolean): void;
}

/**
 * smtp-server's parser of what a peer sends, given commands line by line, because it takes a bare LF for the end of a
 * command and hides that it did, and with a linear decoder of DATA.
 */
export class CommandStream extends SMTPStream {
  readonly #watcher: CommandWatcher;
  #decoder = new DataDecoder();

  constructor(watcher: CommandWatcher) {
    super({ maxCommandLength });
    this.#watcher = watcher;
  }

  override startDataMode(
    maxBytes?: number | string | null,
  ): ReturnType<SMTPStream['startDataMode']> {
    this.#decoder = new DataDecoder();
    return super.startDataMode(maxBytes);
  }

  /** Gets bytes from the peer, and from smtp-server what followed a command or a message in the same piece. */
  override _write(chunk: Buffer, encoding: BufferEncoding | 'buffer', next: Next): void {
    if (this._dataMode || this.isClosed) {
      super._write(chunk, encoding, next);
      return;
    }
    // Commands that came together are answered together, as RFC 2920 section 3.2 asks.
    const release = this.#watcher.holdReplies();
    this.#writeLines(chunk, encoding, (error) => {
      release();
      next(error);
    });
  }

  /** Obeys the commands of a piece one by one. */
  #writeLines(chunk: Buffer, encoding: BufferEncoding | 'buffer', next: Next): void {
    const lineEnd = chunk.indexOf(lineFeed) + 1;
    if (this._dataMode || this.isClosed || chunk.length === 0) super._write(chunk, encoding, next);
    else if (lineEnd === 0) this.#writePart(chunk, next);
    else if (lineEnd === chunk.length) this.#writeLine(chunk, next);
    else {
      this.#writeLine(chunk.subarray(0, lineEnd), (error) => {
        if (error) next(error);
        // Not at once: a piece may hold thousands of lines, and others have a turn between them.
        else setImmediate(() => this.#writeLines(chunk.subarray(lineEnd), encoding, next));
      });
    }
  }

  /** A line that the end of the connection cuts off is no command. */
  override _flushData(): void {
    this._remainder = '';
  }

  override _feedDataStream(chunk: Buffer, next: Next): void {
    const { content, endsAt } = this.#decoder.decode(chunk);
    this._countDataBytes(content.length);
    if (endsAt !== null) {
      this._endDataMode(content, chunk.subarray(endsAt), next);
      return;
    }
    const stream = this._dataStream;
    if (stream === null || !stream.writable || stream.write(content)) next();
    else afterDrain(stream, next);
  }

  #writePart(part: Buffer, next: Next): void {
    super._write(part, 'buffer', next);
    this.#watcher.noteUnfinishedLine(true);
  }

  #writeLine(end: Buffer, next: Next): void {
    this.#watcher.noteUnfinishedLine(false);
    const line = Buffer.concat([Buffer.from(this._remainder, 'latin1'), end]);
    if (line.length > maxCommandLength || !hasBareLineEnd(line)) {
      super._write(end, 'buffer', next);
    } else {
      this._remainder = '';
      this.#watcher.refuseBareLine(line, next);
    }
  }
}

/** RFC 5321 section 4.5.3.1.4 asks for 512, and extensions that are not offered here for 1,000 more. */
const maxCommandLength = 4096;

function afterDrain(stream: NonNullable<SMTPStream['_dataStream']>, next: Next): void {
  // A stream that was destroyed never drains.
  const goOn = (): void => {
    stream.off('drain', goOn);
    stream.off('close', goOn);
    next();
  };
  stream.once('drain', goOn);
  stream.once('close', goOn);
}
