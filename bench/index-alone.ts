import { setTimeout as delay } from 'node:timers/promises';
import { replayBatches } from '../src/ingest/replay-batches.ts';
import { jobsOf } from '../src/ingest/sweep.ts';
import { openIndexQueue } from '../src/queue/index-queue.ts';
import type { IndexQueue } from '../src/queue/index-queue.ts';
import { takeCustody } from '../src/store/custody.ts';
import type { Database } from '../src/store/database.ts';
import { archiveArguments } from './archive-arguments.ts';
import { archiveRecords } from './archive-messages.ts';
import { withBenchSite } from './bench-site.ts';
import type { BenchSite } from './bench-site.ts';
import { addedCpu, cpuFigures, memoryFigures, totalMs } from './measure-replay.ts';
import { startDaemonCommand } from './patchloom-command.ts';
import { processCpu } from './process-cpu.ts';
import { watchProcesses } from './process-watch.ts';
import { archiveText } from './replay.ts';
import type { Figure, Report } from './report.ts';

const pollMs = 50;

/** `ARCHIVE [--workers N] [--limit N] [--redis]`: takes all into custody while nobody indexes, then starts the workers. */
export async function reportIndexing(args: readonly string[]): Promise<Report> {
  const { archive, limit, workerCount, hasRedis } = archiveArguments(args);
  return withBenchSite({ hasRedis, workerCount }, async (site) => {
    const custody = await custodyFigures(site, archive, limit);
    const indexing = await indexingFigures(site);
    const { rows } = await site.database.query<{ count: number }>(
      'SELECT count(*) FROM patchloom.delivery',
    );
    const input = archiveText(archive, rows[0]!.count);
    return { title: 'index', input, figures: [...custody, ...indexing] };
  });
}

/** Reads, stores and queues in this process. */
async function custodyFigures(
  site: BenchSite,
  archive: string,
  limit: number | null,
): Promise<Figure[]> {
  const queue = openIndexQueue(site.queueLocation, (error) => console.error(error));
  const startedAt = performance.now();
  const before = { ownMs: processCpu('self').ownMs, servers: site.serverCpu() };
  const takenCount = await takeAll(site.database, queue, archive, limit);
  const seconds = (performance.now() - startedAt) / 1000;
  const ownMs = processCpu('self').ownMs - before.ownMs;
  const serverMs = totalMs(addedCpu(before.servers, site.serverCpu()));
  await queue.close();
  return [
    { name: 'custody: rate', value: takenCount / seconds, unit: 'messages/s' },
    { name: 'custody: CPU, Node', value: ownMs / takenCount, unit: 'ms/message' },
    { name: 'custody: CPU, servers', value: serverMs / takenCount, unit: 'ms/message' },
  ];
}

async function takeAll(
  database: Database,
  queue: IndexQueue,
  archive: string,
  limit: number | null,
): Promise<number> {
  const counts = { readCount: 0, readBytes: 0, oversizedCount: 0, outsideCount: 0 };
  const choice = {
    isChosen: () => true,
    limit: limit ?? Number.POSITIVE_INFINITY,
    stop: new AbortController().signal,
  };
  for await (const { messages } of replayBatches(archiveRecords(archive), choice, counts)) {
    const receipts = await takeCustody(
      database,
      messages.map(({ raw, position }) => ({ raw, arrival: { ...arrival, position } })),
    );
    const fresh = receipts.filter(({ isDuplicate }) => !isDuplicate);
    const jobs = jobsOf(fresh.map(({ deliveryId }) => deliveryId));
    await queue.add(jobs.map((job) => ({ ...job, isReplayed: true })));
  }
  return counts.readCount;
}

const arrival = {
  source: 'bench',
  requestedListId: null,
  envelopeFrom: null,
  envelopeTo: null,
  peer: null,
};

/** From the ready line of the workers on; they may take a moment more to connect. */
async function indexingFigures(site: BenchSite): Promise<Figure[]> {
  const serversBefore = site.serverCpu();
  const workers = await startDaemonCommand('worker', site.environment);
  const watch = watchProcesses(workers.pid);
  const startedAt = performance.now();
  const waitingBefore = await waitingCount(site.database);
  while ((await waitingCount(site.database)) > 0) await delay(pollMs);
  const seconds = (performance.now() - startedAt) / 1000;
  const cpu = { ...watch.cpu(), ...addedCpu(serversBefore, site.serverCpu()) };
  watch.stop();
  await workers.stop();
  return [
    { name: 'indexing: rate', value: waitingBefore / seconds, unit: 'messages/s' },
    ...[...cpuFigures(cpu, waitingBefore, 'daemon'), ...memoryFigures(watch.peakMemory())].map(
      (figure) => ({ ...figure, name: `indexing: ${figure.name}` }),
    ),
  ];
}

/** Deliveries without an outcome. */
export async function waitingCount(database: Database): Promise<number> {
  const { rows } = await database.query<{ count: number }>(
    'SELECT count(*) FROM patchloom.delivery WHERE outcome IS NULL',
  );
  return rows[0]!.count;
}
