import { isUnthreaded } from './series-window.ts';
import type { Submission } from './submission.ts';

/** Why a submission, with those it brings along, is in its series. */
export type MembershipRule =
  /** It has no number, so it is a series of its own. */
  | 'unnumbered'
  /** The first of its posting that was found. */
  | 'first'
  /** Its message-id shows that the same run of a tool sent it and the posting. */
  | 'same-run'
  /** It refers to a submission of the posting. */
  | 'reference'
  /** It and the posting answer one and the same message. */
  | 'shared-parent'
  /** It and the posting refer to one and the same message that never came. */
  | 'shared-ghost'
  /** It is a cover letter sent as an answer to its own patches. */
  | 'late-cover'
  /** It and the posting answer, at the same time, messages of one earlier posting. */
  | 'parallel-replies'
  /** It refers to nothing, and was sent within the window of the posting. */
  | 'date-window'
  /** Its posting has no other cover letter, and the cover letter no other patches; they name different versions. */
  | 'cover-of-other-version'
  /** An operator said so. */
  | 'operator'
  /** It and the pull request that it answers were sent together. */
  | 'cover-is-pull-request';

/** One submission in its series. */
export interface SeriesMember<S extends Submission = Submission> {
  readonly submission: S;
  /** Place in the series, 0 for the cover letter; 1 for a patch without a number. */
  readonly number: number;
  readonly rule: MembershipRule;
  /** Message-id of the member through which the rule joined it; null when it joined none. */
  readonly evidence: string | null;
}

/** From the first to the last of some dates, in ms since 1970. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Submissions that evidence holds together, on their way to being a posting; numbers in it are unique.
 * It grows by `joinFragment` alone: copies would make a thread of n patches cost n squared.
 */
export interface Fragment<S extends Submission = Submission> {
  members: Member<S>[];
  numbers: Set<number>;
  /** The member that no rule joined to another. */
  start: Member<S>;
  /** The member with the lowest number. */
  lowest: Member<S>;
  /** Dates of all members; null when none has one. */
  span: Span | null;
  /** Dates of the members that refer to nothing. */
  unthreadedSpan: Span | null;
  /** The fragment that this one is part of now. */
  absorbedBy: Fragment<S> | null;
}

interface Member<S extends Submission> {
  readonly submission: S;
  readonly number: number;
  rule: MembershipRule;
  evidence: string | null;
}

/** A submission alone. */
export function singleFragment<S extends Submission>(submission: S, number: number): Fragment<S> {
  const dateMs = submission.date === null ? null : Date.parse(submission.date);
  const span = dateMs === null ? null : { fromMs: dateMs, toMs: dateMs };
  const member: Member<S> = { submission, number, rule: 'first', evidence: null };
  return {
    members: [member],
    numbers: new Set([number]),
    start: member,
    lowest: member,
    span,
    unthreadedSpan: isUnthreaded(submission) ? span : null,
    absorbedBy: null,
  };
}

/** The fragment that a fragment has become part of; itself while it is part of none. */
export function wholeOf<S extends Submission>(fragment: Fragment<S>): Fragment<S> {
  let whole = fragment;
  while (whole.absorbedBy !== null) whole = whole.absorbedBy;
  return whole;
}

/**
 * Joins `other` to `fragment` and returns the whole. The smaller moves into the larger, so that a submission moves
 * at most log n times; `rule` and `evidence` stand with the start of `other`, whichever moves.
 */
export function joinFragment<S extends Submission>(
  fragment: Fragment<S>,
  other: Fragment<S>,
  rule: MembershipRule,
  evidence: S = fragment.lowest.submission,
): Fragment<S> {
  const isLarger = fragment.members.length >= other.members.length;
  const [whole, part] = isLarger ? [fragment, other] : [other, fragment];
  other.start.rule = rule;
  other.start.evidence = evidence.messageId;
  whole.start = fragment.start;
  for (const member of part.members) {
    whole.members.push(member);
    whole.numbers.add(member.number);
  }
  if (part.lowest.number < whole.lowest.number) whole.lowest = part.lowest;
  whole.span = spanOfBoth(whole.span, part.span);
  whole.unthreadedSpan = spanOfBoth(whole.unthreadedSpan, part.unthreadedSpan);
  part.absorbedBy = whole;
  return whole;
}

/** Whether two fragments have no number in common. */
export function areDisjoint(a: Fragment, b: Fragment): boolean {
  const [few, many] = a.numbers.size < b.numbers.size ? [a, b] : [b, a];
  for (const number of few.numbers) if (many.numbers.has(number)) return false;
  return true;
}

/** Time between two spans, 0 where they overlap; Infinity when one is unknown. */
export function gapMs(a: Span | null, b: Span | null): number {
  if (a === null || b === null) return Number.POSITIVE_INFINITY;
  return Math.max(0, a.fromMs - b.toMs, b.fromMs - a.toMs);
}

function spanOfBoth(a: Span | null, b: Span | null): Span | null {
  if (a === null || b === null) return a ?? b;
  return { fromMs: Math.min(a.fromMs, b.fromMs), toMs: Math.max(a.toMs, b.toMs) };
}
