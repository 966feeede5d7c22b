import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../src/package-root.ts';
import { loadPaths } from './keep-alive-load.ts';
import { processCpu } from './process-cpu.ts';
import { postmasterPid } from './replay.ts';

/** A running `patchloom api`, to be asked. */
export interface ApiProcess {
  /** Asks for the paths in turn as often as it can for a while. */
  measure(paths: readonly string[]): Promise<ApiRate>;
}

/** How fast something is answered, and the CPU milliseconds that one answer costs each process. */
export interface ApiRate {
  readonly perSecond: number;
  readonly failureCount: number;
  readonly apiMs: number;
  readonly postgresMs: number;
  readonly loadMs: number;
}

/** How hard and how long it is asked. */
export interface Asking {
  readonly connectionCount: number;
  readonly warmUpSeconds: number;
  readonly measuredSeconds: number;
}

/** Runs the API on the embedded database of a data folder for as long as `work` takes. */
export async function withApi(
  dataFolder: string,
  asking: Asking,
  work: (api: ApiProcess) => Promise<void>,
): Promise<void> {
  const command = join(packageRoot, 'dist', 'src', 'cli', 'patchloom.js');
  const child = spawn(process.execPath, [command, 'api'], {
    env: { ...process.env, PATCHLOOM_DATA: dataFolder, HTTP_ADDRESS: '127.0.0.1:0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  const address = /http=(\S+)/.exec(String(line))?.[1];
  try {
    if (address === undefined) throw new Error(`the API said: ${String(line)}`);
    const cpu = (): Cpu => ({
      apiMs: processCpu(child.pid!).ownMs,
      postgres: serverCpuMs(postmasterPid(dataFolder)),
      loadMs: processCpu('self').ownMs,
    });
    await work({ measure: async (paths) => measuredRate(address, paths, asking, cpu) });
  } finally {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}

interface Cpu {
  readonly apiMs: number;
  /** By process. */
  readonly postgres: ReadonlyMap<number, number>;
  readonly loadMs: number;
}

async function measuredRate(
  address: string,
  paths: readonly string[],
  { connectionCount, warmUpSeconds, measuredSeconds }: Asking,
  cpu: () => Cpu,
): Promise<ApiRate> {
  await loadPaths(address, paths, connectionCount, warmUpSeconds);
  const before = cpu();
  const load = await loadPaths(address, paths, connectionCount, measuredSeconds);
  const after = cpu();
  const each = (ms: number): number => ms / load.requestCount;
  return {
    perSecond: load.requestCount / load.seconds,
    failureCount: load.failureCount,
    apiMs: each(after.apiMs - before.apiMs),
    postgresMs: each(addedMs(before.postgres, after.postgres)),
    loadMs: each(after.loadMs - before.loadMs),
  };
}

/** Of the processes that run still. */
function addedMs(before: Cpu['postgres'], after: Cpu['postgres']): number {
  return [...after].reduce((sum, [pid, ms]) => sum + ms - (before.get(pid) ?? 0), 0);
}

/** CPU of a Postgres: of its first process and of those that it has made and that still run. */
function serverCpuMs(postmaster: number): Map<number, number> {
  const pids = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
  return new Map(
    pids
      .map(Number)
      .filter((pid) => pid === postmaster || parentOf(pid) === postmaster)
      .map((pid) => [pid, processCpu(pid).ownMs]),
  );
}

/** Field 4 of /proc/<pid>/stat (proc(5)); null when the process is gone. */
function parentOf(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}
