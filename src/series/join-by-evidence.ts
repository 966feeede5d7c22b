import { areDisjoint, gapMs, joinFragment } from './fragment.ts';
import type { Fragment, MembershipRule, Span } from './fragment.ts';
import { groupBy } from './group-by.ts';
import type { Submission } from './submission.ts';

/** What makes fragments one posting. */
export interface Evidence<S extends Submission> {
  readonly rule: MembershipRule;
  /** Fragments with the same key have it in common; null when there is nothing to compare. */
  readonly keyOf: (fragment: Fragment<S>) => string | number | null;
  /** When it was sent, as far as this evidence is concerned. */
  readonly spanOf: (fragment: Fragment<S>) => Span | null;
  /** Further apart, it is no evidence. Infinity: dates only choose among several. */
  readonly maxGapMs: number;
  /** What else must hold; by default, that no number is in both. */
  readonly canJoin?: (a: Fragment<S>, b: Fragment<S>) => boolean;
}

/**
 * A fragment is compared with the last of its group that were begun or grew, not with all: of a group of n fragments
 * that cannot join, each would meet all others. More postings of one version and total never overlap in practice.
 */
export const openFragmentLimit = 16;

/**
 * Joins fragments that share evidence: in order of their dates, each joins the nearest in date of those before it that
 * it can be one posting with. Returns the whole fragments. They must come in an order that depends on them alone.
 */
export function joinByEvidence<S extends Submission>(
  fragments: readonly Fragment<S>[],
  evidence: Evidence<S>,
): Fragment<S>[] {
  for (const [key, group] of groupBy(fragments, evidence.keyOf)) {
    if (key !== null && group.length > 1) joinGroup(group, evidence);
  }
  return fragments.filter((fragment) => fragment.absorbedBy === null);
}

function joinGroup<S extends Submission>(
  group: readonly Fragment<S>[],
  { rule, spanOf, maxGapMs, canJoin = areDisjoint }: Evidence<S>,
): void {
  let open: Fragment<S>[] = [];
  for (const fragment of inOrder(group, spanOf)) {
    const willing = open.filter((other) => canJoin(other, fragment));
    const nearest = nearestInDate(fragment, willing, spanOf);
    const isNear = nearest !== null && gapMs(spanOf(nearest), spanOf(fragment)) <= maxGapMs;
    const whole = isNear ? joinFragment(nearest, fragment, rule) : fragment;
    open = [...open.filter((other) => other !== nearest || !isNear), whole].slice(
      -openFragmentLimit,
    );
  }
}

/** The last of `fragments` of those that are equally near; null when there is none. */
export function nearestInDate<S extends Submission>(
  fragment: Fragment<S>,
  fragments: readonly Fragment<S>[],
  spanOf: Evidence<S>['spanOf'] = ({ span }) => span,
): Fragment<S> | null {
  let nearest: Fragment<S> | null = null;
  let nearestGapMs = Number.POSITIVE_INFINITY;
  for (const other of fragments) {
    const otherGapMs = gapMs(spanOf(other), spanOf(fragment));
    if (otherGapMs <= nearestGapMs) [nearest, nearestGapMs] = [other, otherGapMs];
  }
  return nearest;
}

/** By date, unknown dates last; else as they were. */
function inOrder<S extends Submission>(
  fragments: readonly Fragment<S>[],
  spanOf: Evidence<S>['spanOf'],
): Fragment<S>[] {
  return fragments.toSorted((a, b) => {
    const [spanA, spanB] = [spanOf(a), spanOf(b)];
    if (spanA === null || spanB === null) return Number(spanA === null) - Number(spanB === null);
    return spanA.fromMs - spanB.fromMs;
  });
}
