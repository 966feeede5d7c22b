import { ArchiveError } from './archive-error.ts';
import { compressionOf, magicByteCount, type Compression } from './compression.ts';
import { unpackedChunks } from './unpacked-chunks.ts';

/** How much an archive may grow when it is unpacked: a bomb is refused. */
export interface UnpackLimits {
  /** Unpacked bytes for each packed one; looked at once 100 MB are unpacked. */
  readonly maxRatio: number;
  /** Bytes of one packed file. */
  readonly maxUnpackedBytes: number;
}

/** Mail packs 5 to 30 times; what is meant and larger is named on the command line. */
export const defaultUnpackLimits: UnpackLimits = {
  maxRatio: 100,
  maxUnpackedBytes: 256 * 1024 ** 3,
};

/** Below this many output bytes no ratio is suspect: a short file of one repeated line packs as well as a bomb. */
const unsuspectedBytes = 100_000_000;

export interface UnpackOptions {
  readonly limits: UnpackLimits;
  /** Hears how many packed bytes were read, after each chunk. */
  readonly onPackedBytes?: (count: number) => void;
}

/**
 * Content of an archive with its compression, known by its first bytes, undone. `path` names the archive in errors.
 * Throws ArchiveError: the source cannot be read, its packed data is damaged or cut short, a tool is missing, or more
 * comes out than `limits` allow.
 */
export async function* decompressedChunks(
  source: AsyncIterable<Buffer>,
  path: string,
  { limits, onPackedBytes = () => undefined }: UnpackOptions,
): AsyncGenerator<Buffer> {
  const input = { packedBytes: 0, failure: null as unknown };
  const output = { path, offset: 0 };
  let compression: Compression = 'none';
  try {
    const { head, chunks } = await headAndChunks(watched(source, input, onPackedBytes));
    compression = compressionOf(head);
    for await (const chunk of await unpackedChunks(compression, chunks, path)) {
      output.offset += chunk.length;
      if (compression !== 'none') refuseBomb(output, input.packedBytes, limits);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof ArchiveError) throw error;
    if (input.failure !== null || compression === 'none') {
      throw new ArchiveError('unreadable', output, 'cannot be read', error);
    }
    const advice = `its ${compression} data is damaged or cut short`;
    throw new ArchiveError('damaged', output, advice, error);
  }
}

function refuseBomb(
  output: { readonly path: string; readonly offset: number },
  packedBytes: number,
  { maxRatio, maxUnpackedBytes }: UnpackLimits,
): void {
  if (output.offset > maxUnpackedBytes) {
    const advice = `more than ${maxUnpackedBytes} bytes unpacked: --max-unpacked-bytes, if that is meant`;
    throw new ArchiveError('too-compressed', output, advice);
  }
  if (output.offset > unsuspectedBytes && output.offset > packedBytes * maxRatio) {
    const advice = `more than ${maxRatio} bytes for each packed byte: --max-ratio, if that is meant`;
    throw new ArchiveError('too-compressed', output, advice);
  }
}

async function* watched(
  source: AsyncIterable<Buffer>,
  input: { packedBytes: number; failure: unknown },
  onPackedBytes: (count: number) => void,
): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of source) {
      input.packedBytes += chunk.length;
      onPackedBytes(input.packedBytes);
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
