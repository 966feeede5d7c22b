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

/** Own and children's together. */
export function totalCpuMs(pid: number | 'self'): number {
  const { ownMs, childrenMs } = processCpu(pid);
  return ownMs + childrenMs;
}
