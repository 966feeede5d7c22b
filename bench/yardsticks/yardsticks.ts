import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../src/store/database.ts';
import { archiveMessages } from '../archive-messages.ts';
import { copyRowsCpuMs } from './copy-rows.ts';
import { gitImportCpuMs } from './git-import.ts';
import { notmuchCpuMs } from './notmuch.ts';
import { pythonParseCpuMs } from './python-parse.ts';

/** What another program takes for the same messages. */
export interface Yardstick {
  readonly name: string;
  /** For all messages, in milliseconds. */
  readonly cpuMs: number;
}

/** Messages of an archive, from the first each time. */
export type ReadMessages = () => AsyncIterable<Buffer>;

/** Measured on the messages of an archive that `database` was just filled with; those whose program is not on PATH are left out. */
export async function yardsticks(
  database: Database,
  archive: string,
  limit: number | null,
): Promise<Yardstick[]> {
  const read: ReadMessages = () => archiveMessages(archive, limit);
  const measured = [
    { name: "Python's email", cpuMs: await inFolder((folder) => pythonParseCpuMs(read, folder)) },
    { name: 'COPY without indexes', cpuMs: await copyRowsCpuMs(database) },
    { name: 'notmuch new', cpuMs: await inFolder((folder) => notmuchCpuMs(read, folder)) },
    { name: 'git fast-import', cpuMs: await inFolder((folder) => gitImportCpuMs(read, folder)) },
  ];
  return measured.flatMap(({ name, cpuMs }) => (cpuMs === null ? [] : [{ name, cpuMs }]));
}

async function inFolder(work: (folder: string) => Promise<number | null>): Promise<number | null> {
  const folder = mkdtempSync(join(tmpdir(), 'patchloom-yardstick-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
