import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { findPostmaster } from '../../src/store/embedded/postmaster-process.ts';
import { placeServer } from '../../src/store/embedded/server-place.ts';

/** Reason to skip a test that looks for processes; false where it can. */
export const needsProc = existsSync('/proc/self/stat')
  ? false
  : 'processes are found in /proc, which is not here';

/** Ids of the processes that a process started itself. */
export async function childrenOf(pid: number): Promise<number[]> {
  const names = (await readdir('/proc')).filter((name) => /^[0-9]+$/.test(name));
  const parents = await Promise.all(names.map(parentOf));
  return names.map(Number).filter((_, index) => parents[index] === pid);
}

/** null when the process has gone. Source: proc(5): the name, in parentheses, may hold anything. */
async function parentOf(name: string): Promise<number | null> {
  const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => null);
  if (stat === null) return null;
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/** Ids of a daemon's worker processes. */
export async function workersOf(daemonPid: number): Promise<number[]> {
  const children = await childrenOf(daemonPid);
  const commands = await Promise.all(children.map(commandOf));
  return children.filter((_, index) => commands[index]?.includes('workers/indexer.js'));
}

async function commandOf(pid: number): Promise<string> {
  return readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
}

/** Id of the embedded Postgres of a data folder, which must run. */
export async function postmasterOf(dataFolder: string): Promise<number> {
  const { clusterFolder } = await placeServer(dataFolder);
  const postmaster = await findPostmaster(clusterFolder);
  assert.ok(postmaster !== null, `a Postgres runs in ${clusterFolder}`);
  return postmaster.pid;
}

/** Ids of the embedded Postgres of a data folder and of all its children. */
export async function postgresOf(dataFolder: string): Promise<number[]> {
  const postmaster = await postmasterOf(dataFolder);
  return [postmaster, ...(await childrenOf(postmaster))];
}

/** Sends a signal to each that is still there. */
export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // gone meanwhile
    }
  }
}
