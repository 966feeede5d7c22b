import { readFileSync } from 'node:fs';

/** Kernel clock ticks a second: USER_HZ, 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** CPU of a process, in milliseconds: its own, and that of all descendants that it has waited for. */
export interface ProcessCpu {
  readonly ownMs: number;
  readonly childrenMs: number;
}

/** Reads /proc/<pid>/stat: fields 14 to 17 (proc(5)). */
export function processCpu(pid: number | 'self'): ProcessCpu {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ms = (field: number): number => (Number(fields[field - 3]) * 1000) / ticksPerSecond;
  return { ownMs: ms(14) + ms(15), childrenMs: ms(16) + ms(17) };
}

/** CPU of a Postgres, in milliseconds: its first process, those that have ended, and those that run still. */
export function postgresCpuMs(postmaster: number): number {
  const { ownMs, childrenMs } = processCpu(postmaster);
  return childrenOf(postmaster).reduce((sum, pid) => sum + livingCpuMs(pid), ownMs + childrenMs);
}

/** Pids of the processes that the main thread of another has started: Node and Postgres start none from elsewhere. */
export function childrenOf(pid: number): number[] {
  const text = readIfAlive(`/proc/${pid}/task/${pid}/children`) ?? '';
  return text.split(' ').filter(Boolean).map(Number);
}

/** Own CPU of a process in milliseconds; 0 when it is gone. */
export function livingCpuMs(pid: number): number {
  try {
    return processCpu(pid).ownMs;
  } catch {
    return 0;
  }
}

/** Text of a file below /proc; null when its process has gone or hides it. */
export function readIfAlive(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
