/** What a worker process does, one thing at a time: nothing else is under way when a message ends the process. */
export interface IndexingTurns {
  /** Indexes deliveries with others that wait; live mail goes before what is replayed. */
  together(deliveryIds: readonly number[], isReplayed?: boolean): Promise<void>;
  /** Indexes one delivery by itself; of those that wait, the one with the fewest failures goes first. */
  alone(deliveryId: number, failureCount: number): Promise<void>;
}

/** Turns between batches and single deliveries, so that neither holds up the other for more than one turn. */
export function indexingTurns(actions: {
  readonly indexTogether: (deliveryIds: readonly number[]) => Promise<void>;
  readonly indexAlone: (deliveryId: number) => Promise<void>;
  /** Deliveries in one batch, so that what comes next need not wait for long; a call that has more goes alone. */
  readonly maxTogether: number;
}): IndexingTurns {
  const live: Call<readonly number[]>[] = [];
  const replayed: Call<readonly number[]>[] = [];
  const singles: (Call<number> & { readonly failureCount: number })[] = [];
  let isRunning = false;

  async function run(): Promise<void> {
    if (isRunning) return;
    isRunning = true;
    while (live.length + replayed.length + singles.length > 0) {
      const calls = takeCalls(live, actions.maxTogether);
      // One goes along with live mail, so that mail without end does not stop a replay.
      calls.push(...takeCalls(replayed, calls.length > 0 ? 1 : actions.maxTogether));
      await settle(calls, async () => actions.indexTogether(calls.flatMap(({ what }) => what)));
      singles.sort((a, b) => a.failureCount - b.failureCount);
      const single = singles.shift();
      if (single !== undefined) await settle([single], async () => actions.indexAlone(single.what));
    }
    isRunning = false;
  }

  return {
    together: async (what, isReplayed = false) =>
      new Promise((resolve, reject) => {
        (isReplayed ? replayed : live).push({ what, resolve, reject });
        void run();
      }),
    alone: async (what, failureCount) =>
      new Promise((resolve, reject) => {
        singles.push({ what, failureCount, resolve, reject });
        void run();
      }),
  };
}

interface Call<What> {
  readonly what: What;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Takes the first calls that have no more than so many deliveries together; at least one call, where there is one. */
function takeCalls(
  calls: Call<readonly number[]>[],
  maxDeliveries: number,
): Call<readonly number[]>[] {
  let deliveries = 0;
  const tooFar = calls.findIndex(({ what }, place) => {
    deliveries += what.length;
    return place > 0 && deliveries > maxDeliveries;
  });
  return calls.splice(0, tooFar === -1 ? calls.length : tooFar);
}

async function settle(calls: readonly Call<unknown>[], action: () => Promise<void>): Promise<void> {
  if (calls.length === 0) return;
  try {
    await action();
    for (const { resolve } of calls) resolve();
  } catch (error) {
    for (const { reject } of calls) reject(error);
  }
}
