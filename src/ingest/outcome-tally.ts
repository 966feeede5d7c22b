import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../store/database.ts';
import { countOutcomesOf } from '../store/deliveries.ts';
import type { OutcomeCounts } from '../store/deliveries.ts';

const pollMs = 50;

/** The results of one caller's deliveries, and of nobody else's. */
export interface OutcomeTally {
  /** Adds deliveries; waits for the oldest first while more than `maxOpenCount` are without a result. */
  add(deliveryIds: readonly number[]): Promise<void>;
  /** Waits until every delivery added has a result. */
  total(): Promise<OutcomeCounts>;
  /** Results that are known already. */
  counts(): OutcomeCounts;
}

/** Opens a tally. `onWait` is called again and again while it waits. Memory: the ids of `maxOpenCount` deliveries. */
export function openOutcomeTally(
  database: Database,
  maxOpenCount: number,
  onWait: () => void,
): OutcomeTally {
  const open: (readonly number[])[] = [];
  let openCount = 0;
  let counts: OutcomeCounts = {
    stored: 0,
    duplicate: 0,
    unrouted: 0,
    dead: 0,
    dropped: 0,
    waiting: 0,
  };

  async function settleOldest(): Promise<void> {
    const ids = open.shift() ?? [];
    openCount -= ids.length;
    counts = sumOf(counts, await untilSettled(database, ids, onWait));
  }
  return {
    async add(deliveryIds) {
      open.push(deliveryIds);
      openCount += deliveryIds.length;
      while (openCount > maxOpenCount) await settleOldest();
    },
    async total() {
      while (open.length > 0) await settleOldest();
      return counts;
    },
    counts: () => counts,
  };
}

async function untilSettled(
  database: Database,
  ids: readonly number[],
  onWait: () => void,
): Promise<OutcomeCounts> {
  for (;;) {
    const counts = await countOutcomesOf(database, ids);
    if (counts.waiting === 0) return counts;
    onWait();
    await delay(pollMs);
  }
}

function sumOf(a: OutcomeCounts, b: OutcomeCounts): OutcomeCounts {
  return {
    stored: a.stored + b.stored,
    duplicate: a.duplicate + b.duplicate,
    unrouted: a.unrouted + b.unrouted,
    dead: a.dead + b.dead,
    dropped: a.dropped + b.dropped,
    waiting: a.waiting + b.waiting,
  };
}
