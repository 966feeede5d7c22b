import { onObservation } from './ingest/observations.ts';
import { logObservations } from './log-observations.ts';
import type { Log } from './log.ts';
import { cached } from './metrics/cached.ts';
import { databaseMetrics, queueMetrics, value } from './metrics/database-metrics.ts';
import { measuresOf } from './metrics/measures.ts';
import type { Measure } from './metrics/measures.ts';
import { expositionOf, gauge } from './metrics/metric.ts';
import type { Metric } from './metrics/metric.ts';
import { newProcessMetrics } from './metrics/process-metrics.ts';
import { openRuntimeMetrics } from './metrics/runtime-metrics.ts';
import { packageVersion } from './package-version.ts';
import { watchReadiness } from './readiness.ts';
import type { Duties, Obstacles } from './readiness.ts';
import type { Site } from './site.ts';
import { readFigures } from './store/figures.ts';
import type { DatabaseFigures } from './store/figures.ts';
import { withinDeadline } from './store/within-deadline.ts';

/** What a process tells of itself. */
export interface Observability {
  readonly record: (measure: Measure) => void;
  /** Metrics that others in this process keep, read at each scrape. */
  readonly addSource: (metrics: () => readonly Metric[]) => void;
  /** The answer to GET /metrics. */
  readonly metricsText: () => Promise<string>;
  readonly obstacles: Obstacles;
  close(): void;
}

/** However many scrape, the database and the queue are asked this often. */
const maxFiguresAgeMs = 5_000;

/** And the text is put together this often. */
const maxTextAgeMs = 1_000;

/** A scrape waits no longer for a database that is frozen. */
const figuresDeadlineMs = 3_000;

/** Begins to count and to log what happens in this process. */
export function openObservability(site: Site, duties: Duties, log: Log): Observability {
  const counted = newProcessMetrics();
  const runtime = openRuntimeMetrics();
  const sources: (() => readonly Metric[])[] = [];
  const databaseFigures = cached(
    async () => withinDeadline(site.database, figuresDeadlineMs, readFigures),
    maxFiguresAgeMs,
  );
  const queueFigures = cached(async () => site.queue.figures(), maxFiguresAgeMs);
  const readiness = watchReadiness(site, duties, databaseFigures);
  const stops = [
    onObservation((observation) => {
      for (const measure of measuresOf(observation, Date.now())) counted.record(measure);
    }),
    logObservations(log),
    () => readiness.stop(),
    () => runtime.close(),
  ];
  return {
    record: (measure) => counted.record(measure),
    addSource: (metrics) => void sources.push(metrics),
    obstacles: readiness.obstacles,
    metricsText: cached(async () => {
      const [database, queue, room, obstacles] = await Promise.all([
        databaseFigures().catch(() => null),
        queueFigures().catch(() => null),
        site.readRoom().catch(() => null),
        readiness.obstacles(),
      ]);
      return expositionOf([
        buildMetric(database),
        value('ready', 'Whether /readyz says so.', obstacles.length === 0 ? 1 : 0),
        ...counted.metrics,
        ...sources.flatMap((metrics) => metrics()),
        ...databaseMetrics(database),
        ...queueMetrics(queue),
        ...roomMetrics(room),
        ...runtime.metrics(),
      ]);
    }, maxTextAgeMs),
    close() {
      for (const stop of stops) stop();
    },
  };
}

function buildMetric(figures: DatabaseFigures | null): Metric {
  const labels = {
    version: packageVersion,
    node: process.versions.node,
    schema: figures === null ? '' : String(figures.schemaVersion),
  };
  return gauge('patchloom_build_info', 'Versions, as labels; always 1.', [[labels, 1]]);
}

/** null: the database is elsewhere, and its disk is not seen from here. */
function roomMetrics(room: Awaited<ReturnType<Site['readRoom']>>): Metric[] {
  if (room === null) return [];
  return [
    value('storage_free_bytes', 'Free on the disk of the embedded database.', room.freeBytes),
    value('storage_needed_bytes', 'With less free, mail is refused by 452.', room.neededBytes),
  ];
}
