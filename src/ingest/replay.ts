import { setTimeout as delay } from 'node:timers/promises';
import type { ArchiveMark, ArchivePart, PartReading } from '../archive/archive-part.ts';
import type { IndexQueue } from '../queue/index-queue.ts';
import { takeCustody } from '../store/custody.ts';
import type { IncomingMessage, Receipt } from '../store/custody.ts';
import { inTransaction } from '../store/database.ts';
import type { Database } from '../store/database.ts';
import { countWaitingOfReplay, newestDeliveryId } from '../store/deliveries.ts';
import type { OutcomeCounts } from '../store/deliveries.ts';
import { loadReplayMark, saveReplayMark } from '../store/replay-marks.ts';
import type { ReplayKey } from '../store/replay-marks.ts';
import { isInWindow } from './date-window.ts';
import type { DateWindow } from './date-window.ts';
import { openOutcomeTally } from './outcome-tally.ts';
import { replayBatches } from './replay-batches.ts';
import type { ReadCounts, ReplayBatch, WholeRecord } from './replay-batches.ts';
import { jobsOf } from './sweep.ts';

/** While more messages of the archive than this wait, reading pauses: memory and queue stay small whatever its size. */
const maxWaiting = 4_000;

const pollMs = 50;

/** What is replayed, and for which list. */
export interface ReplaySelection {
  readonly requestedListId: string | null;
  readonly window: DateWindow;
}

export interface ReplayOptions extends ReplaySelection {
  readonly database: Database;
  readonly queue: Pick<IndexQueue, 'add'>;
  /** Chosen messages of the archive to account for at most, the first of it; those of earlier replays count. */
  readonly limit: number;
  /** Whether the mark of an earlier replay is left aside. */
  readonly isFromStart: boolean;
  /** Ends the reading early; what was read is indexed. */
  readonly stop: AbortSignal;
  readonly onStart: (start: ReplayStart) => void;
  readonly onProgress: (progress: ReplayProgress) => void;
  /** Told when the queue is out of reach; the sweeper adds the job later. */
  readonly onQueueError: (error: unknown) => void;
}

/** "resumed": goes on where an earlier replay came to; "changed": the archive is another than it was then. */
export interface ReplayStart {
  readonly kind: 'new' | 'resumed' | 'changed';
  /** Messages that earlier replays took. */
  readonly earlierCount: number;
}

/** Where a replay stands. */
export interface ReplayProgress extends Readonly<ReadCounts> {
  readonly earlierCount: number;
  /** Of those that are indexed already. */
  readonly outcomes: OutcomeCounts;
  /** Share of the archive that was read, 0 to 1; null where its size is unknown. */
  readonly shareRead: number | null;
}

/**
 * Takes the messages of an archive into custody, from where the last replay of the same selection came to, and waits until
 * all of them are indexed, also those that an earlier, broken replay left waiting. The mark moves in the transaction that
 * takes the messages before it. Rejects with the reader's error after what came before it is indexed too; `onProgress`
 * has then heard the last counts.
 */
export async function replay(part: ArchivePart, options: ReplayOptions): Promise<ReplayProgress> {
  const opened = await openedPart(part, options);
  const counts = { readCount: 0, readBytes: 0, oversizedCount: 0, outsideCount: 0 };
  const tally = openOutcomeTally(options.database, maxWaiting, showProgress);
  function progress(): ReplayProgress {
    const { earlierCount } = opened.start;
    const shareRead = opened.reading.shareRead();
    return { ...counts, earlierCount, outcomes: tally.counts(), shareRead };
  }
  function showProgress(): void {
    options.onProgress(progress());
  }
  options.onStart(opened.start);
  const taken = { sources: new Set<string>(), firstId: null as number | null };
  let failure: unknown = null;
  try {
    for await (const batch of chosenBatches(opened, options, counts)) {
      const deliveryIds = await takeBatch(batch, opened, counts, options);
      taken.firstId ??= deliveryIds[0] ?? null;
      for (const { origin } of batch.messages) taken.sources.add(sourceOf(origin));
      showProgress();
      await tally.add(deliveryIds);
    }
  } catch (error) {
    failure = error;
  }
  await tally.total();
  await untilIndexed(options.database, { name: sourceOf(part.name), ...taken }, showProgress);
  showProgress();
  if (failure !== null) throw failure;
  return progress();
}

