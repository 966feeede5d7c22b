import { compareMessages } from '../thread/known-message.ts';
import type { NodeId } from '../thread/known-message.ts';
import type { NumberedSubmission } from './submission.ts';

/** Why a submission is in its series. */
export type MembershipRule =
  /** It has no number, so it is a series of its own. */
  | 'unnumbered'
  /** The first of its posting that was found. */
  | 'first'
  /** It refers to a lower number of the same posting. */
  | 'reference'
  /** It and the posting refer to one and the same message. */
  | 'shared-parent'
  /** It and the posting refer to one and the same message that never came. */
  | 'shared-ghost'
  /** It is a cover letter sent as an answer to its own patches. */
  | 'late-cover'
  /** It and the posting answer, at the same time, messages of one earlier posting. */
  | 'parallel-replies'
  /** It refers to nothing, and was sent within the window of the posting. */
  | 'date-window';

/** Submissions of one posting key that references hold together; numbers in it are unique. */
export interface Fragment<S extends NumberedSubmission = NumberedSubmission> {
  /** In total order. */
  readonly members: readonly S[];
  /** The member that all others refer to, directly or over others. */
  readonly root: S;
}

/**
 * Splits the submissions of one posting key into fragments. A submission belongs to the fragment of the closest
 * reference with a lower number; a second one with the same number (a resend) starts a fragment of its own.
 */
export function fragmentsOf<S extends NumberedSubmission>(
  submissions: readonly S[],
): Fragment<S>[] {
  const ordered = submissions.toSorted(compareMessages);
  const known = new Map<NodeId, S>();
  for (const submission of ordered) {
    if (!known.has(submission.node)) known.set(submission.node, submission);
  }
  const rootOf = new Map<S, S>();
  const takenNumbers = new Map<S, Set<number>>();
  for (const submission of byNumber(ordered)) {
    const anchor = lowerNumberReferred(submission, known);
    const root = anchor === null ? submission : rootOf.get(anchor)!;
    rootOf.set(submission, take(submission, root, takenNumbers) ? root : submission);
  }
  return groupByRoot(ordered, rootOf);
}

/** Lower numbers first, so that whatever a submission may hang on has its root already. */
function byNumber<S extends NumberedSubmission>(ordered: readonly S[]): S[] {
  return ordered.toSorted((a, b) => a.number - b.number);
}

function lowerNumberReferred<S extends NumberedSubmission>(
  submission: S,
  known: ReadonlyMap<NodeId, S>,
): S | null {
  for (const node of submission.references) {
    const referred = known.get(node);
    if (referred !== undefined) return referred.number < submission.number ? referred : null;
  }
  return null;
}

/** Takes the submission's number in the fragment of `root`; false when another has it, and it starts its own. */
function take<S extends NumberedSubmission>(
  submission: S,
  root: S,
  takenNumbers: Map<S, Set<number>>,
): boolean {
  const taken = takenNumbers.get(root) ?? new Set<number>();
  const isFree = !taken.has(submission.number);
  if (isFree) takenNumbers.set(root, taken.add(submission.number));
  else takenNumbers.set(submission, new Set([submission.number]));
  return isFree;
}

function groupByRoot<S extends NumberedSubmission>(
  ordered: readonly S[],
  rootOf: ReadonlyMap<S, S>,
): Fragment<S>[] {
  const membersOf = new Map<S, S[]>();
  for (const submission of ordered) {
    const root = rootOf.get(submission)!;
    const members = membersOf.get(root);
    if (members === undefined) membersOf.set(root, [submission]);
    else members.push(submission);
  }
  return [...membersOf].map(([root, members]) => ({ root, members }));
}
