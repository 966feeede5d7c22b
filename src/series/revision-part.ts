import { haveSameSubmitter } from './revision-series.ts';
import type { RevisionSeries, TitledPatch } from './revision-series.ts';

/**
 * The postings that a part can be a part of: "[v3,2/3]" sent in reply to "[v2,2/3]" replaces that patch, so its base is
 * the posting of v2; and so are other parts that replace patches of the same one ("[v2.1,1/3]"), because their patches
 * stand too. For each base the message that the part answers. Empty when `series` is no part, or when one of its
 * patches answers neither its own number nor its own posting: then the rest of it is only missing.
 */
export function partBases<S extends RevisionSeries>(
  series: S,
  earlier: readonly S[],
): Map<S, string> {
  const bases = new Map<S, string>();
  if (!series.isPart) return bases;
  const related = earlier.filter(
    (one) => one.total === series.total && haveSameSubmitter(one, series),
  );
  const direct = related.filter((one) => answersOwnNumber(series, one));
  const answered = direct.flatMap((one) => answeredPatch(series, one) ?? [])[0];
  if (answered === undefined || !everyRootAnswers(series, direct)) return bases;
  for (const base of connectedBases(direct, related)) bases.set(base, answered);
  return bases;
}

/** All of `related` that lead to the direct bases over parts and what they answer. */
function connectedBases<S extends RevisionSeries>(
  direct: readonly S[],
  related: readonly S[],
): Set<S> {
  const connected = new Set(direct);
  for (const reached of connected) {
    for (const other of related) {
      if (connected.has(other)) continue;
      const isLinked =
        (other.isPart && answersOwnNumber(other, reached)) ||
        (reached.isPart && answersOwnNumber(reached, other));
      if (isLinked) connected.add(other);
    }
  }
  return connected;
}

function answersOwnNumber(part: RevisionSeries, base: RevisionSeries): boolean {
  return answeredPatch(part, base) !== null;
}

/** The first message of `base` that one of the part's patches with its number answers. */
function answeredPatch(part: RevisionSeries, base: RevisionSeries): string | null {
  for (const patch of part.patches) {
    const found = patch.answers.find((id) => isReplaced(part, patch, base, id));
    if (found !== undefined) return found;
  }
  return null;
}

/** A dotted version says by itself what it belongs to: there any member of that version may be answered. */
function isReplaced(
  part: RevisionSeries,
  patch: TitledPatch,
  base: RevisionSeries,
  answered: string,
): boolean {
  const number = base.numberOf.get(answered);
  if (number === undefined) return false;
  const isDotted = part.version.minor > 0 && part.version.major === base.version.major;
  return number === patch.number || isDotted;
}

/** A patch that answers its own posting goes with what it answers. */
function everyRootAnswers(series: RevisionSeries, direct: readonly RevisionSeries[]): boolean {
  const roots = series.patches.filter(
    ({ answers }) => !answers.some((id) => series.numberOf.has(id)),
  );
  return roots.every((patch) =>
    direct.some((base) => patch.answers.some((id) => isReplaced(series, patch, base, id))),
  );
}

/** Whether a series replaces some patches of its predecessor and leaves the rest as it is. */
export function replacesPatches<S extends RevisionSeries>(
  series: S,
  older: S,
  bases: ReadonlyMap<S, string>,
): boolean {
  return bases.has(older) || replacedByOne(series, older) !== null;
}

/** The patch of `older` for which a patch without a number, sent in reply to it, stands; null when there is none. */
export function replacedByOne(series: RevisionSeries, older: RevisionSeries): TitledPatch | null {
  const [only] = series.patches;
  if (only === undefined || only.isNumbered || older.total < 2) return null;
  const isSameAsOnly = (patch: TitledPatch): boolean =>
    only.answers.includes(patch.messageId) &&
    ((only.title !== null && only.title === patch.title) ||
      (only.patchId !== null && only.patchId === patch.patchId));
  return older.patches.find(isSameAsOnly) ?? null;
}
