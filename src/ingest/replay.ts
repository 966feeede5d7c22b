import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ArchiveRecord } from '../archive/mbox-splitter.ts';
import type { IndexQueue } from '../queue/index-queue.ts';
import { takeCustody } from '../store/custody.ts';
import type { IncomingMessage } from '../store/custody.ts';
import type { Database } from '../store/database.ts';
import { countOutcomes, countWaiting } from '../store/deliveries.ts';
import type { OutcomeCounts } from '../store/deliveries.ts';
import { deliveriesPerJob, jobsOf } from './sweep.ts';

/** Messages of one commit; the next one is read meanwhile. */
const maxBatchBytes = 4 * 1024 * 1024;

/** While more deliveries than this wait, reading pauses: memory, queue and database stay small whatever the archive's size. */
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
 * Takes the messages of an archive into custody and waits until all of them are indexed.
 * Rejects with the reader's error after what came before it is indexed too.
 */
export async function replay(
  records: AsyncIterable<ArchiveRecord>,
  options: ReplayOptions,
): Promise<ReplayResult> {
  const source = `replay:${basename(options.archive)}`;
  const progress = { readCount: 0, readBytes: 0, oversizedCount: 0 };
  let firstId: number | null = null;
  let failure: unknown = null;
  try {
    for await (const batch of batches(limited(records, options.limit), progress)) {
      const receipts = await takeCustody(
        options.database,
        batch.map((record) => incoming(record, source, options.requestedListId)),
      );
      firstId ??= receipts[0]?.deliveryId ?? null;
      const waiting = receipts.filter((receipt) => !receipt.isDuplicate);
      await options.queue.add(jobsOf(waiting.map((receipt) => receipt.deliveryId)));
      options.onProgress(progress);
      await untilFewWait(options.database, maxWaiting);
    }
  } catch (error) {
    failure = error;
  }
  const outcomes = await untilIndexed(options, source, firstId, progress);
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
  if (batch.length > 0) yield batch;
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

async function untilFewWait(database: Database, atMost: number): Promise<void> {
  while ((await countWaiting(database)) > atMost) await delay(pollMs);
}

async function untilIndexed(
  { database, onProgress }: ReplayOptions,
  source: string,
  firstId: number | null,
  progress: ReplayProgress,
): Promise<OutcomeCounts> {
  for (;;) {
    const outcomes = await countOutcomes(database, source, firstId ?? Number.MAX_SAFE_INTEGER);
    if (outcomes.waiting === 0) return outcomes;
    onProgress(progress);
    await delay(pollMs);
  }
}
