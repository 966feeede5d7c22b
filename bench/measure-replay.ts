import type { BenchSite, DatabaseRoom, ServerCpu } from './bench-site.ts';
import { outputEnded, startPatchloom } from './patchloom-command.ts';
import { processCpu } from './process-cpu.ts';
import { watchProcesses } from './process-watch.ts';
import type { CommandCpu, PeakMemory } from './process-watch.ts';
import { megabytes } from './report.ts';
import type { Figure } from './report.ts';

/** CPU milliseconds by kind of process. */
export type SiteCpu = CommandCpu & ServerCpu;

/** What one replay cost. */
export interface ReplayCost {
  readonly messageCount: number;
  /** From its first to its last line, as the command itself says. */
  readonly seconds: number;
  readonly cpu: SiteCpu;
  readonly memory: PeakMemory;
  /** What it added. */
  readonly room: DatabaseRoom;
  readonly points: readonly ReplayPoint[];
}

/** How far a replay had come at a moment. */
export interface ReplayPoint {
  readonly indexedCount: number;
  readonly atMs: number;
  /** Of all processes since it began. */
  readonly cpuMs: number;
}

/** Runs `patchloom replay WORDS` on a site. */
export async function measureReplay(
  site: BenchSite,
  words: readonly string[],
): Promise<ReplayCost> {
  const roomBefore = await site.room();
  const serversBefore = site.serverCpu();
  const reapedBefore = processCpu('self').childrenMs;
  const child = startPatchloom(['replay', '--json', ...words], site.environment);
  const watch = watchProcesses(child.pid!);
  const points: ReplayPoint[] = [{ indexedCount: 0, atMs: performance.now(), cpuMs: 0 }];
  let summary: ReplayCounts | null = null;
  try {
    await outputEnded(child, (line) => {
      const counts = JSON.parse(line) as ReplayCounts;
      if (counts.event === 'summary') summary = counts;
      if (counts.event !== 'progress' && counts.event !== 'end') return;
      const cpuMs = totalMs(watch.cpu()) + totalMs(addedCpu(serversBefore, site.serverCpu()));
      points.push({ indexedCount: indexedCount(counts), atMs: performance.now(), cpuMs });
    });
  } finally {
    watch.stop();
  }
  const { replayed = 0, seconds = 0 } = summary ?? ({} as Partial<ReplayCounts>);
  const reapedMs = processCpu('self').childrenMs - reapedBefore;
  return {
    messageCount: replayed,
    seconds,
    cpu: { ...corrected(watch.cpu(), reapedMs), ...addedCpu(serversBefore, site.serverCpu()) },
    memory: watch.peakMemory(),
    room: addedRoom(roomBefore, await site.room()),
    points,
  };
}

/** A line of `replay --json`. */
interface ReplayCounts {
  readonly event: string;
  readonly replayed: number;
  readonly stored: number;
  readonly duplicate: number;
  readonly dead: number;
  readonly unrouted: number;
  readonly seconds: number;
}

function indexedCount({ stored, duplicate, dead, unrouted }: ReplayCounts): number {
  return stored + duplicate + dead + unrouted;
}

/** What was used after the last look is known for all processes together only; each has its part in it. */
function corrected({ clientMs, workerMs }: CommandCpu, reapedMs: number): CommandCpu {
  const factor = reapedMs / (clientMs + workerMs);
  return { clientMs: clientMs * factor, workerMs: workerMs * factor };
}

export function addedCpu(before: ServerCpu, after: ServerCpu): ServerCpu {
  const redisMs = after.redisMs === null ? null : after.redisMs - (before.redisMs ?? 0);
  return { postgresMs: after.postgresMs - before.postgresMs, redisMs };
}

function addedRoom(before: DatabaseRoom, after: DatabaseRoom): DatabaseRoom {
  return {
    databaseBytes: after.databaseBytes - before.databaseBytes,
    walBytes: after.walBytes - before.walBytes,
  };
}

/** Of all kinds together. */
export function totalMs(cpu: CommandCpu | ServerCpu): number {
  return Object.values(cpu).reduce<number>((sum, ms: number | null) => sum + (ms ?? 0), 0);
}

/** CPU of each kind of process for one message; `client` is what the command's own process is called. */
export function cpuFigures(cpu: SiteCpu, messageCount: number, client: string): Figure[] {
  const figure = (name: string, ms: number): Figure => ({
    name: `CPU, ${name}`,
    value: ms / messageCount,
    unit: 'ms/message',
  });
  return [
    figure('all processes', totalMs(cpu)),
    figure(client, cpu.clientMs),
    figure('worker processes', cpu.workerMs),
    figure('Postgres', cpu.postgresMs),
    ...(cpu.redisMs === null ? [] : [figure('Redis', cpu.redisMs)]),
  ];
}

export function memoryFigures({ pssBytes, rssBytes }: PeakMemory): Figure[] {
  const figure = (name: string, bytes: number): Figure => ({
    name: `peak memory of all Node processes, ${name}`,
    value: megabytes(bytes),
    unit: 'MB',
  });
  const rss = figure('sum of RSS', rssBytes);
  return pssBytes === null ? [rss] : [figure('sum of PSS', pssBytes), rss];
}
