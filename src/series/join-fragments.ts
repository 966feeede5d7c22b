import { compareMessages } from '../thread/known-message.ts';
import type { NodeId } from '../thread/known-message.ts';
import type { Fragment, MembershipRule } from './fragment.ts';
import { postingKey } from './posting-key.ts';
import { isCover } from './submission.ts';
import type { NumberedSubmission, Submission } from './submission.ts';

/**
 * Two submissions without references can be of one posting if their dates are at most this far apart,
 * directly or over others between them. git send-email takes seconds for a series; Patchwork uses the same figure.
 */
export const seriesWindowMinutes = 20;

/** Fragments that are one posting; each with the reason why it joined. */
export interface Posting<S extends NumberedSubmission = NumberedSubmission> {
  readonly fragments: readonly JoinedFragment<S>[];
}

type JoinedFragment<S extends NumberedSubmission> = Fragment<S> & {
  readonly rule: MembershipRule;
};

/** Strongest evidence first. */
const joinRules = [
  { rule: 'shared-parent', holds: haveSharedParent },
  { rule: 'shared-ghost', holds: haveSharedGhost },
  { rule: 'late-cover', holds: isLateCover },
  { rule: 'parallel-replies', holds: areParallelReplies },
  { rule: 'date-window', holds: areUnthreadedNeighbours },
] as const satisfies readonly { rule: MembershipRule; holds: JoinTest }[];

type JoinTest = (a: Fragment, b: Fragment, known: KnownSubmissions) => boolean;

/** What the list knows: all submissions by node, and whether any message at all has a node. */
export interface KnownSubmissions {
  readonly submissions: ReadonlyMap<NodeId, Submission>;
  /** The root of the fragment of each numbered submission. */
  readonly rootOf: ReadonlyMap<NodeId, NumberedSubmission>;
  readonly isGhost: (node: NodeId) => boolean;
}

/**
 * Joins fragments of one posting key into postings: in total order, each joins the posting that the strongest
 * evidence names (the nearest in date where several do) and that has none of its numbers, or starts its own.
 */
export function joinFragments<S extends NumberedSubmission>(
  fragments: readonly Fragment<S>[],
  known: KnownSubmissions,
): Posting<S>[] {
  const postings: { fragments: JoinedFragment<S>[]; numbers: Set<number> }[] = [];
  for (const fragment of inOrder(fragments)) {
    const open = postings.filter((posting) => areDisjoint(posting.numbers, fragment));
    const joined = strongestJoin(fragment, open, known);
    if (joined === null) {
      postings.push({ fragments: [{ ...fragment, rule: 'first' }], numbers: numbersOf(fragment) });
    } else {
      joined.posting.fragments.push({ ...fragment, rule: joined.rule });
      for (const { number } of fragment.members) joined.posting.numbers.add(number);
    }
  }
  return postings;
}

function strongestJoin<P extends Posting>(
  fragment: Fragment,
  postings: readonly P[],
  known: KnownSubmissions,
): { posting: P; rule: MembershipRule } | null {
  for (const { rule, holds } of joinRules) {
    const willing = postings.filter((posting) =>
      posting.fragments.some((other) => holds(other, fragment, known)),
    );
    const [nearest] = willing.toSorted((a, b) => gapMs(a, fragment) - gapMs(b, fragment));
    if (nearest !== undefined) return { posting: nearest, rule };
  }
  return null;
}

/** Both roots answer the same message, known or not. */
function haveSharedParent(a: Fragment, b: Fragment): boolean {
  const parent = a.root.references[0];
  return parent !== undefined && parent === b.root.references[0];
}

/** Both refer to one message that never came, closer than to any that did. */
function haveSharedGhost(a: Fragment, b: Fragment, known: KnownSubmissions): boolean {
  const ghosts = new Set(a.members.flatMap((member) => leadingGhosts(member, known)));
  return b.members.some((member) => leadingGhosts(member, known).some((node) => ghosts.has(node)));
}

function leadingGhosts(submission: Submission, known: KnownSubmissions): readonly NodeId[] {
  const end = submission.references.findIndex((node) => !known.isGhost(node));
  return end === -1 ? submission.references : submission.references.slice(0, end);
}

/** One is a cover letter alone that answers a patch of the other. */
function isLateCover(a: Fragment, b: Fragment): boolean {
  return answersOwnPatches(a, b) || answersOwnPatches(b, a);
}

function answersOwnPatches(cover: Fragment, patches: Fragment): boolean {
  const nodes = new Set(patches.members.map((member) => member.node));
  return isCover(cover.root) && cover.root.references.some((node) => nodes.has(node));
}

/** "[v2 1/2]" answers "[1/2]" while "[v2 2/2]" answers "[2/2]". */
function areParallelReplies(a: Fragment, b: Fragment, known: KnownSubmissions): boolean {
  const answeredByA = answeredRoot(a.root, known);
  const answeredByB = answeredRoot(b.root, known);
  if (answeredByA === null || answeredByB === null || !areNeighbours(a, b)) return false;
  return answeredByA === answeredByB || areOfOnePosting(answeredByA, answeredByB, known);
}

/** Root of the fragment that holds the submission which this one answers directly; null when it answers none. */
function answeredRoot(
  root: NumberedSubmission,
  known: KnownSubmissions,
): NumberedSubmission | null {
  const [parent] = root.references;
  return parent === undefined ? null : (known.rootOf.get(parent) ?? null);
}

/**
 * Whether dates join two roots. Equal posting keys are not enough: two postings in different threads may well have
 * one key, and a reply in one thread must not decide over another.
 */
function areOfOnePosting(
  a: NumberedSubmission,
  b: NumberedSubmission,
  { submissions }: KnownSubmissions,
): boolean {
  return (
    postingKey(a, submissions) === postingKey(b, submissions) &&
    areUnthreadedNeighbours({ root: a }, { root: b })
  );
}

/** Only submissions that refer to nothing may be joined by date; only their own dates count. */
function areUnthreadedNeighbours(a: Rooted, b: Rooted): boolean {
  return isUnthreaded(a.root) && isUnthreaded(b.root) && areNeighbours(a, b);
}

export function isUnthreaded(submission: Submission): boolean {
  return submission.references.length === 0;
}

type Rooted = Pick<Fragment, 'root'>;

function areNeighbours({ root: a }: Rooted, { root: b }: Rooted): boolean {
  if (a.date === null || b.date === null) return false;
  return Math.abs(Date.parse(a.date) - Date.parse(b.date)) <= seriesWindowMinutes * 60_000;
}

/** Least distance of a posting's members to the fragment's. */
function gapMs(posting: Posting, fragment: Fragment): number {
  return Math.min(...posting.fragments.map((other) => fragmentGapMs(other, fragment)));
}

function fragmentGapMs(a: Fragment, b: Fragment): number {
  const datesOfB = datesMs(b);
  return Math.min(
    ...datesMs(a).map((date) => Math.min(...datesOfB.map((other) => Math.abs(date - other)))),
    Number.MAX_VALUE,
  );
}

function datesMs(fragment: Fragment): number[] {
  return fragment.members.flatMap(({ date }) => (date === null ? [] : [Date.parse(date)]));
}

function inOrder<F extends Fragment>(fragments: readonly F[]): F[] {
  return fragments.toSorted((a, b) => compareMessages(a.members[0]!, b.members[0]!));
}

function areDisjoint(numbers: ReadonlySet<number>, fragment: Fragment): boolean {
  return fragment.members.every((member) => !numbers.has(member.number));
}

function numbersOf(fragment: Fragment): Set<number> {
  return new Set(fragment.members.map((member) => member.number));
}
