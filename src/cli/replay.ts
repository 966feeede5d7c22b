import { ArchiveError } from '../archive/archive-error.ts';
import type { ArchivePart, ReadOptions } from '../archive/archive-part.ts';
import { archiveParts } from '../archive/archive-parts.ts';
import { defaultUnpackLimits } from '../archive/decompressed-chunks.ts';
import { processConfig } from '../config.ts';
import { isInWindow } from '../ingest/date-window.ts';
import type { DateWindow } from '../ingest/date-window.ts';
import { replay as replayPart } from '../ingest/replay.ts';
import type { ReplayProgress } from '../ingest/replay.ts';
import { startSweeper } from '../ingest/sweeper.ts';
import type { Log } from '../log.ts';
import type { Site } from '../site.ts';
import { startWorkerProcesses } from '../worker-processes.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { reportOf } from './failure.ts';
import { printLine } from './output.ts';
import { openReplayReport, totalsOf } from './replay-report.ts';
import type { ReplayReport } from './replay-report.ts';
import { withSite } from './with-site.ts';

export interface ReplayCommandOptions {
  readonly listId?: string;
  readonly limit?: number;
  readonly since?: string;
  readonly until?: string;
  readonly fromStart?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly maxRatio?: number;
  readonly maxUnpackedBytes?: number;
}

/**
 * Replays archives, one after the other, and prints the summary when all is indexed. An archive that cannot be read does
 * not hold up the others; then the exit code is 65. SIGINT and SIGTERM end it between two commits, with exit code 75.
 */
export async function replay(
  sources: readonly string[],
  options: ReplayCommandOptions,
): Promise<void> {
  const report = openReplayReport(options.json === true);
  const parts = await allParts(sources, readOptions(options), report);
  if (options.dryRun === true) return countOnly(parts, options);
  const stop = stopOnSignal();
  const startedAt = performance.now();
  const { results, failure } = await withSite(async (site, log) => {
    await site.queue.open();
    const workers = startWorkerProcesses(site.config, site.databaseUrl, log);
    const sweeper = startSweeper(site.database, site.queue, (error) =>
      log.error({ err: error }, 'sweep failed'),
    );
    try {
      return await replayAll({ site, log, report, stop }, parts, options);
    } finally {
      await sweeper.stop();
      await workers.stop();
    }
  });
  await report.summary(totalsOf(results), (performance.now() - startedAt) / 1000);
  if (failure !== null) throw failure;
  if (stop.aborted) {
    throw new CommandError(
      exitCode.temporaryFailure,
      'stopped: the same command goes on from here',
    );
  }
}

function readOptions({ maxRatio, maxUnpackedBytes }: ReplayCommandOptions): ReadOptions {
  return {
    maxMessageBytes: processConfig().maxMessageBytes,
    limits: {
      maxRatio: maxRatio ?? defaultUnpackLimits.maxRatio,
      maxUnpackedBytes: maxUnpackedBytes ?? defaultUnpackLimits.maxUnpackedBytes,
    },
  };
}

async function allParts(
  sources: readonly string[],
  options: ReadOptions,
  report: ReplayReport,
): Promise<ArchivePart[]> {
  const all: ArchivePart[] = [];
  for (const source of sources) {
    const { parts, skippedPaths } = await archiveParts(source, options);
    report.skipped(skippedPaths);
    all.push(...parts);
  }
  return all;
}

/** A second signal ends the process at once. */
function stopOnSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => controller.abort());
  }
  return controller.signal;
}

function windowOf({ since, until }: ReplayCommandOptions): DateWindow {
  return { since: since ?? null, until: until ?? null };
}

async function countOnly(
  parts: readonly ArchivePart[],
  options: ReplayCommandOptions,
): Promise<void> {
  const limit = options.limit ?? Number.POSITIVE_INFINITY;
  const window = windowOf(options);
  let count = 0;
  for (const part of parts) count += await countChosen(part, window, limit - count);
  await printLine(
    options.json === true
      ? JSON.stringify({ event: 'dry-run', wouldReplay: count })
      : `would replay ${count}`,
  );
}

async function countChosen(part: ArchivePart, window: DateWindow, limit: number): Promise<number> {
  let count = 0;
  if (limit <= 0) return count;
  const { records } = await part.read(null);
  for await (const { raw } of records) {
    if (raw === null || isInWindow(raw, window)) count += 1;
    if (count === limit) break;
  }
  return count;
}

interface ReplayScene {
  readonly site: Site;
  readonly log: Log;
  readonly report: ReplayReport;
  readonly stop: AbortSignal;
}

interface ReplayResults {
  readonly results: readonly ReplayProgress[];
  /** The last archive that could not be read; the others were reported. */
  readonly failure: ArchiveError | null;
}

async function replayAll(
  scene: ReplayScene,
  parts: readonly ArchivePart[],
  options: ReplayCommandOptions,
): Promise<ReplayResults> {
  const results: ReplayProgress[] = [];
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  let failure: ArchiveError | null = null;
  for (const part of parts) {
    if (left <= 0 || scene.stop.aborted) break;
    const one = await replayOne(scene, part, left, options);
    if (failure !== null && one.failure !== null)
      scene.report.failed(failure.path, reportOf(failure));
    failure = one.failure ?? failure;
    if (one.result !== null) {
      left -= one.result.earlierCount + one.result.readCount;
      results.push(one.result);
    }
  }
  return { results, failure };
}

async function replayOne(
  { site, log, report, stop }: ReplayScene,
  part: ArchivePart,
  limit: number,
  options: ReplayCommandOptions,
): Promise<{ readonly result: ReplayProgress | null; readonly failure: ArchiveError | null }> {
  let result: ReplayProgress | null = null;
  let failure: ArchiveError | null = null;
  try {
    await replayPart(part, {
      database: site.database,
      queue: site.queue,
      requestedListId: options.listId ?? null,
      window: windowOf(options),
      limit,
      isFromStart: options.fromStart === true,
      stop,
      onStart: (start) => report.started(part.path, start),
      onProgress(progress) {
        result = progress;
        report.progress(part.path, progress);
      },
      onQueueError: (error) =>
        log.warn({ err: error }, 'queue out of reach, the sweeper will add the job'),
    });
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    failure = error;
  }
  if (result !== null) report.ended(part.path, result);
  return { result, failure };
}
