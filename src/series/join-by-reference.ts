import type { NodeId } from '../thread/known-message.ts';
import { areDisjoint, joinFragment, wholeOf } from './fragment.ts';
import type { Fragment } from './fragment.ts';
import { nearestInDate, openFragmentLimit } from './join-by-evidence.ts';
import type { NumberedSubmission } from './submission.ts';

/**
 * Joins each submission to the closest one that it refers to, where that has a lower number. Where its number is taken
 * there, it is of a resend: it joins the nearest in date of those that began at the same place, or begins one.
 * `fragmentOf` holds all submissions of one posting key, in total order.
 */
export function joinToLowerNumbers<S extends NumberedSubmission>(
  fragmentOf: ReadonlyMap<S, Fragment<S>>,
): void {
  const resendsAt = new Map<S, Fragment<S>[]>();
  for (const [submission, referred] of closestReferred(fragmentOf)) {
    if (referred.number >= submission.number) continue;
    const own = wholeOf(fragmentOf.get(submission)!);
    const posting = wholeOf(fragmentOf.get(referred)!);
    if (own === posting) continue;
    const resends = (resendsAt.get(referred) ?? []).map(wholeOf).filter((other) => other !== own);
    const willing = [...resends, posting].filter((other) => areDisjoint(other, own));
    const nearest = nearestInDate(own, willing);
    if (nearest === null) resendsAt.set(referred, [...resends, own].slice(-openFragmentLimit));
    else joinFragment(nearest, own, nearest === posting ? 'reference' : 'shared-parent', referred);
  }
}

/**
 * Joins each submission to one with a higher number that it refers to, most often a cover letter sent late as an answer
 * to its own patches; where a number is in both, it is an answer to an earlier posting.
 */
export function joinToHigherNumbers<S extends NumberedSubmission>(
  fragmentOf: ReadonlyMap<S, Fragment<S>>,
): void {
  for (const [submission, referred] of closestReferred(fragmentOf)) {
    const own = wholeOf(fragmentOf.get(submission)!);
    const posting = wholeOf(fragmentOf.get(referred)!);
    if (own === posting || referred.number <= submission.number) continue;
    if (!areDisjoint(own, posting)) continue;
    joinFragment(posting, own, submission.number === 0 ? 'late-cover' : 'reference', referred);
  }
}

/** Each submission with the closest of the same posting key that it refers to; those without are left out. */
function closestReferred<S extends NumberedSubmission>(
  fragmentOf: ReadonlyMap<S, Fragment<S>>,
): (readonly [S, S])[] {
  const submissions = [...fragmentOf.keys()];
  const known = new Map<NodeId, S>(submissions.map((submission) => [submission.node, submission]));
  return submissions.flatMap((submission) => {
    const node = submission.references.find((reference) => known.has(reference));
    return node === undefined ? [] : [[submission, known.get(node)!] as const];
  });
}
