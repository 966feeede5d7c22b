import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { PatchworkSourceError } from './patchwork-error.ts';

/** A line holds a whole message in a dump, or a page of the API. */
const maxLineBytes = 268_435_456;

const lineFeed = 10;

/**
 * Lines of a file, gzipped where its name ends in .gz, each without its line feed. Only that ends a line: text has other
 * separators in it. Throws PatchworkSourceError when the file cannot be read, or a line is longer than 256 MiB.
 */
export async function* fileLines(path: string): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let byteCount = 0;
  let line = 1;
  try {
    for await (const chunk of chunksOf(path)) {
      let start = 0;
      for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
        parts.push(chunk.subarray(start, end));
        yield Buffer.concat(parts).toString('utf8');
        parts = [];
        byteCount = 0;
        start = end + 1;
        line += 1;
      }
      if (start < chunk.length) parts.push(chunk.subarray(start));
      byteCount += chunk.length - start;
      if (byteCount > maxLineBytes) throw new Error('a line of more than 256 MiB');
    }
  } catch (error) {
    throw new PatchworkSourceError(path, line, 'cannot be read', error);
  }
  if (parts.length > 0) yield Buffer.concat(parts).toString('utf8');
}

function chunksOf(path: string): AsyncIterable<Buffer> {
  const file = createReadStream(path, { highWaterMark: 1_048_576 });
  if (!path.endsWith('.gz')) return file;
  const gunzip = createGunzip();
  // The reader of gunzip sees every failure, also that of the file: nothing is left for the callback.
  pipeline(file, gunzip, () => undefined);
  return gunzip;
}
