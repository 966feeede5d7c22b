import { Readable, pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import xzDecompress from 'xz-decompress';
import { ArchiveError } from './archive-error.ts';
import { filteredChunks, startedFilter } from './command-chunks.ts';
import { compressionOf, magicByteCount, type Compression } from './compression.ts';

const maxExpansionRatio = 1000;
/** Below this many output bytes no ratio is suspect: a short file of one repeated line packs as well as a bomb. */
const unsuspectedBytes = 100_000_000;
const outputChunkBytes = 1_048_576;

/**
 * Content of an archive with its compression undone: gzip by zlib; xz by the xz command, or where there is none by a
 * package at half the speed; zstd by the zstd command; anything else as it is. `path` names the archive in errors.
 * Throws ArchiveError: the source cannot be read, its packed data is damaged or cut short, a tool is missing, or more
 * than 100 MB came out of less than a thousandth of that.
 */
export async function* decompressedChunks(
  source: AsyncIterable<Buffer>,
  path: string,
): AsyncGenerator<Buffer> {
  const input = { packedBytes: 0, failure: null as unknown };
  const output = { path, offset: 0 };
  let compression: Compression = 'none';
  try {
    const { head, chunks } = await headAndChunks(watched(source, input));
    compression = compressionOf(head);
    for await (const chunk of await unpacked(compression, chunks, path)) {
      output.offset += chunk.length;
      if (isBomb(output.offset, input.packedBytes)) {
        const advice =
          'more than 1000 bytes for each packed byte: unpack it yourself if that is meant';
        throw new ArchiveError('too-compressed', output, advice);
      }
      yield chunk;
    }
  } catch (error) {
    if (error instanceof ArchiveError) throw error;
    if (input.failure !== null || compression === 'none') {
      throw new ArchiveError('unreadable', output, 'cannot be read', error);
    }
    throw new ArchiveError(
      'damaged',
      output,
      `its ${compression} data is damaged or cut short`,
      error,
    );
  }
}

function isBomb(unpackedBytes: number, packedBytes: number): boolean {
  return unpackedBytes > unsuspectedBytes && unpackedBytes > packedBytes * maxExpansionRatio;
}

async function* watched(
  source: AsyncIterable<Buffer>,
  input: { packedBytes: number; failure: unknown },
): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of source) {
      input.packedBytes += chunk.length;
      yield chunk;
    }
  } catch (error) {
    input.failure = error;
    throw error;
  }
}

/** The first bytes of a source, enough to know its compression, and the whole source, these bytes included. */
async function headAndChunks(
  source: AsyncGenerator<Buffer>,
): Promise<{ head: Buffer; chunks: AsyncGenerator<Buffer> }> {
  let head = Buffer.alloc(0);
  while (head.length < magicByteCount) {
    const next = await source.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  async function* chunks(): AsyncGenerator<Buffer> {
    try {
      yield head;
      yield* source;
    } finally {
      await source.return(undefined);
    }
  }
  return { head, chunks: chunks() };
}

async function unpacked(
  compression: Compression,
  chunks: AsyncGenerator<Buffer>,
  path: string,
): Promise<AsyncIterable<Buffer>> {
  switch (compression) {
    case 'none':
      return chunks;
    case 'gzip':
      return gunzippedChunks(chunks);
    case 'xz': {
      const filter = await startedFilter('xz', ['--decompress', '--stdout']);
      return filter === null ? xzPackageChunks(chunks) : filteredChunks(filter, chunks);
    }
    case 'zstd': {
      const filter = await startedFilter('zstd', ['--decompress', '--stdout']);
      if (filter !== null) return filteredChunks(filter, chunks);
      const where = { path, offset: 0 };
      throw new ArchiveError('tool-missing', where, 'packed by zstd: install the zstd command');
    }
    default:
      return compression satisfies never;
  }
}

function gunzippedChunks(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  const gunzip = createGunzip({ chunkSize: outputChunkBytes });
  // The reader of gunzip sees every failure, also that of the source: nothing is left for the callback.
  pipeline(Readable.from(chunks), gunzip, () => undefined);
  return gunzip;
}

async function* xzPackageChunks(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const input = Readable.toWeb(Readable.from(source)) as ReadableStream<Uint8Array>;
  for await (const chunk of new xzDecompress.XzReadableStream(input)) {
    yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
}
