import { buildSeries } from '../series/build-series.ts';
import type { Series } from '../series/build-series.ts';
import type { SeriesMember } from '../series/fragment.ts';
import { isSubmission } from '../series/submission.ts';
import type { Placeable, Submission } from '../series/submission.ts';
import { chooseParents } from '../thread/choose-parents.ts';
import type { ParentRule } from '../thread/choose-parents.ts';
import { chooseTargets } from '../thread/choose-targets.ts';
import type { TargetRule } from '../thread/choose-targets.ts';
import { joinComponents } from '../thread/join-components.ts';
import { firstOfEachNode } from '../thread/first-of-each-node.ts';
import type { KnownMessage, NodeId } from '../thread/known-message.ts';

/** Where one message stands among those of its list. */
export interface Place<M extends Placeable> {
  readonly kind: 'patch' | 'pull-request' | 'cover' | 'comment' | 'other';
  /** False for a second message with the same Message-ID. */
  readonly isFirst: boolean;
  readonly parent: M | null;
  readonly parentRule: ParentRule;
  readonly target: M | null;
  readonly targetRule: TargetRule;
  readonly series: Series<M & Submission> | null;
  readonly membership: SeriesMember<M & Submission> | null;
}

export interface Places<M extends Placeable> {
  readonly placeOf: ReadonlyMap<M, Place<M>>;
  readonly series: readonly Series<M & Submission>[];
}

/**
 * The place of every message of a set: parents, comment targets and series. A pure function of the set.
 * Right for a whole list, and for any part of one that is closed under references and under the joining of
 * unthreaded submissions: that is what lets a new message re-derive only what it can touch.
 */
export function placeMessages<M extends Placeable>(messages: readonly M[]): Places<M> {
  const first = firstOfEachNode(messages);
  const parents = chooseParents(messages);
  const targets = chooseTargets(messages, parents);
  const threads = joinComponents(messages.map(({ node, references }) => [node, ...references]));
  const { series, seriesOf } = seriesOfFirsts(first, ({ node }) => threads.get(node)!);
  const known = (node: NodeId | null): M | null =>
    node === null ? null : (first.get(node) ?? null);
  const placeOf = new Map<M, Place<M>>();
  for (const message of messages) {
    const parent = parents.get(message)!;
    const target = targets.get(message)!;
    placeOf.set(message, {
      kind: kindOf(message, target.target),
      isFirst: first.get(message.node) === message,
      parent: known(parent.parent),
      parentRule: parent.rule,
      target: known(target.target),
      targetRule: target.rule,
      ...(seriesOf.get(message) ?? { series: null, membership: null }),
    });
  }
  return { placeOf, series };
}

function kindOf(message: KnownMessage, target: NodeId | null): Place<Placeable>['kind'] {
  if (message.role !== 'discussion') return message.role;
  return target === null ? 'other' : 'comment';
}

interface Membership<M extends Placeable> {
  readonly series: Series<M & Submission>;
  readonly membership: SeriesMember<M & Submission>;
}

/** Only the first message of each Message-ID takes part in series. */
function seriesOfFirsts<M extends Placeable>(
  first: ReadonlyMap<NodeId, M>,
  threadOf: (message: M) => NodeId,
): { series: Series<M & Submission>[]; seriesOf: Map<M, Membership<M>> } {
  const submissions = [...first.values()].filter((message) => isSubmission(message));
  const series = buildSeries(submissions, (node) => !first.has(node), threadOf);
  const seriesOf = new Map<M, Membership<M>>();
  for (const one of series) {
    for (const membership of one.members) {
      seriesOf.set(membership.submission, { series: one, membership });
    }
  }
  return { series, seriesOf };
}
