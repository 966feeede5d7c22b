import type { QueueFigures } from '../queue/index-queue.ts';
import type { DatabaseFigures } from '../store/figures.ts';
import { gauge } from './metric.ts';
import type { Metric } from './metric.ts';

/** Gauges of the whole database; `null`: it does not answer, and nothing but that is said. */
export function databaseMetrics(figures: DatabaseFigures | null): Metric[] {
  const up = value('database_up', 'Whether the database answers.', figures === null ? 0 : 1);
  return figures === null ? [up] : [up, ...deliveryMetrics(figures), ...serverMetrics(figures)];
}

function deliveryMetrics(figures: DatabaseFigures): Metric[] {
  return [
    total('deliveries_total', 'Deliveries ever taken into custody.', figures.deliveryCount),
    value(
      'deliveries_waiting',
      'Deliveries without an outcome; at most 100000 are counted.',
      figures.waitingCount,
    ),
    value(
      'oldest_waiting_seconds',
      'Age of the oldest delivery without an outcome, 0 when none waits.',
      figures.oldestWaitingSeconds,
    ),
    value(
      'dead_letters',
      'Dead letters that no operator gave up; at most 100000 are counted.',
      figures.deadCount,
    ),
    value(
      'unrouted_deliveries',
      'Deliveries that no list takes; at most 100000 are counted.',
      figures.unroutedCount,
    ),
    total('events_total', 'Number of the last event.', figures.lastEventSeq),
    value(
      'last_event_age_seconds',
      'Since the last event was written.',
      figures.lastEventAgeSeconds,
    ),
    gauge(
      'patchloom_last_delivery_age_seconds',
      'Since the last delivery came, by whichever way.',
      figures.lastDeliveryAgeSeconds === null ? [] : [[{}, figures.lastDeliveryAgeSeconds]],
    ),
    value('dead_webhooks', 'Webhooks that were given up.', figures.deadWebhookCount),
    value(
      'webhook_lag_events',
      'Events that the slowest living webhook has still before it.',
      figures.webhookLagEvents,
    ),
  ];
}

function serverMetrics(figures: DatabaseFigures): Metric[] {
  return [
    value(
      'database_oldest_transaction_seconds',
      'Age of the oldest open transaction, prepared ones included, 0 without one.',
      figures.oldestTransactionSeconds,
    ),
    value(
      'database_oldest_snapshot_age',
      'Transactions since the oldest that a session can still see.',
      figures.oldestSnapshotAge,
    ),
    value('database_bytes', 'Size of the database on disk.', figures.databaseBytes),
  ];
}

/** Gauges of the queue; null: it does not answer. */
export function queueMetrics(figures: QueueFigures | null): Metric[] {
  const up = value('queue_up', 'Whether the queue answers.', figures === null ? 0 : 1);
  if (figures === null) return [up];
  const { workerCount, ...jobs } = figures;
  const states = Object.entries(jobs).map(([state, count]) => [{ state }, count] as const);
  return [
    up,
    gauge('patchloom_queue_jobs', 'Jobs of the queue; one may carry many deliveries.', states),
    value('queue_workers', 'Worker processes that are connected, on all hosts.', workerCount),
  ];
}

/** "database_up" -> patchloom_database_up */
export function value(name: string, help: string, number: number): Metric {
  return gauge(`patchloom_${name}`, help, [[{}, number]]);
}

function total(name: string, help: string, number: number): Metric {
  return gauge(`patchloom_${name}`, help, [[{}, number]], 'counter');
}
