import { areDisjoint } from './fragment.ts';
import type { Fragment } from './fragment.ts';
import { joinByEvidence } from './join-by-evidence.ts';
import type { Evidence } from './join-by-evidence.ts';
import { familyKey } from './posting-key.ts';
import { sendingRun } from './sending-run.ts';
import { seriesWindowMs } from './series-window.ts';
import { isNumbered } from './submission.ts';
import type { Submission } from './submission.ts';

/**
 * Joins cover letters that have no patch to postings that have no cover letter, of one submitter and neighbourhood:
 * they name different versions by mistake, or the cover letter is a pull request without a number.
 * Each must have been sent with the other, else patches that answer an earlier version's cover letter would be taken in.
 */
export function joinCovers<S extends Submission>(fragments: readonly Fragment<S>[]): Fragment<S>[] {
  return evidences.reduce(joinByEvidence<S>, [...fragments]);
}

const coverOfOtherVersion: Evidence<Submission> = {
  rule: 'cover-of-other-version',
  keyOf: ({ lowest }) => sendingRun(lowest.submission.messageId),
  spanOf: ({ span }) => span,
  maxGapMs: Number.POSITIVE_INFINITY,
  canJoin: (a, b) => areCoverAndPatches(a, b) && areOfOneFamily(a, b),
};

/** A pull request without a number has no total that could differ. */
const coverIsPullRequest: Evidence<Submission> = {
  ...coverOfOtherVersion,
  rule: 'cover-is-pull-request',
  canJoin: (a, b) => areCoverAndPatches(a, b) && !areBothNumbered(a, b),
};

/** The node of the cover letter itself, and of the message that the first patch answers. */
const isAnswered: Pick<Evidence<Submission>, 'keyOf' | 'maxGapMs'> = {
  keyOf: ({ lowest }) =>
    lowest.number === 0 ? lowest.submission.node : (lowest.submission.references[0] ?? null),
  maxGapMs: seriesWindowMs,
};

const isUnthreadedNeighbour: Pick<Evidence<Submission>, 'keyOf' | 'spanOf' | 'maxGapMs'> = {
  keyOf: ({ unthreadedSpan }) => (unthreadedSpan === null ? null : 'unthreaded'),
  spanOf: ({ unthreadedSpan }) => unthreadedSpan,
  maxGapMs: seriesWindowMs,
};

/** Strongest first. */
const evidences: readonly Evidence<Submission>[] = [
  coverOfOtherVersion,
  coverIsPullRequest,
  { ...coverOfOtherVersion, ...isAnswered },
  { ...coverIsPullRequest, ...isAnswered },
  { ...coverOfOtherVersion, ...isUnthreadedNeighbour },
];

function areCoverAndPatches(a: Fragment, b: Fragment): boolean {
  return (isCoverAlone(a) || isCoverAlone(b)) && areDisjoint(a, b);
}

function isCoverAlone({ numbers }: Fragment): boolean {
  return numbers.size === 1 && numbers.has(0);
}

function areBothNumbered(a: Fragment, b: Fragment): boolean {
  return isNumbered(a.lowest.submission) && isNumbered(b.lowest.submission);
}

function areOfOneFamily({ lowest: a }: Fragment, { lowest: b }: Fragment): boolean {
  if (!isNumbered(a.submission) || !isNumbered(b.submission)) return false;
  return familyKey(a.submission) === familyKey(b.submission);
}
