import { compareMessages } from '../thread/known-message.ts';
import type { NodeId } from '../thread/known-message.ts';
import { fragmentsOf } from './fragment.ts';
import type { Fragment, MembershipRule } from './fragment.ts';
import { joinFragments } from './join-fragments.ts';
import type { Posting } from './join-fragments.ts';
import { postingKey } from './posting-key.ts';
import { isCover, isNumbered, nameWithoutPrefixes } from './submission.ts';
import type { NumberedSubmission, Submission } from './submission.ts';

/** One submission in its series. */
export interface SeriesMember<S extends Submission = Submission> {
  readonly submission: S;
  /** Place in the series, 0 for the cover letter; 1 for a patch without a number. */
  readonly number: number;
  readonly rule: MembershipRule;
}

/** One posting of one version of a patch series, as far as it is known. */
export interface Series<S extends Submission = Submission> {
  /** Message-id of the cover letter, else of the lowest number. */
  readonly key: string;
  /** The cover letter's name without prefixes, else the full name of patch 1; null while neither is known. */
  readonly name: string | null;
  readonly version: number;
  readonly total: number;
  /** True when all of 1 to `total` are there. */
  readonly isComplete: boolean;
  readonly cover: S | null;
  /** The submission whose submitter and date are the series' own: the cover letter, else the lowest number. */
  readonly lead: S;
  /** By number, cover letter first. */
  readonly members: readonly SeriesMember<S>[];
}

/**
 * The series that a set of submissions of one mailing list forms. `isGhost` tells of any node whether no message
 * of the list has it. A pure function of the set: the order of `submissions` does not count.
 * Law: docs/architecture.md, "Series".
 */
export function buildSeries<S extends Submission>(
  submissions: readonly S[],
  isGhost: (node: NodeId) => boolean,
): Series<S>[] {
  const known = new Map(submissions.map((submission) => [submission.node, submission]));
  const byPostingKey = new Map<string, (S & NumberedSubmission)[]>();
  const series: Series<S>[] = [];
  for (const submission of submissions) {
    if (isNumbered(submission)) append(byPostingKey, postingKey(submission, known), submission);
    else series.push(seriesOfOne(submission));
  }
  const fragmentsByKey = [...byPostingKey.values()].map(fragmentsOf);
  const rootOf = rootOfEachMember(fragmentsByKey.flat());
  for (const fragments of fragmentsByKey) {
    const postings = joinFragments(fragments, { submissions: known, rootOf, isGhost });
    series.push(...postings.map(seriesOfPosting));
  }
  return series.toSorted((a, b) => compareMessages(a.lead, b.lead));
}

function rootOfEachMember<S extends NumberedSubmission>(
  fragments: readonly Fragment<S>[],
): Map<NodeId, S> {
  return new Map(
    fragments.flatMap(({ root, members }) => members.map(({ node }) => [node, root] as const)),
  );
}

function seriesOfOne<S extends Submission>(submission: S): Series<S> {
  return {
    key: submission.messageId,
    name: submission.name,
    version: submission.version,
    total: 1,
    isComplete: true,
    cover: null,
    lead: submission,
    members: [{ submission, number: 1, rule: 'unnumbered' }],
  };
}

function seriesOfPosting<S extends NumberedSubmission>(posting: Posting<S>): Series<S> {
  const members = posting.fragments
    .flatMap((fragment) =>
      fragment.members.map((submission) => ({
        submission,
        number: submission.number,
        rule: submission === fragment.root ? fragment.rule : ('reference' as const),
      })),
    )
    .toSorted((a, b) => a.number - b.number);
  const lead = members[0]!.submission;
  const cover = isCover(lead) ? lead : null;
  const { total } = lead;
  return {
    key: lead.messageId,
    name: seriesName(members, cover),
    version: postingVersion(members),
    total,
    isComplete: hasAllNumbers(members, total),
    cover,
    lead,
    members,
  };
}

function seriesName(members: readonly SeriesMember[], cover: Submission | null): string | null {
  if (cover !== null) return nameWithoutPrefixes(cover);
  return members.find((member) => member.number === 1)?.submission.name ?? null;
}

/** A version that a subject names outweighs one that was assumed. */
function postingVersion(members: readonly SeriesMember[]): number {
  const named = members.find((member) => !member.submission.versionInferred);
  return (named ?? members[0]!).submission.version;
}

function hasAllNumbers(members: readonly SeriesMember[], total: number): boolean {
  const numbers = new Set(members.map((member) => member.number));
  if (total > numbers.size) return false;
  return Array.from({ length: total }, (_, index) => index + 1).every((n) => numbers.has(n));
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
