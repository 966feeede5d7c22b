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
import type { ReplayKey, ReplayMark } from '../store/replay-marks.ts';
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
  const { database } = options;
  const key = replayKey(part, options);
  const { reading, start, earlierCount } = await opened(part, key, options);
  options.onStart(start);
  const counts = { readCount: 0, readBytes: 0, oversizedCount: 0, outsideCount: 0 };
  const progress = (): ReplayProgress => ({
    ...counts,
    earlierCount: start.earlierCount,
    outcomes: tally.counts(),
    shareRead: reading.shareRead(),
  });
  const showProgress = (): void => options.onProgress(progress());
  const tally = openOutcomeTally(database, maxWaiting, showProgress);
  const choice = {
    isChosen: (raw: Buffer): boolean => isInWindow(raw, options.window),
    limit: options.limit - earlierCount,
    stop: options.stop,
  };
  const sources = new Set<string>();
  let firstId: number | null = null;
  let failure: unknown = null;
  try {
    for await (const batch of replayBatches(reading.records, choice, counts)) {
      const mark = { mark: batch.mark, replayedCount: earlierCount + counts.readCount };
      const deliveryIds = await takeBatch(batch, key, mark, options);
      firstId ??= deliveryIds[0] ?? null;
      for (const { origin } of batch.messages) sources.add(sourceOf(origin));
      showProgress();
      await tally.add(deliveryIds);
    }
  } catch (error) {
    failure = error;
  }
  await tally.total();
  await untilIndexed(database, { name: sourceOf(part.name), sources, firstId }, showProgress);
  showProgress();
  if (failure !== null) throw failure;
  return progress();
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
  readonly reading: PartReading;
  readonly start: ReplayStart;
  /** Messages of the selection before that place. */
  readonly earlierCount: number;
}

async function opened(
  part: ArchivePart,
  key: ReplayKey | null,
  { database, isFromStart, limit }: ReplayOptions,
): Promise<OpenedPart> {
  const isNew = key === null || isFromStart;
  const earlier = isNew ? null : await loadReplayMark<ArchiveMark>(database, key);
  const reading = await part.read(earlier?.mark ?? null);
  if (earlier === null) {
    return { reading, start: { kind: 'new', earlierCount: 0 }, earlierCount: 0 };
  }
  if (!reading.isResumed) {
    return { reading, start: { kind: 'changed', earlierCount: 0 }, earlierCount: 0 };
  }
  const earlierCount = earlier.replayedCount;
  const start = { kind: 'resumed', earlierCount: Math.min(earlierCount, limit) } as const;
  return { reading, start, earlierCount };
}

/** Takes a batch into custody, moves the mark and wakes a worker; the ids of its deliveries. */
async function takeBatch(
  { messages }: ReplayBatch,
  key: ReplayKey | null,
  mark: ReplayMark<ArchiveMark>,
  { database, queue, requestedListId, onQueueError }: ReplayOptions,
): Promise<number[]> {
  const incoming = messages.map((message) => incomingMessage(message, requestedListId));
  const receipts = await inTransaction(database, async (transaction): Promise<Receipt[]> => {
    const taken = incoming.length === 0 ? [] : await takeCustody(transaction, incoming);
    if (key !== null) await saveReplayMark(transaction, key, mark);
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
