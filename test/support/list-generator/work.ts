import type { SeededRandom } from '../seeded-random.ts';
import { happens } from './draw.ts';
import { titleOf } from './words.ts';

/** What a series is about, whatever version of it is posted. */
export interface Work {
  readonly title: string;
  /** Of the cover letter's text. */
  readonly textSeed: number;
  readonly patches: readonly WorkPatch[];
}

/** One commit; equal seeds give equal text and equal diff. */
export interface WorkPatch {
  readonly title: string;
  readonly textSeed: number;
  readonly diffSeed: number;
}

const seedCount = 0x7fffffff;

export function someWork(random: SeededRandom, patchCount: number): Work {
  return {
    title: titleOf(random),
    textSeed: random.below(seedCount),
    patches: Array.from({ length: patchCount }, () => somePatch(random)),
  };
}

/** The same work a version later: some diffs changed, now and then a patch more or less. */
export function revised(random: SeededRandom, work: Work): Work {
  const patches = work.patches.map((patch) =>
    happens(random, 60) ? { ...patch, diffSeed: random.below(seedCount) } : patch,
  );
  const change = random.below(10);
  if (change < 2) patches.push(somePatch(random));
  if (change > 7 && patches.length > 2) patches.pop();
  return { ...work, patches };
}

function somePatch(random: SeededRandom): WorkPatch {
  return {
    title: titleOf(random),
    textSeed: random.below(seedCount),
    diffSeed: random.below(seedCount),
  };
}
