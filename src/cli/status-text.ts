import type { OutcomeCounts } from '../store/deliveries.ts';
import type { WebhookCounts } from '../store/status.ts';
import { tableText } from './output.ts';
import type { SiteStatus } from './status.ts';

/** An earlier look at the same database. */
export interface Former {
  readonly status: SiteStatus;
  /** On the clock of performance.now(). */
  readonly readAtMs: number;
}

/** The screen of `status`, line by line an answer; `before` adds the rate at which messages are indexed. */
export function statusText(now: SiteStatus, before: Former | null): string {
  const table = [
    ['LIST', 'MESSAGES', 'PATCHES', 'SERIES', 'COMPLETE', 'LAST DATE'],
    ...now.lists.map((list) => [
      list.listId,
      String(list.messageCount),
      String(list.patchCount),
      String(list.seriesCount),
      String(list.completeSeriesCount),
      list.lastDate ?? '',
    ]),
  ];
  const heads = [...intakeLines(now), ...indexLines(now, before), ...stuckLines(now)];
  return `${tableText([...heads, ...machineLines(now)])}\n${tableText(table)}`;
}

function intakeLines({ lastReceivedAt, recent, replays }: SiteStatus): string[][] {
  const received = recent.map(({ minutes, receivedCount }) => `${receivedCount} in ${minutes} min`);
  return [
    ['last message', lastReceivedAt ?? 'none yet'],
    ['received', received.join(', ')],
    ...replays.map(({ source, receivedInMinute, waitingCount }) => [
      'replay',
      `${printable(source.slice('replay:'.length))}: ${receivedInMinute} in 1 min, ${waitingCount} waiting`,
    ]),
  ];
}

/** A name of a file may hold anything. */
function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}

function indexLines(now: SiteStatus, before: Former | null): string[][] {
  const { deliveries, oldestWaitingSeconds, recent } = now;
  const waiting =
    oldestWaitingSeconds === null
      ? 'none'
      : `${deliveries.waiting}, the oldest for ${Math.round(oldestWaitingSeconds)} s`;
  const indexed = recent.map(
    ({ minutes, receivedCount, indexedCount }) =>
      `${indexedCount} of ${receivedCount} of ${minutes} min`,
  );
  return [
    ['waiting', waiting],
    ['indexed', indexed.join(', ')],
    ...(before === null ? [] : [['rate', rateText(now, before)]]),
    ['stored', String(deliveries.stored)],
    ['duplicate', String(deliveries.duplicate)],
  ];
}

/** "12.5 messages/s" */
function rateText({ deliveries }: SiteStatus, { status, readAtMs }: Former): string {
  const count = doneCount(deliveries) - doneCount(status.deliveries);
  return `${((count * 1000) / (performance.now() - readAtMs)).toFixed(1)} messages/s`;
}

function doneCount({ stored, duplicate, unrouted, dead }: OutcomeCounts): number {
  return stored + duplicate + unrouted + dead;
}

function stuckLines({ deliveries, webhooks, webhookLagEvents }: SiteStatus): string[][] {
  return [
    ['unrouted', todo(deliveries.unrouted, 'list unrouted, list add')],
    ['dead', todo(deliveries.dead, 'dead ls')],
    ['webhooks', webhooksText(webhooks, webhookLagEvents)],
  ];
}

function webhooksText({ alive, failing, dead }: WebhookCounts, lagEvents: number): string {
  if (alive + failing + dead === 0) return 'none';
  return `${alive} alive, ${failing} failing, ${dead} dead; the slowest ${lagEvents} events behind`;
}

/** "0", or "3 (patchloom dead ls)": what to do where there is something. */
function todo(count: number, command: string): string {
  return count === 0 ? '0' : `${count} (patchloom ${command})`;
}

function machineLines({
  queue,
  room,
  databaseBytes,
  version,
  schemaVersion,
}: SiteStatus): string[][] {
  const queueText =
    queue === null
      ? 'does not answer'
      : `${queue.waiting} jobs waiting, ${queue.replayed} of replays, ${queue.active} active, ${queue.delayed} to be tried again; ${queue.workerCount} workers`;
  return [
    ['queue', queueText],
    ['database', mebibytes(databaseBytes)],
    ...(room === null
      ? []
      : [['disk', `${mebibytes(room.freeBytes)} free, ${mebibytes(room.neededBytes)} needed`]]),
    ['version', `${version}, schema ${schemaVersion}`],
  ];
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`;
}
