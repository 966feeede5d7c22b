import { ArchiveError } from './archive-error.ts';
import type {
  ArchiveMark,
  ArchivePart,
  PartReading,
  PartRecord,
  ReadOptions,
} from './archive-part.ts';
import { decompressedChunks } from './decompressed-chunks.ts';
import { markAfter, maxHeadBytes, mboxHead, mboxMark, standingOf } from './mbox-mark.ts';
import type { MboxHead, MboxMark } from './mbox-mark.ts';
import { MboxSplitter, type ArchiveRecord } from './mbox-splitter.ts';
import { packedChunks, unpackedChunksFrom } from './mbox-stream.ts';
import { splitRecords } from './read-mbox.ts';

export interface MboxFile extends Pick<ArchivePart, 'path' | 'name' | 'identity'> {
  /** What to open: a path, or "-" for standard input. */
  readonly file: string;
  /** Packed; null for a pipe. */
  readonly byteCount: number | null;
}

/**
 * An mbox as a part of an archive. It goes on after a mark where the file begins as it did then and holds the marked
 * message at its place; one that has grown since is read from there, also where that message was cut short then.
 */
export function mboxPart(mbox: MboxFile, options: ReadOptions): ArchivePart {
  const { path, name, identity } = mbox;
  return {
    path,
    name,
    identity,
    async read(mark) {
      const input = { packedBytes: 0 };
      const shareRead = shareOf(mbox.byteCount, input);
      const before = identity === null ? null : mboxMark(mark);
      const rest = before === null ? null : await recordsAfter(before, mbox, options, input);
      const records = rest ?? recordsFromStart(mbox, options, input);
      return { isResumed: rest !== null, records, shareRead };
    },
  };
}

/** The share that counts is of the packed bytes: how many there will be unpacked nobody knows. */
function shareOf(
  byteCount: number | null,
  input: { readonly packedBytes: number },
): PartReading['shareRead'] {
  return () => (byteCount === null || byteCount === 0 ? null : input.packedBytes / byteCount);
}

async function* recordsFromStart(
  { file, path, name }: MboxFile,
  { maxMessageBytes, limits }: ReadOptions,
  input: { packedBytes: number },
): AsyncGenerator<PartRecord> {
  const head = { bytes: Buffer.alloc(0) };
  const splitter = new MboxSplitter({ path, maxMessageBytes });
  const onPackedBytes = (count: number): number => (input.packedBytes = count);
  const chunks = decompressedChunks(packedChunks(file), path, { limits, onPackedBytes });
  for await (const record of splitRecords(withHead(chunks, head), splitter)) {
    yield partRecord(record, name, splitter, () => mboxHead(head.bytes));
  }
}

/** The same chunks; `head` grows to their first bytes. */
async function* withHead(
  chunks: AsyncIterable<Buffer>,
  head: { bytes: Buffer },
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    const lackingBytes = maxHeadBytes - head.bytes.length;
    if (lackingBytes > 0) head.bytes = Buffer.concat([head.bytes, chunk.subarray(0, lackingBytes)]);
    yield chunk;
  }
}

/** What stands after a mark; null where the file is not the one that the mark was made in. */
async function recordsAfter(
  mark: MboxMark,
  mbox: MboxFile,
  { maxMessageBytes, limits }: ReadOptions,
  input: { packedBytes: number },
): Promise<AsyncIterable<PartRecord> | null> {
  const { file, path, name } = mbox;
  if (!(await hasHead(mark.head, file, limits))) return null;
  const start = { offset: mark.offset, firstKind: mark.firstKind };
  const splitter = new MboxSplitter({ path, maxMessageBytes, start });
  const onPackedBytes = (count: number): number => (input.packedBytes = count);
  const chunks = unpackedChunksFrom(file, mark.offset, { limits, onPackedBytes });
  const records = splitRecords(chunks, splitter);
  const marked = await firstRecord(records);
  const standing = marked === null ? 'other' : standingOf(marked, mark);
  if (marked === null || standing === 'other') {
    await records.return(undefined);
    return null;
  }
  async function* rest(first: ArchiveRecord): AsyncGenerator<PartRecord> {
    try {
      const toPart = (record: ArchiveRecord): PartRecord =>
        partRecord(record, name, splitter, () => mark.head);
      if (standing === 'grown') yield toPart(first);
      for await (const record of records) yield toPart(record);
    } finally {
      await records.return(undefined);
    }
  }
  return rest(marked);
}

async function hasHead(
  head: MboxHead,
  file: string,
  limits: ReadOptions['limits'],
): Promise<boolean> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of unpackedChunksFrom(file, 0, { limits })) {
    bytes = Buffer.concat([bytes, chunk.subarray(0, head.byteCount - bytes.length)]);
    if (bytes.length === head.byteCount) break;
  }
  return mboxHead(bytes).sha256 === head.sha256;
}

/** null where there is none, or where no separator stands at the start. */
async function firstRecord(records: AsyncGenerator<ArchiveRecord>): Promise<ArchiveRecord | null> {
  try {
    const first = await records.next();
    return first.done === true ? null : first.value;
  } catch (error) {
    if (error instanceof ArchiveError && error.reason === 'unknown-format') return null;
    throw error;
  }
}

function partRecord(
  record: ArchiveRecord,
  name: string,
  { firstKind }: MboxSplitter,
  head: () => MboxHead,
): PartRecord {
  return {
    raw: record.raw,
    origin: name,
    position: record.offset,
    mark: (): ArchiveMark => markAfter(record, head(), firstKind ?? 'sender'),
  };
}
