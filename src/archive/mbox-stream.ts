import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { ArchiveError } from './archive-error.ts';
import { compressionOf, magicByteCount } from './compression.ts';
import { decompressedChunks } from './decompressed-chunks.ts';
import type { UnpackOptions } from './decompressed-chunks.ts';

const readChunkBytes = 1_048_576;

/** The bytes of a file or, for "-", of standard input; as they are. */
export function packedChunks(path: string, start = 0): AsyncIterable<Buffer> {
  if (path === '-') return process.stdin;
  return createReadStream(path, { start, highWaterMark: readChunkBytes });
}

/**
 * The unpacked bytes of a regular file from an offset on. A file that is not packed is not read before it; nothing comes
 * where the file is shorter. Throws ArchiveError as `decompressedChunks` does.
 */
export async function* unpackedChunksFrom(
  path: string,
  offset: number,
  options: UnpackOptions,
): AsyncGenerator<Buffer> {
  if (!(await isPacked(path))) {
    yield* plainChunksFrom(path, offset, options);
    return;
  }
  let passedBytes = 0;
  for await (const chunk of decompressedChunks(packedChunks(path), path, options)) {
    const unneededBytes = Math.min(Math.max(offset - passedBytes, 0), chunk.length);
    passedBytes += chunk.length;
    if (unneededBytes < chunk.length) yield chunk.subarray(unneededBytes);
  }
}

async function* plainChunksFrom(
  path: string,
  start: number,
  { onPackedBytes = () => undefined }: UnpackOptions,
): AsyncGenerator<Buffer> {
  let offset = start;
  try {
    for await (const chunk of packedChunks(path, start)) {
      offset += chunk.length;
      onPackedBytes(offset);
      yield chunk;
    }
  } catch (error) {
    throw new ArchiveError('unreadable', { path, offset }, 'cannot be read', error);
  }
}

async function isPacked(path: string): Promise<boolean> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(magicByteCount), 0);
      return compressionOf(buffer.subarray(0, bytesRead)) !== 'none';
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new ArchiveError('unreadable', { path, offset: 0 }, 'cannot be read', error);
  }
}
