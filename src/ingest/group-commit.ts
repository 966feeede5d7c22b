/** Bounds of the batches that calls are gathered in. */
export interface BatchLimits<Item> {
  readonly maxItems: number;
  /** The weights of a batch add up to this at most; an item that is heavier goes alone. */
  readonly maxWeight?: number;
  readonly weightOf?: (item: Item) => number;
  /** A call that is not done by then is rejected, and is not run if it has not begun. */
  readonly deadlineMs?: number;
  /** Whether one item may be to blame for the failure of its batch: then each is run alone. */
  readonly mayBlameOne?: (error: unknown) => boolean;
}

/** A call was not done in time; what it does may yet be done. */
export class LateError extends Error {
  override readonly name = 'LateError';
}

/**
 * Gathers calls that come while an earlier batch is under way, so that many share one batch: under load batches grow,
 * a lone call is not delayed. One batch at a time. All calls of a batch that fails get its error.
 */
export function groupCommit<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
  limits: BatchLimits<Item>,
): (item: Item) => Promise<Result> {
  const waiting: Waiting<Item, Result>[] = [];
  let isRunning = false;

  async function drain(): Promise<void> {
    isRunning = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, batchSize(waiting, limits));
      await settle(batch, run, limits.mayBlameOne ?? (() => false));
      for (const { timer } of batch) clearTimeout(timer);
    }
    isRunning = false;
  }

  return (item) =>
    new Promise<Result>((resolve, reject) => {
      const call: Waiting<Item, Result> = { item, resolve, reject, timer: undefined };
      const { deadlineMs } = limits;
      if (deadlineMs !== undefined) {
        call.timer = setTimeout(() => giveUp(waiting, call, deadlineMs), deadlineMs);
      }
      waiting.push(call);
      if (!isRunning) void drain();
    });
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
  timer: NodeJS.Timeout | undefined;
}

/** How many of those that wait go into the next batch, at least 1. */
function batchSize<Item>(
  waiting: readonly { readonly item: Item }[],
  { maxItems, maxWeight = Infinity, weightOf = () => 1 }: BatchLimits<Item>,
): number {
  let weight = 0;
  for (const [index, { item }] of waiting.entries()) {
    weight += weightOf(item);
    if (index >= maxItems || (weight > maxWeight && index > 0)) return index;
  }
  return waiting.length;
}

function giveUp<Item, Result>(
  waiting: Waiting<Item, Result>[],
  call: Waiting<Item, Result>,
  deadlineMs: number,
): void {
  const at = waiting.indexOf(call);
  if (at !== -1) waiting.splice(at, 1);
  call.reject(new LateError(`not done within ${deadlineMs} ms`));
}

async function settle<Item, Result>(
  batch: readonly Waiting<Item, Result>[],
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
  mayBlameOne: (error: unknown) => boolean,
): Promise<void> {
  try {
    const results = await run(batch.map(({ item }) => item));
    for (const [index, { resolve }] of batch.entries()) resolve(results[index]!);
  } catch (error) {
    if (batch.length > 1 && mayBlameOne(error)) {
      for (const call of batch) await settle([call], run, () => false);
    } else {
      for (const { reject } of batch) reject(error);
    }
  }
}
