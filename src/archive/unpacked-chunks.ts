import { Readable, pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import xzDecompress from 'xz-decompress';
import { ArchiveError } from './archive-error.ts';
import { filteredChunks, startedFilter } from './command-chunks.ts';
import type { Compression } from './compression.ts';

const outputChunkBytes = 1_048_576;

/** A dictionary that needs more is no honest archive's: xz -9 takes 65 MiB, zstd --ultra -22 takes 128 MiB. */
const maxDictionaryMiB = 256;

const commands = {
  bzip2: ['bzip2', '--decompress', '--stdout'],
  xz: ['xz', '--decompress', '--stdout', `--memlimit-decompress=${maxDictionaryMiB}MiB`],
  zstd: ['zstd', '--decompress', '--stdout', '--quiet', `--memory=${maxDictionaryMiB}MB`],
} as const;

/**
 * Chunks with their compression undone: gzip by zlib; bzip2, xz and zstd by the command of that name, xz where there is
 * none by a package at half the speed. Rejects with ArchiveError where a command is missing; what it yields fails with
 * any error when the data is damaged or cut short.
 */
export async function unpackedChunks(
  compression: Compression,
  chunks: AsyncGenerator<Buffer>,
  path: string,
): Promise<AsyncIterable<Buffer>> {
  if (compression === 'none') return chunks;
  if (compression === 'gzip') return gunzippedChunks(chunks);
  const [command, ...parameters] = commands[compression];
  const filter = await startedFilter(command, parameters);
  if (filter !== null) return filteredChunks(filter, chunks);
  if (compression === 'xz') return xzPackageChunks(chunks);
  const advice = `packed by ${compression}: install the ${command} command`;
  throw new ArchiveError('tool-missing', { path, offset: 0 }, advice);
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
