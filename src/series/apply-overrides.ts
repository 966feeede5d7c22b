import type { NodeId } from '../thread/known-message.ts';
import type { SeriesMember } from './fragment.ts';
import type { Submission } from './submission.ts';

/** The members of one series. */
export type Group<S extends Submission> = readonly SeriesMember<S>[];

/**
 * The groups as operators want them: what is split goes first, each to a group of its own; then the group of each merged
 * submission becomes one with that of the submission it is merged with, where that is known.
 */
export function applyOverrides<S extends Submission>(groups: readonly Group<S>[]): Group<S>[] {
  if (!groups.some((group) => group.some(isOverridden))) return [...groups];
  return joinMerged(groups.flatMap(partOff));
}

function isOverridden({ submission }: SeriesMember): boolean {
  return submission.isSplit === true || (submission.mergedWith ?? null) !== null;
}

function partOff<S extends Submission>(group: Group<S>): Group<S>[] {
  const stays = group.filter(({ submission }) => submission.isSplit !== true);
  const parted = group
    .filter(({ submission }) => submission.isSplit === true)
    .map((member): Group<S> => [{ ...member, rule: 'operator', evidence: null }]);
  return stays.length === 0 ? parted : [stays, ...parted];
}

function joinMerged<S extends Submission>(groups: readonly Group<S>[]): Group<S>[] {
  const groupOf = new Map<NodeId, Group<S>>();
  for (const group of groups)
    for (const { submission } of group) groupOf.set(submission.node, group);
  const merged = groups.flat().filter(({ submission }) => (submission.mergedWith ?? null) !== null);
  for (const { submission } of merged) {
    const own = groupOf.get(submission.node)!;
    const other = groupOf.get(submission.mergedWith!);
    if (other === undefined || other === own) continue;
    const whole = [...other, ...own.map((member) => joinedTo(member, submission, other))];
    for (const member of whole) groupOf.set(member.submission.node, whole);
  }
  return [...new Set(groupOf.values())];
}

function joinedTo<S extends Submission>(
  member: SeriesMember<S>,
  merged: S,
  other: Group<S>,
): SeriesMember<S> {
  if (member.submission !== merged) return member;
  const evidence = other.find(({ submission }) => submission.node === merged.mergedWith);
  return { ...member, rule: 'operator', evidence: evidence?.submission.messageId ?? null };
}
