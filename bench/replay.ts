import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { archiveArguments } from './archive-arguments.ts';
import { withBenchSite } from './bench-site.ts';
import type { BenchSite } from './bench-site.ts';
import { cpuFigures, measureReplay, memoryFigures, totalMs } from './measure-replay.ts';
import type { ReplayCost } from './measure-replay.ts';
import { megabytes } from './report.ts';
import type { Figure, Report } from './report.ts';
import { sizeFigures } from './table-sizes.ts';
import { yardsticks } from './yardsticks/yardsticks.ts';

/** `ARCHIVE [--workers N] [--limit N] [--redis] [--yardsticks] [--sizes]`: what a replay costs, what others take for the same messages, and where the room goes. */
export async function reportReplay(args: readonly string[]): Promise<Report> {
  const ownSwitches = ['yardsticks', 'sizes'];
  const { archive, limit, workerCount, hasRedis, switches } = archiveArguments(args, ownSwitches);
  return withBenchSite({ hasRedis, workerCount }, async (site) => {
    const words = limit === null ? [archive] : [archive, '--limit', String(limit)];
    const cost = await measureReplay(site, words);
    const figures = replayFigures(cost);
    if (switches.has('yardsticks')) {
      figures.push(...(await yardstickFigures(site, archive, limit, cost)));
    }
    if (switches.has('sizes'))
      figures.push(...(await sizeFigures(site.database, cost.messageCount)));
    const title = hasRedis ? 'replay, queue in Redis' : 'replay';
    return { title, input: archiveText(archive, cost.messageCount), figures };
  });
}

/** "ltp.mbox, 3000 messages, 32.6 MB" */
export function archiveText(archive: string, messageCount: number): string {
  const found = statSync(archive);
  const size = found.isFile() ? `, ${megabytes(found.size).toFixed(1)} MB` : '';
  return `${basename(archive)}${size}; ${messageCount} messages`;
}

/** Wall rate, CPU, memory and room of a replay. */
export function replayFigures(cost: ReplayCost): Figure[] {
  const { messageCount, seconds, cpu, memory, room } = cost;
  return [
    { name: 'rate', value: messageCount / seconds, unit: 'messages/s' },
    ...cpuFigures(cpu, messageCount, 'replay command'),
    ...memoryFigures(memory),
    {
      name: 'room of the database without WAL',
      value: room.databaseBytes / messageCount,
      unit: 'bytes/message',
    },
    { name: 'WAL written', value: room.walBytes / messageCount, unit: 'bytes/message' },
  ];
}

async function yardstickFigures(
  site: BenchSite,
  archive: string,
  limit: number | null,
  { cpu, messageCount }: ReplayCost,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { name, cpuMs } of await yardsticks(site.database, archive, limit)) {
    figures.push({ name: `CPU, ${name}`, value: cpuMs / messageCount, unit: 'ms/message' });
    figures.push({ name: `replay's CPU to ${name}`, value: totalMs(cpu) / cpuMs, unit: 'times' });
  }
  return figures;
}
