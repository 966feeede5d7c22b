/** Numbers that look random and are the same for the same seed. */
export interface SeededRandom {
  /** A whole number from 0 to below `limit`. */
  readonly below: (limit: number) => number;
  readonly shuffled: <T>(items: readonly T[]) => T[];
  readonly oneOf: <T>(items: readonly T[]) => T;
}

/** Seed of this run: PATCHLOOM_SEED, else one of its own; print it where a test fails. */
export function runSeed(): number {
  const given = Number(process.env['PATCHLOOM_SEED']);
  return Number.isInteger(given) && given > 0 ? given : (Date.now() % 1_000_000_000) + 1;
}

/** Source: "mulberry32", 32 bits of state. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  const shuffled = <T>(items: readonly T[]): T[] => {
    const result = [...items];
    for (let last = result.length - 1; last > 0; last -= 1) {
      const other = below(last + 1);
      [result[last], result[other]] = [result[other]!, result[last]!];
    }
    return result;
  };
  return { below, shuffled, oneOf: (items) => items[below(items.length)]! };
}

/** All orders of up to six items, 720 of them; of more items, 500 orders that the seed chooses. */
export function ordersOf<T>(items: readonly T[], seed: number): T[][] {
  if (items.length <= 6) return permutations(items);
  const random = seededRandom(seed);
  return Array.from({ length: 500 }, () => random.shuffled(items));
}

function permutations<T>(items: readonly T[]): T[][] {
  let orders: T[][] = [[]];
  for (const item of items) {
    orders = orders.flatMap((order) =>
      Array.from({ length: order.length + 1 }, (_, at) => order.toSpliced(at, 0, item)),
    );
  }
  return orders;
}
