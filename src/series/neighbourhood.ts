import { joinComponents } from '../thread/join-components.ts';
import { compareMessages } from '../thread/known-message.ts';
import { familyKey, submitterKey } from './posting-key.ts';
import { isUnthreaded, seriesWindowMs } from './series-window.ts';
import { isNumbered } from './submission.ts';
import type { NumberedSubmission, Submission } from './submission.ts';

/** Which thread a submission is in; any value that is equal for those of one thread and for no others. */
export type ThreadOf<S extends Submission> = (submission: S) => string | number;

/**
 * For each submission a label of its neighbourhood: what its submitter sent to the same thread, and to the threads of
 * unthreaded neighbours, and so on. Unthreaded neighbours are submissions that refer to nothing, of one submitter and
 * total, with different numbers, at most a window apart. No evidence joins two of different neighbourhoods: only then can
 * the series of a part of a list be derived alone.
 */
export function neighbourhoods<S extends Submission>(
  submissions: readonly S[],
  threadOf: ThreadOf<S>,
): ReadonlyMap<S, string> {
  const placeOf = (submission: S): string => `${threadOf(submission)} ${submitterKey(submission)}`;
  const components = joinComponents([
    ...submissions.map((submission) => [placeOf(submission)]),
    ...unthreadedNeighbours(submissions).map((pair) => pair.map(placeOf)),
  ]);
  return new Map(
    submissions.map((submission) => [submission, components.get(placeOf(submission))!]),
  );
}

/** Enough pairs of unthreaded neighbours that all others follow from them; their number grows with the submissions. */
function unthreadedNeighbours<S extends Submission>(submissions: readonly S[]): S[][] {
  const runOfFamily = new Map<string, Run<S>>();
  const pairs: S[][] = [];
  for (const submission of submissions.filter(isNumbered).toSorted(compareMessages)) {
    if (!isUnthreaded(submission) || submission.date === null) continue;
    const family = familyKey(submission);
    const run = runOfFamily.get(family) ?? { members: [], before: null };
    const isSame = run.members[0]?.number === submission.number;
    const others = isSame ? [run.before] : run.members;
    for (const other of others) if (isNear(other, submission)) pairs.push([other, submission]);
    runOfFamily.set(
      family,
      isSame
        ? { ...run, members: append(run.members, submission) }
        : { members: [submission], before: run.members.at(-1) ?? null },
    );
  }
  return pairs;
}

/** The last submissions of a family that have one number, and the one before them, which has another. */
interface Run<S extends Submission> {
  readonly members: (S & NumberedSubmission)[];
  readonly before: (S & NumberedSubmission) | null;
}

/** In place: copies would make a run of n cost n squared. */
function append<T>(members: T[], member: T): T[] {
  members.push(member);
  return members;
}

function isNear<S extends NumberedSubmission>(other: S | null, submission: S): other is S {
  if (other === null || other.date === null || submission.date === null) return false;
  return Date.parse(submission.date) - Date.parse(other.date) <= seriesWindowMs;
}
