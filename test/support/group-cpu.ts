import { readFile, readdir } from 'node:fs/promises';

/** Clock ticks a second in /proc; Linux has had 100 on every platform since 2.6. Source: proc_pid_stat(5). */
const ticksPerSecond = 100;

/** Reason to skip what needs /proc, false where it is. */
export const groupCpuSkip =
  process.platform === 'linux' ? false : 'CPU time is read from /proc, which only Linux has';

/** Milliseconds of CPU that the living processes of a process group have used. */
export async function groupCpuMs(groupId: number): Promise<number> {
  const names = await readdir('/proc');
  const pids = names.filter((name) => /^[0-9]+$/.test(name));
  const stats = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')),
  );
  const ticks = stats.map((stat) => {
    // The second field, the name in parentheses, may hold spaces: count from its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(fields[2]) === groupId ? Number(fields[11]) + Number(fields[12]) : 0;
  });
  return (ticks.reduce((sum, part) => sum + part, 0) * 1_000) / ticksPerSecond;
}
