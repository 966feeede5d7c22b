import { joinComponents } from '../thread/join-components.ts';
import { compareMessages } from '../thread/known-message.ts';
import type { NodeId } from '../thread/known-message.ts';
import { familyKey } from './posting-key.ts';
import { isUnthreaded, seriesWindowMs } from './series-window.ts';
import { isNumbered } from './submission.ts';
import type { NumberedSubmission, Submission } from './submission.ts';

/**
 * For each submission's node, a label of its neighbourhood: the submissions that references tie to it, and the
 * unthreaded ones of the same submitter and total that dates within the window tie to those, and so on.
 * No evidence may join two of different neighbourhoods: only then can the series of a part of a list be derived alone.
 */
export function neighbourhoods(submissions: readonly Submission[]): ReadonlyMap<NodeId, NodeId> {
  return joinComponents([
    ...submissions.map(({ node, references }) => [node, ...references]),
    ...unthreadedNeighbours(submissions),
  ]);
}

/** Pairs of nodes. */
function unthreadedNeighbours(submissions: readonly Submission[]): NodeId[][] {
  const lastOfFamily = new Map<string, NumberedSubmission>();
  const pairs: NodeId[][] = [];
  for (const submission of submissions.filter(isNumbered).toSorted(compareMessages)) {
    if (!isUnthreaded(submission) || submission.date === null) continue;
    const last = lastOfFamily.get(familyKey(submission));
    if (last !== undefined && areWithinWindow(last.date, submission.date)) {
      pairs.push([last.node, submission.node]);
    }
    lastOfFamily.set(familyKey(submission), submission);
  }
  return pairs;
}

function areWithinWindow(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && Math.abs(Date.parse(a) - Date.parse(b)) <= seriesWindowMs;
}
