import { haveSameDiff, pairPatches } from './revision-pairs.ts';
import { replacedByOne } from './revision-part.ts';
import type { RevisionKind } from './revision-predecessor.ts';
import type { RevisionSeries, TitledPatch } from './revision-series.ts';

/** One patch of a revision beside the one that it was before. */
export interface RevisionPatch {
  /** Number in the revision; of a dropped patch the number that it had. */
  readonly number: number;
  /** null for a dropped patch. */
  readonly messageId: string | null;
  /** Message-id of the patch that it was before; null for an added one. */
  readonly pairsWith: string | null;
  /** `=` the same diff, `!` another, `<` dropped, `>` added, as git range-diff marks them. */
  readonly change: '=' | '!' | '<' | '>';
  /** Whether it stands on from an older posting, not sent again. */
  readonly carried: boolean;
}

/** A series and its predecessor, followed by that one's as long as parts are replaced; the last has null. */
export interface RevisionLink {
  readonly series: RevisionSeries;
  /** Of this series to the next in the chain; null at the end. */
  readonly kind: RevisionKind | null;
}

/**
 * The patches of a revision, each with its counterpart: those of the first series in `chain` beside those of the
 * second. What a partial one does not replace is carried over, from however far back. Dropped ones come last; while
 * patches of a whole are missing it is not known what it drops.
 */
export function revisionPatches(chain: readonly RevisionLink[]): RevisionPatch[] {
  const [first, ...rest] = chain;
  const older = standingPatches(rest);
  const ownIds = new Set(first!.series.patches.map(({ messageId }) => messageId));
  if (first!.kind === 'partial') {
    return standingPatches(chain).map((patch) => partialPatch(patch, ownIds, older));
  }
  const isOneOfOne = first!.series.total === 1 && rest[0]?.series.total === 1;
  return wholePatches(first!.series, isOneOfOne ? rest[0]!.series.patches : older);
}

/** What a chain amounts to: the patches of its first series, and those before that it did not replace; by number. */
function standingPatches(chain: readonly RevisionLink[]): TitledPatch[] {
  const lastWhole = chain.findIndex(({ kind }) => kind !== 'partial');
  const parts = lastWhole === -1 ? chain : chain.slice(0, lastWhole + 1);
  const byNumber = new Map<number, TitledPatch>();
  for (const [index, { series }] of [...parts.entries()].toReversed()) {
    const before = parts[index + 1]?.series;
    for (const patch of series.patches) {
      const replaced = before === undefined ? null : replacedByOne(series, before);
      const number = replaced?.number ?? patch.number;
      byNumber.set(number, { ...patch, number });
    }
  }
  return [...byNumber.values()].toSorted((a, b) => a.number - b.number);
}

function partialPatch(
  patch: TitledPatch,
  ownIds: ReadonlySet<string>,
  older: readonly TitledPatch[],
): RevisionPatch {
  const before = older.find(({ number }) => number === patch.number);
  return { ...pairedPatch(patch, before), carried: !ownIds.has(patch.messageId) };
}

function wholePatches(
  { patches, isComplete }: RevisionSeries,
  older: readonly TitledPatch[],
): RevisionPatch[] {
  const pairs = pairPatches(patches, older);
  const before = new Map(pairs.map((pair) => [pair.newer, pair.older]));
  const kept = new Set(before.values());
  const dropped = isComplete ? older.filter((patch) => !kept.has(patch)) : [];
  return [
    ...patches.map((patch) => pairedPatch(patch, before.get(patch))),
    ...dropped.map(({ number, messageId }): RevisionPatch => ({
      number,
      messageId: null,
      pairsWith: messageId,
      change: '<',
      carried: false,
    })),
  ];
}

function pairedPatch(patch: TitledPatch, before: TitledPatch | undefined): RevisionPatch {
  return {
    number: patch.number,
    messageId: patch.messageId,
    pairsWith: before?.messageId ?? null,
    change: before === undefined ? '>' : isSame(patch, before) ? '=' : '!',
    carried: false,
  };
}

function isSame(patch: TitledPatch, before: TitledPatch): boolean {
  return patch.messageId === before.messageId || haveSameDiff(patch, before);
}
