import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { generateList } from '../test/support/list-generator/generate-list.ts';
import { withBenchSite } from './bench-site.ts';
import { measureReplay } from './measure-replay.ts';
import type { ReplayPoint } from './measure-replay.ts';
import { replayFigures } from './replay.ts';
import { megabytes } from './report.ts';
import type { Figure, Report } from './report.ts';
import { sizeFigures } from './table-sizes.ts';
import { mboxEntry } from './yardsticks/python-parse.ts';

const seed = 1;
const partCount = 10;

/** `--messages N [--workers N] [--redis]`: replays a generated list of that size at one go, and compares its tenths. */
export async function reportLargeList(args: readonly string[]): Promise<Report> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      messages: { type: 'string' },
      workers: { type: 'string' },
      redis: { type: 'boolean' },
    },
  });
  const messageCount = Number(values.messages);
  const workerCount = values.workers === undefined ? null : Number(values.workers);
  const folder = mkdtempSync(join(tmpdir(), 'patchloom-bench-'));
  const archive = join(folder, 'generated.mbox');
  try {
    await pipeline(Readable.from(generatedMbox(messageCount)), createWriteStream(archive));
    return await withBenchSite({ hasRedis: values.redis === true, workerCount }, async (site) => {
      const cost = await measureReplay(site, [archive]);
      const size = megabytes(statSync(archive).size).toFixed(0);
      return {
        title: 'grow, one list in one replay',
        input: `generated list, ${size} MB; ${cost.messageCount} messages`,
        figures: [
          ...replayFigures(cost),
          ...tenthFigures(cost.points, cost.messageCount),
          ...(await sizeFigures(site.database, cost.messageCount)),
        ],
      };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Octets that are written at once. */
const chunkBytes = 1024 * 1024;

function* generatedMbox(messageCount: number): Generator<Buffer> {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  for (const { raw } of generateList({ seed, messageCount })) {
    const entry = mboxEntry(raw);
    waiting.push(entry);
    waitingBytes += entry.length;
    if (waitingBytes < chunkBytes) continue;
    yield Buffer.concat(waiting);
    [waiting, waitingBytes] = [[], 0];
  }
  yield Buffer.concat(waiting);
}

/** Rate and CPU of each tenth of the messages, and the last beside the first. */
function tenthFigures(points: readonly ReplayPoint[], messageCount: number): Figure[] {
  const size = messageCount / partCount;
  const ends = Array.from({ length: partCount + 1 }, (_, part) => pointAt(points, part * size));
  const tenths = ends.slice(1).map((end, part) => ({
    rate: size / ((end.atMs - ends[part]!.atMs) / 1000),
    cpuMs: (end.cpuMs - ends[part]!.cpuMs) / size,
  }));
  const [first, last] = [tenths[0]!, tenths.at(-1)!];
  return [
    ...tenths.flatMap(({ rate, cpuMs }, part) => [
      { name: `tenth ${part + 1}: rate`, value: rate, unit: 'messages/s' },
      { name: `tenth ${part + 1}: CPU, all processes`, value: cpuMs, unit: 'ms/message' },
    ]),
    { name: 'rate, last tenth to first', value: last.rate / first.rate, unit: 'times' },
    { name: 'CPU, last tenth to first', value: last.cpuMs / first.cpuMs, unit: 'times' },
  ];
}

/** Where a replay stood when so many messages were indexed, on the straight line between two points that are known. */
function pointAt(points: readonly ReplayPoint[], indexedCount: number): ReplayPoint {
  const place = points.findIndex((point) => point.indexedCount >= indexedCount);
  if (place <= 0) return points.at(place)!;
  const [before, after] = [points[place - 1]!, points[place]!];
  const share = (indexedCount - before.indexedCount) / (after.indexedCount - before.indexedCount);
  return {
    indexedCount,
    atMs: before.atMs + share * (after.atMs - before.atMs),
    cpuMs: before.cpuMs + share * (after.cpuMs - before.cpuMs),
  };
}
