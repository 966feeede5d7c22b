import type { ArchiveMark, PartRecord } from '../archive/archive-part.ts';

/** Messages of one commit, and of one call to the queue, which costs more than the jobs that it adds. */
const maxBatchCount = 500;

/** Octets of one commit. */
const maxBatchBytes = 4 * 1024 * 1024;

/** A message that has its bytes. */
export interface WholeRecord extends PartRecord {
  readonly raw: Buffer;
}

/** Messages that share a commit, perhaps none, and the mark after all that was read for it. */
export interface ReplayBatch {
  readonly messages: readonly WholeRecord[];
  readonly mark: ArchiveMark;
}

/** What was read so far. */
export interface ReadCounts {
  /** Messages that were chosen, those over the size limit included. */
  readCount: number;
  /** Octets of their bytes. */
  readBytes: number;
  /** Messages over the size limit, which are left out. */
  oversizedCount: number;
  /** Messages that were not chosen. */
  outsideCount: number;
}

export interface BatchChoice {
  readonly isChosen: (raw: Buffer) => boolean;
  /** Messages to choose at most. */
  readonly limit: number;
  /** Ends the reading after the batch that is being filled. */
  readonly stop: AbortSignal;
}

/**
 * Batches of an archive's messages. `counts` tells, when a batch comes, what was read up to its mark. Where the archive
 * cannot be read further, what came before comes first and then the reader's error.
 */
export async function* replayBatches(
  records: AsyncIterable<PartRecord>,
  { isChosen, limit, stop }: BatchChoice,
  counts: ReadCounts,
): AsyncGenerator<ReplayBatch> {
  let messages: WholeRecord[] = [];
  let batchBytes = 0;
  let last: PartRecord | null = null;
  let failure: unknown = null;
  try {
    for await (const record of records) {
      if (limit <= 0) return;
      last = record;
      const message = chosen(record, isChosen, counts);
      if (message !== null) {
        messages.push(message);
        batchBytes += message.raw.length;
      }
      const isFull = messages.length === maxBatchCount || batchBytes >= maxBatchBytes;
      const isEnd = counts.readCount >= limit || stop.aborted;
      if (!isFull && !isEnd) continue;
      yield { messages, mark: record.mark() };
      if (isEnd) return;
      [messages, batchBytes, last] = [[], 0, null];
    }
  } catch (error) {
    // The archive is damaged: what came before is as good as any.
    failure = error;
  }
  if (last !== null) yield { messages, mark: last.mark() };
  if (failure !== null) throw failure;
}

function chosen(
  record: PartRecord,
  isChosen: (raw: Buffer) => boolean,
  counts: ReadCounts,
): WholeRecord | null {
  const { raw } = record;
  if (raw !== null && !isChosen(raw)) {
    counts.outsideCount += 1;
    return null;
  }
  counts.readCount += 1;
  if (raw === null) {
    counts.oversizedCount += 1;
    return null;
  }
  counts.readBytes += raw.length;
  return { ...record, raw };
}
