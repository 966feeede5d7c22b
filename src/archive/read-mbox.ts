import { decompressedChunks, defaultUnpackLimits } from './decompressed-chunks.ts';
import { MboxSplitter, type ArchiveRecord } from './mbox-splitter.ts';
import { packedChunks } from './mbox-stream.ts';

/**
 * Messages of an mbox in the order of the file: a path, "-" for standard input, or a stream of bytes; plain or packed
 * by gzip, bzip2, xz or zstd, whatever its name. Yields { raw, offset } for each message, with From quoting (mboxrd, mboxo)
 * undone and line ends as they were, or { raw: null, offset, sizeBytes } for one over maxMessageBytes. An empty file has none.
 * Throws ArchiveError when the file cannot be read, is no mbox, or its packed data is damaged; what came before was yielded.
 */
export async function* readMbox(
  source: string | AsyncIterable<Buffer>,
  options: { readonly maxMessageBytes: number },
): AsyncGenerator<ArchiveRecord> {
  const path = archiveName(source);
  const splitter = new MboxSplitter({ path, maxMessageBytes: options.maxMessageBytes });
  const packed = typeof source === 'string' ? packedChunks(source) : source;
  const chunks = decompressedChunks(packed, path, { limits: defaultUnpackLimits });
  yield* splitRecords(chunks, splitter);
}

/** Messages that a splitter makes of chunks. */
export async function* splitRecords(
  chunks: AsyncIterable<Buffer>,
  splitter: MboxSplitter,
): AsyncGenerator<ArchiveRecord> {
  for await (const chunk of chunks) {
    for (const record of splitter.push(chunk)) yield record;
  }
  for (const record of splitter.finish()) yield record;
}

function archiveName(source: string | AsyncIterable<Buffer>): string {
  if (typeof source !== 'string') return 'stream';
  return source === '-' ? 'standard input' : source;
}
