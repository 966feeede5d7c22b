import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { folderError } from './private-folder.ts';

const runFile = promisify(execFile);

/** A running Postgres server process, known to serve the data directory that was asked for. */
export interface Postmaster {
  readonly pid: number;
  /** As it says itself in postmaster.pid: "starting", "ready", "stopping"; "" before it says anything. */
  readonly status: string;
}

/**
 * The live postmaster of a data directory, null when there is none. The file postmaster.pid alone is no proof: it stays
 * behind after kill -9, and its number may by then belong to any other process.
 */
export async function findPostmaster(clusterFolder: string): Promise<Postmaster | null> {
  const path = join(clusterFolder, 'postmaster.pid');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw folderError(clusterFolder, error);
  });
  const postmaster = text === null ? null : parsePostmasterFile(text);
  if (postmaster === null || !(await isPostmasterOf(postmaster.pid, clusterFolder))) return null;
  return postmaster;
}

/** Reads postmaster.pid: its first line is the pid, its eighth the status. null for a file just begun. Source: PostgreSQL, miscadmin.h. */
export function parsePostmasterFile(text: string): Postmaster | null {
  const lines = text.split('\n');
  const pid = lines[0] ?? '';
  if (!/^[0-9]+$/.test(pid)) return null;
  return { pid: Number(pid), status: lines[7]?.trim() ?? '' };
}

/** Whether process `pid` is, at this moment, the postmaster of that data directory: by its command line. */
export async function isPostmasterOf(pid: number, clusterFolder: string): Promise<boolean> {
  if (process.platform === 'linux') {
    const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return isPostmasterCommand(words.split('\0'), clusterFolder);
  }
  const listed = await runFile('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch(
    () => null,
  );
  return listed?.stdout.includes(`/postgres -D ${clusterFolder} `) ?? false;
}

/**
 * ["/…/bin/postgres", "-D", "/srv/patchloom/postgres", …] -> true for that folder. Its child processes overwrite their
 * command line ("postgres: checkpointer"), and a zombie has none, so neither counts.
 */
export function isPostmasterCommand(words: readonly string[], clusterFolder: string): boolean {
  return basename(words[0] ?? '') === 'postgres' && words[1] === '-D' && words[2] === clusterFolder;
}

/** Whether there is any process with this id, of whomever. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
