import { createReadStream } from 'node:fs';
import { decompressedChunks } from './decompressed-chunks.ts';
import { MboxSplitter, type ArchiveRecord } from './mbox-splitter.ts';

const readChunkBytes = 1_048_576;

/**
 * Messages of an mbox in the order of the file: a path, "-" for standard input, or a stream of bytes; plain or packed
 * by gzip, xz or zstd, whatever its name. Yields { raw, offset } for each message, with From quoting (mboxrd, mboxo)
 * undone and line ends as they were, or { raw: null, offset, sizeBytes } for one over maxMessageBytes. An empty file has none.
 * Throws ArchiveError when the file cannot be read, is no mbox, or its packed data is damaged; what came before was yielded.
 */
export async function* readMbox(
  source: string | AsyncIterable<Buffer>,
  options: { readonly maxMessageBytes: number },
): AsyncGenerator<ArchiveRecord> {
  const path = archiveName(source);
  const splitter = new MboxSplitter({ path, maxMessageBytes: options.maxMessageBytes });
  for await (const chunk of decompressedChunks(byteSource(source), path)) {
    for (const record of splitter.push(chunk)) yield record;
  }
  for (const record of splitter.finish()) yield record;
}

function archiveName(source: string | AsyncIterable<Buffer>): string {
  if (typeof source !== 'string') return 'stream';
  return source === '-' ? 'standard input' : source;
}

function byteSource(source: string | AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  if (typeof source !== 'string') return source;
  if (source === '-') return process.stdin;
  return createReadStream(source, { highWaterMark: readChunkBytes });
}
