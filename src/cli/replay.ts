import { stat } from 'node:fs/promises';
import { archiveFormat } from '../archive/archive-format.ts';
import { readMbox } from '../archive/read-mbox.ts';
import type { ArchiveRecord } from '../archive/mbox-splitter.ts';
import { processConfig } from '../config.ts';
import { replay as replayArchive } from '../ingest/replay.ts';
import type { ReplayResult } from '../ingest/replay.ts';
import { startSweeper } from '../ingest/sweeper.ts';
import type { Log } from '../log.ts';
import type { Site } from '../site.ts';
import { startWorkerProcesses } from '../worker-processes.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { printLine } from './output.ts';
import { startProgress } from './progress.ts';
import { withSite } from './with-site.ts';

export interface ReplayCommandOptions {
  readonly listId?: string;
  readonly limit?: number;
  readonly dryRun?: boolean;
}

/** Replays archives, one after the other, and prints the summary line when all is indexed. */
export async function replay(
  sources: readonly string[],
  options: ReplayCommandOptions,
): Promise<void> {
  for (const source of sources) await refuseUnknownFormat(source);
  if (options.dryRun === true) return countOnly(sources, options);
  const startedAt = performance.now();
  const results = await withSite(async (site, log) => {
    const workers = startWorkerProcesses(site.config, site.databaseUrl, log);
    const sweeper = startSweeper(site.database, site.queue, (error) =>
      log.error({ err: error }, 'sweep failed'),
    );
    try {
      return await replayAll(site, log, sources, options);
    } finally {
      await sweeper.stop();
      await workers.stop();
    }
  });
  await printLine(summary(results, (performance.now() - startedAt) / 1000));
}

async function refuseUnknownFormat(source: string): Promise<void> {
  if (source === '-') return;
  const format = await archiveFormat(source);
  if (format !== 'mbox') {
    throw new CommandError(
      exitCode.dataError,
      `${source} is a ${format}: only mbox can be replayed`,
    );
  }
}

async function countOnly(sources: readonly string[], options: ReplayCommandOptions): Promise<void> {
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  let count = 0;
  for (const source of sources) count += await countMessages(source, limit - count);
  await printLine(`would replay ${count}`);
}

async function countMessages(source: string, limit: number): Promise<number> {
  const reader = records(source)[Symbol.asyncIterator]();
  let count = 0;
  while (count < limit && (await reader.next()).done !== true) count += 1;
  return count;
}

function records(source: string): AsyncIterable<ArchiveRecord> {
  return readMbox(source, { maxMessageBytes: processConfig().maxMessageBytes });
}

async function replayAll(
  site: Site,
  log: Log,
  sources: readonly string[],
  options: ReplayCommandOptions,
): Promise<ReplayResult[]> {
  const results: ReplayResult[] = [];
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  for (const source of sources) {
    const progress = startProgress(source, await plainSize(source));
    const result = await replayArchive(records(source), {
      database: site.database,
      queue: site.queue,
      archive: source,
      requestedListId: options.listId ?? null,
      limit: left,
      onProgress: progress.show,
      onQueueError: (error) =>
        log.warn({ err: error }, 'queue out of reach, the sweeper will add the job'),
    }).finally(() => progress.end());
    left -= result.readCount;
    results.push(result);
  }
  return results;
}

/** Octets of an archive that is not packed, so that an end can be foretold; null where the name says it is, or unknown. */
async function plainSize(source: string): Promise<number | null> {
  if (source === '-' || /\.(gz|xz|zst|bz2)$/.test(source)) return null;
  return (await stat(source)).size;
}

/** "replayed 10000, stored 9990, duplicate 10, dead 0 in 12.3 s (813/s)" */
function summary(results: readonly ReplayResult[], seconds: number): string {
  const sum = (part: (result: ReplayResult) => number): number =>
    results.reduce((total, result) => total + part(result), 0);
  const replayed = sum((result) => result.readCount);
  const unrouted = sum((result) => result.outcomes.unrouted);
  const oversized = sum((result) => result.oversizedCount);
  return [
    `replayed ${replayed}`,
    `stored ${sum((result) => result.outcomes.stored)}`,
    `duplicate ${sum((result) => result.outcomes.duplicate)}`,
    `dead ${sum((result) => result.outcomes.dead)}`,
    ...(unrouted > 0 ? [`unrouted ${unrouted}`] : []),
    ...(oversized > 0 ? [`oversized ${oversized}`] : []),
  ]
    .join(', ')
    .concat(` in ${seconds.toFixed(1)} s (${Math.round(replayed / seconds)}/s)`);
}
