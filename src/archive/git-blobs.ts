import { ArchiveError } from './archive-error.ts';
import { ByteWindow } from './byte-window.ts';
import { gitChunks } from './git-command.ts';

const lineFeed = 0x0a;

/**
 * Contents of blobs in the order of their names; null for one that is larger than `maxBytes`. Names are taken ahead, as
 * many as a pipe holds. Throws ArchiveError where the repository lacks one or is damaged.
 */
export async function* blobContents(
  repository: string,
  names: AsyncIterable<string>,
  maxBytes: number,
): AsyncGenerator<Buffer | null> {
  const window = new ByteWindow();
  let openSize: number | null = null;
  let skippedBytes = 0;
  for await (const chunk of gitChunks(repository, ['cat-file', '--batch'], linesOf(names))) {
    window.append(chunk);
    for (;;) {
      openSize ??= takenSize(window, repository);
      if (openSize === null) break;
      if (openSize > maxBytes) skippedBytes += skipped(window, openSize - skippedBytes);
      const restBytes = openSize - skippedBytes;
      if (window.bytes.length <= restBytes) break;
      yield openSize > maxBytes ? null : Buffer.from(window.bytes.subarray(0, restBytes));
      window.discard(restBytes + 1);
      openSize = null;
      skippedBytes = 0;
    }
  }
}

async function* linesOf(names: AsyncIterable<string>): AsyncGenerator<Buffer> {
  for await (const name of names) yield Buffer.from(`${name}\n`);
}

/** Takes "NAME blob SIZE" off the window; null when it is not whole yet. */
function takenSize(window: ByteWindow, repository: string): number | null {
  const end = window.bytes.indexOf(lineFeed);
  if (end === -1) return null;
  const line = window.bytes.toString('latin1', 0, end);
  const size = /^[0-9a-f]+ blob ([0-9]+)$/.exec(line)?.[1];
  if (size === undefined) {
    const where = { path: repository, offset: window.offset };
    throw new ArchiveError('damaged', where, `git cat-file says "${line.slice(0, 100)}"`);
  }
  window.discard(end + 1);
  return Number(size);
}

function skipped(window: ByteWindow, maxBytes: number): number {
  const byteCount = Math.min(window.bytes.length, maxBytes);
  window.discard(byteCount);
  return byteCount;
}
