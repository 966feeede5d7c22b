import type { Draft } from './draft.ts';
import { namedAncestors } from './draft.ts';
import type { MessageTruth, SeriesTruth } from './generated-message.ts';
import type { Posting } from './posting.ts';
import type { Topic } from './topic.ts';

/** What is true of each draft of a topic that comes to the list. */
export function topicTruth(topic: Topic): Map<Draft, MessageTruth> {
  const present = topic.drafts.filter((draft) => !topic.lost.has(draft));
  const first = new Map<string, Draft>();
  for (const draft of present) if (!first.has(draft.messageId)) first.set(draft.messageId, draft);
  const seriesOf = seriesOfIds(topic);
  const truths = new Map<Draft, MessageTruth>();
  for (const draft of present) {
    // A copy is the same message; another draft with the same Message-ID is not.
    const isFirst = first.get(draft.messageId) === draft || draft.relay > 1;
    truths.set(draft, {
      messageId: draft.hasMessageId ? draft.messageId : null,
      isFirst,
      role: draft.role,
      parent: parentOf(draft, first)?.messageId ?? null,
      target: targetOf(draft, first)?.messageId ?? null,
      series: isFirst ? (seriesOf.get(draft.messageId) ?? null) : null,
      shape: topic.shape,
    });
  }
  return truths;
}

function parentOf(draft: Draft, first: ReadonlyMap<string, Draft>): Draft | null {
  const parent = namedAncestors(draft).find((messageId) => first.has(messageId));
  return parent === undefined ? null : first.get(parent)!;
}

/** Up from parent to parent; where that way ends early, what the message itself names. */
function targetOf(draft: Draft, first: ReadonlyMap<string, Draft>): Draft | null {
  if (draft.role !== 'discussion') return null;
  for (let above = parentOf(draft, first); above !== null; above = parentOf(above, first)) {
    if (above.role !== 'discussion') return above;
  }
  const named = namedAncestors(draft).map((messageId) => first.get(messageId));
  return named.find((other) => other !== undefined && other.role !== 'discussion') ?? null;
}

function seriesOfIds(topic: Topic): Map<string, SeriesTruth> {
  const truthOf = new Map<Posting, SeriesTruth>();
  const seriesOf = new Map<string, SeriesTruth>();
  for (const posting of topic.postings) {
    const members = posting.members
      .filter(({ draft }) => !topic.lost.has(draft))
      .toSorted((a, b) => a.number - b.number);
    if (members.length === 0) continue;
    const series = seriesTruth(posting, members, truthOf);
    truthOf.set(posting, series);
    for (const { draft } of members) seriesOf.set(draft.messageId, series);
  }
  return seriesOf;
}

function seriesTruth(
  posting: Posting,
  members: Posting['members'],
  truthOf: ReadonlyMap<Posting, SeriesTruth>,
): SeriesTruth {
  const { plan, total } = posting;
  const numbers = new Set(members.map(({ number }) => number));
  const isVersionKnown = !plan.isVersionOnCoverOnly || plan.version === 1 || numbers.has(0);
  const isDotted = plan.words.some((word) => /^v[0-9]+[.]/.test(word));
  return {
    members: members.map(({ draft, number }) => ({
      messageId: draft.hasMessageId ? draft.messageId : null,
      number,
    })),
    version: isVersionKnown && !isDotted ? plan.version : null,
    total,
    isComplete: Array.from({ length: total }, (_, index) => index + 1).every((n) => numbers.has(n)),
    cover: numbers.has(0) ? members[0]!.draft.messageId : null,
    revises: plan.revises === null ? null : (truthOf.get(plan.revises) ?? null),
    isUnambiguous: posting.isUnambiguous,
  };
}
