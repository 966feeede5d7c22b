import { compareMessages, compareText } from '../thread/known-message.ts';
import { isEarlier, revisionCase, revisionScore } from './revision-evidence.ts';
import type { RevisionCase, RevisionEvidence } from './revision-evidence.ts';
import { partBases, replacesPatches } from './revision-part.ts';
import { haveSameSubmitter } from './revision-series.ts';
import type { RevisionSeries } from './revision-series.ts';
import { compareVersions } from './revision-version.ts';

/** How a series relates to its predecessor. */
export type RevisionKind =
  /** A new version of the whole. */
  | 'revision'
  /** New versions of some patches; the others stay. */
  | 'partial'
  /** The same version once more. */
  | 'resend';

/** The posting that a series is a new version of, and what says so. */
export interface Predecessor<S extends RevisionSeries = RevisionSeries> {
  readonly series: S;
  readonly kind: RevisionKind;
  /** From 0 to 1. */
  readonly score: number;
  readonly evidence: readonly RevisionEvidence[];
}

interface Claim<S extends RevisionSeries> extends RevisionCase {
  readonly older: S;
}

/**
 * The posting that `series` is a new version of; null when none is known. Of the candidates with a lower version, or
 * with the same one and an earlier place in the total order, that with the strongest evidence; then the nearest
 * version; then the latest that came before; then by key. A pure function of the set of candidates.
 * Law: docs/decisions/0006-revisions.md.
 */
export function predecessorOf<S extends RevisionSeries>(
  series: S,
  candidates: Iterable<S>,
): Predecessor<S> | null {
  const earlier = [...candidates].filter((one) => one !== series && isEarlier(one, series));
  const bases = partBases(series, earlier);
  const claims = earlier.flatMap((older): Claim<S>[] => {
    const found = revisionCase(series, older, bases.get(older) ?? null);
    return found === null ? [] : [{ ...found, older }];
  });
  const [best] = claims.toSorted(strongestFirst(series));
  if (best === undefined) return null;
  return {
    series: best.older,
    kind: revisionKind(series, best.older, bases),
    score: revisionScore(best.evidence),
    evidence: best.evidence,
  };
}

function strongestFirst<S extends RevisionSeries>(series: S): (a: Claim<S>, b: Claim<S>) => number {
  const isAfter = (claim: Claim<S>): number =>
    compareMessages(claim.older.lead, series.lead) < 0 ? 0 : 1;
  return (a, b) =>
    b.strength - a.strength ||
    compareVersions(b.older.version, a.older.version) ||
    isAfter(a) - isAfter(b) ||
    compareText(b.older.lead.date ?? '', a.older.lead.date ?? '') ||
    compareText(a.older.key, b.older.key);
}

function revisionKind<S extends RevisionSeries>(
  series: S,
  older: S,
  bases: ReadonlyMap<S, string>,
): RevisionKind {
  if (haveSameSubmitter(series, older) && replacesPatches(series, older, bases)) return 'partial';
  return compareVersions(older.version, series.version) === 0 ? 'resend' : 'revision';
}
