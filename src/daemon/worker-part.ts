import { startSweeper } from '../ingest/sweeper.ts';
import { seldom } from '../log-seldom.ts';
import type { Log } from '../log.ts';
import { value } from '../metrics/database-metrics.ts';
import type { Observability } from '../observability.ts';
import type { Site } from '../site.ts';
import { startWorkerProcesses } from '../worker-processes.ts';
import type { WorkerProcesses } from '../worker-processes.ts';
import type { Stops } from './stops.ts';

/** Starts the worker processes, and the sweeper that finds what the queue forgot. */
export async function startWorkers(
  site: Site,
  observed: Observability,
  log: Log,
  stops: Stops,
): Promise<WorkerProcesses> {
  await site.queue.open();
  const workers = startWorkerProcesses(site.config, site.databaseUrl, log, observed.record);
  observed.addSource(() => [
    value('worker_processes', 'Worker processes of this one that are ready.', workers.readyCount()),
    value('worker_processes_wanted', 'As many as should be.', site.config.workerCount),
  ]);
  stops.push(() => workers.stop());
  const sweeper = startSweeper(
    site.database,
    site.queue,
    seldom((error, repeatCount) => log.error({ err: error, repeatCount }, 'sweep failed')),
  );
  stops.push(() => sweeper.stop());
  return workers;
}
