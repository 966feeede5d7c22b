import { brotliCompressSync, brotliDecompressSync, constants, inflateRawSync } from 'node:zlib';
import type { BrotliOptions } from 'node:zlib';

/** A message's bytes as the table raw_message holds them. */
export interface RawBody {
  readonly bytes: Buffer;
  readonly encoding: RawEncoding;
}

/** brotli: RFC 7932. deflate: RFC 1951 without a header; read, but no longer written. */
export type RawEncoding = 'identity' | 'brotli' | 'deflate';

/** Smaller messages do not pay for compression. */
const minCompressedBytes = 512;

/** log2 of octets. A window that spans most messages; larger ones cost memory for each call. */
const windowBits = 16;

/** Of a message's bytes: nearly all mail becomes smaller than this, to 0.44 on average. */
const packedShare = 0.6;

/** Packs what goes into custody. */
export function encodeBody(raw: Buffer): RawBody {
  if (raw.length < minCompressedBytes) return { bytes: raw, encoding: 'identity' };
  return { bytes: brotliCompressSync(raw, compression(raw.length)), encoding: 'brotli' };
}

/** Quality 0 costs less than half the CPU of deflate's level 1, for 6 % more bytes. */
function compression(byteCount: number): BrotliOptions {
  return {
    chunkSize: Math.ceil(byteCount * packedShare),
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 0,
      [constants.BROTLI_PARAM_LGWIN]: windowBits,
      [constants.BROTLI_PARAM_SIZE_HINT]: byteCount,
    },
  };
}

/**
 * The bytes as they were received. `byteCount`, how many they are, saves memory where it is known: zlib's results hold on
 * to whole chunks.
 */
export function decodeBody(bytes: Buffer, encoding: RawEncoding, byteCount?: number): Buffer {
  // One octet more than is needed: a chunk that is full has zlib make another.
  const options = byteCount === undefined ? {} : { chunkSize: byteCount + 1 };
  if (encoding === 'brotli') return brotliDecompressSync(bytes, options);
  return encoding === 'deflate' ? inflateRawSync(bytes, options) : bytes;
}

/** What can be had of a body that was cut off or is damaged: its beginning, perhaps nothing. */
export function decodeBeginning(bytes: Buffer, encoding: RawEncoding): Buffer {
  try {
    if (encoding === 'brotli') {
      return brotliDecompressSync(bytes, { finishFlush: constants.BROTLI_OPERATION_FLUSH });
    }
    if (encoding === 'identity') return bytes;
    return inflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return Buffer.alloc(0);
  }
}
