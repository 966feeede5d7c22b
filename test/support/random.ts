/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** A whole number from 0 to `count` - 1. */
  below(count: number): number;
  pick<T>(choices: readonly T[]): T;
  shuffled<T>(things: readonly T[]): T[];
}

/** The seed of a test that draws: SEED of the environment, else one of this moment; to be printed by the test. */
export function testSeed(): number {
  return Number(process.env['SEED'] ?? Date.now() % 1_000_000);
}

/** Source: mulberry32, which is in the public domain. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  function fraction(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
  const below = (count: number): number => Math.floor(fraction() * count);
  return {
    below,
    pick: (choices) => choices[below(choices.length)]!,
    shuffled(things) {
      const left = [...things];
      return Array.from(things, () => left.splice(below(left.length), 1)[0]!);
    },
  };
}
