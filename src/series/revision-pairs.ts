import type { TitledPatch } from './revision-series.ts';

/** A patch and the one that it is a new revision of, with what they have in common. */
export interface PatchPair<P extends TitledPatch = TitledPatch> {
  readonly newer: P;
  readonly older: P;
  readonly by: 'patch-id' | 'title' | 'number';
}

/**
 * Pairs patches of two postings, each at most once: those with equal patch-ids, of the rest those with equal titles,
 * of the rest those with the same number whose files are similar. Patches of equal rank pair in order of number.
 */
export function pairPatches<P extends TitledPatch>(
  newer: readonly P[],
  older: readonly P[],
): PatchPair<P>[] {
  const alike = pairAlikePatches(newer, older);
  const taken = new Set(alike.flatMap((pair) => [pair.newer, pair.older]));
  const free = older.filter((patch) => !taken.has(patch));
  const byNumber = new Map(free.map((patch) => [patch.number, patch]));
  const rest = newer.flatMap((patch): PatchPair<P>[] => {
    const other = byNumber.get(patch.number);
    if (taken.has(patch) || other === undefined || !haveSimilarPaths(patch, other)) return [];
    return [{ newer: patch, older: other, by: 'number' }];
  });
  return [...alike, ...rest];
}

/** Those pairs that hold by patch-id or title, wherever the two stand in their series. */
export function pairAlikePatches<P extends TitledPatch>(
  newer: readonly P[],
  older: readonly P[],
): PatchPair<P>[] {
  const taken = new Set<P>();
  const byPatchId = pairsBy('patch-id', ({ patchId }) => patchId, newer, older, taken);
  return [...byPatchId, ...pairsBy('title', ({ title }) => title, newer, older, taken)];
}

function pairsBy<P extends TitledPatch>(
  by: PatchPair['by'],
  keyOf: (patch: P) => string | null,
  newer: readonly P[],
  older: readonly P[],
  taken: Set<P>,
): PatchPair<P>[] {
  const waiting = new Map<string, P[]>();
  for (const patch of older.toReversed()) {
    const key = keyOf(patch);
    if (key === null || taken.has(patch)) continue;
    const others = waiting.get(key);
    if (others === undefined) waiting.set(key, [patch]);
    else others.push(patch);
  }
  return newer.flatMap((patch) => {
    const key = keyOf(patch);
    const other = key === null || taken.has(patch) ? undefined : waiting.get(key)?.pop();
    if (other === undefined) return [];
    taken.add(patch).add(other);
    return [{ newer: patch, older: other, by }];
  });
}

/** At least half of the files that either touches are touched by both; never without files. */
export function haveSimilarPaths(a: TitledPatch, b: TitledPatch): boolean {
  const paths = new Set(a.paths);
  const commonCount = b.paths.filter((path) => paths.has(path)).length;
  const allCount = paths.size + b.paths.length - commonCount;
  return commonCount > 0 && commonCount * 2 >= allCount;
}

/** SHA-1 of nothing: what Patchwork's hash is for a diff without hunks, such as a pure rename. */
const emptyHash = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';

/**
 * Whether two patches make the same change, line numbers left out: by both hashes, because Patchwork's passes over
 * binary files, and a patch-id over white space.
 */
export function haveSameDiff(a: TitledPatch, b: TitledPatch): boolean {
  if (a.hash !== b.hash || a.patchId !== b.patchId) return false;
  return a.patchId !== null || (a.hash !== null && a.hash !== emptyHash);
}
