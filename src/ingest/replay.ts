import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ArchiveRecord } from '../archive/mbox-splitter.ts';
import type { IndexQueue } from '../queue/index-queue.ts';
import { takeCustody } from '../store/custody.ts';
import type { IncomingMessage } from '../store/custody.ts';
import type { Database } from '../store/database.ts';
import { countWaitingCopies } from '../store/deliveries.ts';
import type { OutcomeCounts } from '../store/deliveries.ts';
import { openOutcomeTally } from './outcome-tally.ts';
import { deliveriesPerJob, jobsOf } from './sweep.ts';

/** Messages of one commit; the next one is read meanwhile. */
const maxBatchBytes = 4 * 1024 * 1024;

/** While more messages of the archive than this wait, reading pauses: memory and queue stay small whatever its size. */
const maxWaiting = 4_000;

const pollMs = 50;

export interface ReplayOptions {
  readonly database: Database;
  readonly queue: IndexQueue;
  /** Name of the archive: it stands in each delivery. */
  readonly archive: string;
  readonly requestedListId: string | null;
  /** Messages to read at most. */
  readonly limit: number;
  readonly onProgress: (progress: ReplayProgress) => void;
  /** Told when the queue is out of reach; the sweeper adds the job later. */
  readonly onQueueError: (error: unknown) => void;
}

/** Where a replay stands. */
export interface ReplayProgress {
  readonly readCount: number;
  /** Octets of the unpacked archive that were read. */
  readonly readBytes: number;
  /** Messages over the size limit, which were left out. */
  readonly oversizedCount: number;
}

export interface ReplayResult extends ReplayProgress {
  readonly outcomes: OutcomeCounts;
}

/**
 * Takes the messages of an archive into custody and waits until all of them are indexed, also those that an earlier,
 * broken replay left waiting. Rejects with the reader's error after what came before it is indexed too.
 */
export async function replay(
  records: AsyncIterable<ArchiveRecord>,
  options: ReplayOptions,
): Promise<ReplayResult> {
  const source = `replay:${basename(options.archive)}`;
  const progress = { readCount: 0, readBytes: 0, oversizedCount: 0 };
  const showProgress = (): void => options.onProgress(progress);
  const tally = openOutcomeTally(options.database, maxWaiting, showProgress);
  let firstId: number | null = null;
  let failure: unknown = null;
  try {
    for await (const batch of batches(limited(records, options.limit), progress)) {
      const deliveryIds = await takeBatch(batch, source, options);
      firstId ??= deliveryIds[0] ?? null;
      showProgress();
      await tally.add(deliveryIds);
    }
  } catch (error) {
    failure = error;
  }
  const outcomes = await tally.total();
  if (firstId !== null) await untilCopiesIndexed(options.database, source, firstId, showProgress);
  if (failure !== null) throw failure;
  return { ...progress, outcomes };
}

type WholeRecord = Extract<ArchiveRecord, { raw: Buffer }>;

async function* limited(
  records: AsyncIterable<ArchiveRecord>,
  limit: number,
): AsyncGenerator<ArchiveRecord> {
  let count = 0;
  if (limit === 0) return;
  for await (const record of records) {
    yield record;
    count += 1;
    if (count === limit) return;
  }
}

async function* batches(
  records: AsyncIterable<ArchiveRecord>,
  progress: { readCount: number; readBytes: number; oversizedCount: number },
): AsyncGenerator<WholeRecord[]> {
  let batch: WholeRecord[] = [];
  let batchBytes = 0;
  let failure: unknown = null;
  try {
    for await (const record of records) {
      progress.readCount += 1;
      if (record.raw === null) {
        progress.oversizedCount += 1;
        continue;
      }
      batch.push(record);
      batchBytes += record.raw.length;
      if (batch.length < deliveriesPerJob && batchBytes < maxBatchBytes) continue;
      progress.readBytes = record.offset + record.raw.length;
      yield batch;
      batch = [];
      batchBytes = 0;
    }
  } catch (error) {
    // The archive is damaged: what came before is as good as any.
    failure = error;
  }
  if (batch.length > 0) yield batch;
  if (failure !== null) throw failure;
}

/** Takes a batch into custody and wakes a worker; the ids of its deliveries. */
async function takeBatch(
  batch: readonly WholeRecord[],
  source: string,
  { database, queue, requestedListId, onQueueError }: ReplayOptions,
): Promise<number[]> {
  const messages = batch.map((record) => incoming(record, source, requestedListId));
  const receipts = await takeCustody(database, messages);
  const fresh = receipts.filter((receipt) => !receipt.isDuplicate);
  await queue.add(jobsOf(fresh.map((receipt) => receipt.deliveryId))).catch(onQueueError);
  return receipts.map((receipt) => receipt.deliveryId);
}

function incoming(
  record: WholeRecord,
  source: string,
  requestedListId: string | null,
): IncomingMessage {
  const envelope = { envelopeFrom: null, envelopeTo: null, peer: null };
  return {
    raw: record.raw,
    arrival: { source, position: record.offset, requestedListId, ...envelope },
  };
}

async function untilCopiesIndexed(
  database: Database,
  source: string,
  firstId: number,
  onWait: () => void,
): Promise<void> {
  while ((await countWaitingCopies(database, source, firstId)) > 0) {
    onWait();
    await delay(pollMs);
  }
}
