import { compareMessages } from '../thread/known-message.ts';
import type { NodeId } from '../thread/known-message.ts';
import { applyOverrides } from './apply-overrides.ts';
import type { Group } from './apply-overrides.ts';
import { singleFragment } from './fragment.ts';
import type { Fragment, SeriesMember } from './fragment.ts';
import { groupBy } from './group-by.ts';
import { joinCovers } from './join-covers.ts';
import { joinFragments } from './join-fragments.ts';
import { neighbourhoods } from './neighbourhood.ts';
import type { ThreadOf } from './neighbourhood.ts';
import { postingKeys } from './posting-key.ts';
import { isNumbered, nameWithoutPrefixes } from './submission.ts';
import type { Submission } from './submission.ts';

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
 * of the list has it, `threadOf` which thread a submission is in. A pure function of the set: the order of `submissions` does not count. Near-linear.
 * Law: docs/architecture.md, "Series".
 */
export function buildSeries<S extends Submission>(
  submissions: readonly S[],
  isGhost: (node: NodeId) => boolean,
  threadOf: ThreadOf<S>,
): Series<S>[] {
  const ordered = submissions.toSorted(compareMessages);
  const neighbourhoodOf = neighbourhoods(ordered, threadOf);
  const fragments = [
    ...numberedFragments(ordered, neighbourhoodOf, isGhost),
    ...ordered.filter(isPullRequestAlone).map((pull) => singleFragment(pull, 0)),
  ];
  const bySubmitter = groupBy(fragments, ({ start }) => neighbourhoodOf.get(start.submission)!);
  const postings = [...bySubmitter.values()].flatMap(joinCovers);
  const unnumbered = ordered.filter((one) => !isNumbered(one) && !isPullRequestAlone(one));
  const groups = applyOverrides([
    ...postings.map(({ members }): Group<S> => members),
    ...unnumbered.map(unnumberedGroup),
  ]);
  return groups.map(seriesOfGroup).toSorted((a, b) => compareMessages(a.lead, b.lead));
}

function numberedFragments<S extends Submission>(
  ordered: readonly S[],
  neighbourhoodOf: ReadonlyMap<S, string>,
  isGhost: (node: NodeId) => boolean,
): Fragment<S>[] {
  const numbered = ordered.filter(isNumbered);
  const keys = postingKeys(numbered);
  const ofNode = new Map(
    numbered.map((one) => [one.node, { submission: one, key: keys.get(one)! }]),
  );
  const known = { isGhost, numbered: (node: NodeId) => ofNode.get(node) };
  const groups = groupBy(numbered, (one) => `${neighbourhoodOf.get(one)} ${keys.get(one)}`);
  return [...groups.values()].flatMap((group) => joinFragments(group, known));
}

/** A pull request that may be the cover letter of patches that answer it. */
function isPullRequestAlone(submission: Submission): boolean {
  return submission.role === 'pull-request' && !isNumbered(submission);
}

function unnumberedGroup<S extends Submission>(submission: S): Group<S> {
  return [{ submission, number: 1, rule: 'unnumbered', evidence: null }];
}

function seriesOfGroup<S extends Submission>(group: Group<S>): Series<S> {
  const numbered = group.find(({ submission }) => isNumbered(submission));
  if (numbered === undefined) return seriesWithoutNumbers(group);
  const members = group.toSorted((a, b) => a.number - b.number);
  const { submission: lead, number } = members[0]!;
  const total = numbered.submission.total!;
  const cover = number === 0 ? lead : null;
  return {
    key: lead.messageId,
    name: seriesName(members, cover),
    version: postingVersion(members),
    total,
    isComplete: hasAllNumbers(new Set(members.map((member) => member.number)), total),
    cover,
    lead,
    members,
  };
}

/** One submission, or several that an operator merged. */
function seriesWithoutNumbers<S extends Submission>(group: Group<S>): Series<S> {
  const members = group
    .map((member): SeriesMember<S> => ({
      ...member,
      number: 1,
      rule: member.rule === 'first' ? 'unnumbered' : member.rule,
    }))
    .toSorted((a, b) => compareMessages(a.submission, b.submission));
  const lead = members[0]!.submission;
  return {
    key: lead.messageId,
    name: lead.name,
    version: lead.version,
    total: 1,
    isComplete: true,
    cover: null,
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

function hasAllNumbers(numbers: ReadonlySet<number>, total: number): boolean {
  if (total > numbers.size) return false;
  return Array.from({ length: total }, (_, index) => index + 1).every((n) => numbers.has(n));
}
