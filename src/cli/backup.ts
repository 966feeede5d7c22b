import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { Database } from '../store/database.ts';
import { BackupError } from '../store/backup/backup-error.ts';
import { restoreBackup } from '../store/backup/restore-backup.ts';
import { writeBackup } from '../store/backup/write-backup.ts';
import { requireDurability } from '../store/durability.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { printBytes } from './output.ts';
import { withDatabase } from './with-database.ts';

/** What stands for standard output and input. */
const standard = '-';

/** Bytes are half as many as Postgres's own text of them; more effort gains little. */
const gzipLevel = 1;

/** Writes all that the database holds into a file, which is there whole or not at all. */
export async function backUp(file: string): Promise<void> {
  const rowCount = await withDatabase((database) =>
    file === standard ? compressTo(database, printBytes) : backUpTo(database, file),
  );
  process.stderr.write(`backed up ${rowCount} rows\n`);
}

async function backUpTo(database: Database, file: string): Promise<number> {
  const partial = `${file}.partial-${process.pid}`;
  // Addresses and hashes of tokens are in it.
  const handle = await open(partial, 'wx', 0o600).catch((cause: unknown) => {
    throw new CommandError(exitCode.ioError, `${file} cannot be written`, cause);
  });
  try {
    const rowCount = await compressTo(database, (bytes) => handle.writeFile(bytes));
    await handle.sync();
    await handle.close();
    await rename(partial, file);
    await syncFolder(dirname(file));
    return rowCount;
  } catch (error) {
    await discard(handle, partial);
    throw error;
  }
}

async function discard(handle: FileHandle, path: string): Promise<void> {
  await handle.close().catch(() => undefined);
  await rm(path, { force: true });
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
}

type WriteBytes = (bytes: Buffer) => Promise<void>;

async function compressTo(database: Database, writeBytes: WriteBytes): Promise<number> {
  const gzip = createGzip({ level: gzipLevel });
  const written = pipeline(gzip, async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) await writeBytes(chunk);
  });
  // A destination that fails also makes the next write fail, which is what the operator is told.
  written.catch(() => undefined);
  const rowCount = await writeBackup(database, async (text) => {
    if (!gzip.write(text)) await Promise.race([once(gzip, 'drain'), written]);
  });
  gzip.end();
  await written;
  return rowCount;
}

/** Fills an empty database from a backup. */
export async function restore(file: string): Promise<void> {
  const { rowCount, takenAt } = await withDatabase(async (database) => {
    await requireDurability(database);
    return restoreBackup(database, linesOf(file));
  });
  process.stderr.write(`restored ${rowCount} rows, as of ${takenAt}\n`);
}

/** Lines of a compressed file, of any length. Throws BackupError where it cannot be read. */
async function* linesOf(file: string): AsyncGenerator<string> {
  const gunzip = createGunzip();
  const source = file === standard ? process.stdin : createReadStream(file);
  pipeline(source, gunzip).catch((error: Error) => gunzip.destroy(error));
  const parts: Buffer[] = [];
  try {
    for await (const chunk of gunzip) yield* linesEndingIn(chunk, parts);
  } catch (cause) {
    throw new BackupError(`${file} cannot be read`, { isFileBad: true, cause });
  }
  if (parts.length > 0) throw new BackupError('the backup is cut off', { isFileBad: true });
}

/** Lines that end in `chunk`; `parts` is what came of a line before it, and what is left after it. */
function* linesEndingIn(chunk: Buffer, parts: Buffer[]): Generator<string> {
  let start = 0;
  for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
    yield Buffer.concat([...parts.splice(0), chunk.subarray(start, end)]).toString();
    start = end + 1;
  }
  if (start < chunk.length) parts.push(chunk.subarray(start));
}