/** Batches of what stands behind the mark; `counts` tells what was read. */
function chosenBatches(
  { reading, earlierCount }: OpenedPart,
  { window, limit, stop }: ReplayOptions,
  counts: ReadCounts,
): AsyncGenerator<ReplayBatch> {
  const isChosen = (raw: Buffer): boolean => isInWindow(raw, window);
  return replayBatches(reading.records, { isChosen, limit: limit - earlierCount, stop }, counts);
}

/** null where the archive cannot be gone on with. */
function replayKey(
  { identity }: ArchivePart,
  { requestedListId, window }: ReplaySelection,
): ReplayKey | null {
  if (identity === null) return null;
  const choices = [
    ['list-id', requestedListId],
    ['since', window.since],
    ['until', window.until],
  ] as const;
  const selection = choices
    .flatMap(([name, value]) => (value === null ? [] : [`${name}=${value}`]))
    .join(' ');
  return { archive: identity, selection };
}

/** An archive at the place where reading is to begin. */
interface OpenedPart {
  /** null where reading cannot go on after a stop. */
  readonly key: ReplayKey | null;
  readonly reading: PartReading;
  readonly start: ReplayStart;
  /** Messages of the selection before that place. */
  readonly earlierCount: number;
}

async function openedPart(part: ArchivePart, options: ReplayOptions): Promise<OpenedPart> {
  const key = replayKey(part, options);
  const isNew = key === null || options.isFromStart;
  const earlier = isNew ? null : await loadReplayMark<ArchiveMark>(options.database, key);
  const reading = await part.read(earlier?.mark ?? null);
  if (earlier === null || !reading.isResumed) {
    const kind = earlier === null ? 'new' : 'changed';
    return { key, reading, start: { kind, earlierCount: 0 }, earlierCount: 0 };
  }
  const earlierCount = earlier.replayedCount;
  const countedCount = Math.min(earlierCount, options.limit);
  const start = { kind: 'resumed', earlierCount: countedCount } as const;
  return { key, reading, start, earlierCount };
}

/** Takes a batch into custody, moves the mark and wakes a worker; the ids of its deliveries. */
async function takeBatch(
  { messages, mark }: ReplayBatch,
  { key, earlierCount }: OpenedPart,
  { readCount }: ReadCounts,
  { database, queue, requestedListId, onQueueError }: ReplayOptions,
): Promise<number[]> {
  const incoming = messages.map((message) => incomingMessage(message, requestedListId));
  const receipts = await inTransaction(database, async (transaction): Promise<Receipt[]> => {
    const taken = incoming.length === 0 ? [] : await takeCustody(transaction, incoming);
    const replayedCount = earlierCount + readCount;
    if (key !== null) await saveReplayMark(transaction, key, { mark, replayedCount });
    return taken;
  });
  const fresh = receipts.filter((receipt) => !receipt.isDuplicate);
  const jobs = jobsOf(fresh.map((receipt) => receipt.deliveryId));
  await queue.add(jobs.map((job) => ({ ...job, isReplayed: true }))).catch(onQueueError);
  return receipts.map((receipt) => receipt.deliveryId);
}

function incomingMessage(
  { raw, origin, position }: WholeRecord,
  requestedListId: string | null,
): IncomingMessage {
  const envelope = { envelopeFrom: null, envelopeTo: null, peer: null };
  return { raw, arrival: { source: sourceOf(origin), position, requestedListId, ...envelope } };
}

function sourceOf(origin: string): string {
  return `replay:${origin}`;
}

async function untilIndexed(
  database: Database,
  replayed: {
    readonly name: string;
    readonly sources: ReadonlySet<string>;
    readonly firstId: number | null;
  },
  onWait: () => void,
): Promise<void> {
  const lastId = await newestDeliveryId(database);
  const range = { ...replayed, sources: [...replayed.sources], lastId };
  while ((await countWaitingOfReplay(database, range)) > 0) {
    onWait();
    await delay(pollMs);
  }
}
