import type { KnownMessage, NodeId } from './known-message.ts';
import type { ParentChoice } from './choose-parents.ts';
import { firstOfEachNode } from './first-of-each-node.ts';

/** Why a discussion message is a comment on its target, or on nothing. */
export type TargetRule = 'ancestor' | 'reference' | 'none';

export interface TargetChoice {
  /** The patch, pull request or cover that the message comments on. */
  readonly target: NodeId | null;
  readonly rule: TargetRule;
}

/**
 * What each discussion message comments on: the nearest patch, pull request or cover among its ancestors;
 * where the ancestors' own references broke off, the closest one that the message itself refers to.
 * Patches and covers have no target. `parents` must be free of cycles.
 * For a part of a list, `known` has all messages that it refers to, and `settled` the targets of those outside of it.
 */
export function chooseTargets<M extends KnownMessage>(
  messages: readonly M[],
  parents: ReadonlyMap<M, ParentChoice>,
  known: ReadonlyMap<NodeId, M> = firstOfEachNode(messages),
  settled: ReadonlyMap<M, TargetChoice> = new Map(),
): Map<M, TargetChoice> {
  const targets = new Map(settled);
  for (const message of messages) {
    for (const unresolved of unresolvedUpwards(message, known, parents, targets).toReversed()) {
      targets.set(unresolved, targetOf(unresolved, known, parents, targets));
    }
  }
  return targets;
}

/** The message and those of its ancestors that have no target yet, child first. */
function unresolvedUpwards<M extends KnownMessage>(
  message: M,
  known: ReadonlyMap<NodeId, M>,
  parents: ReadonlyMap<M, ParentChoice>,
  targets: ReadonlyMap<M, TargetChoice>,
): M[] {
  const path: M[] = [];
  let next: M | undefined = message;
  while (next !== undefined && !targets.has(next)) {
    path.push(next);
    const parent: NodeId | null | undefined = parents.get(next)?.parent;
    next = parent === null || parent === undefined ? undefined : known.get(parent);
  }
  return path;
}

function targetOf<M extends KnownMessage>(
  message: M,
  known: ReadonlyMap<NodeId, M>,
  parents: ReadonlyMap<M, ParentChoice>,
  targets: ReadonlyMap<M, TargetChoice>,
): TargetChoice {
  if (message.role !== 'discussion') return { target: null, rule: 'none' };
  const parentNode = parents.get(message)?.parent ?? null;
  const parent = parentNode === null ? undefined : known.get(parentNode);
  if (parent !== undefined && parent.role !== 'discussion') {
    return { target: parent.node, rule: 'ancestor' };
  }
  const inherited = parent === undefined ? null : (targets.get(parent)?.target ?? null);
  if (inherited !== null) return { target: inherited, rule: 'ancestor' };
  const referred = message.references.find((node) => isSubmission(known.get(node)));
  if (referred !== undefined) return { target: referred, rule: 'reference' };
  return { target: null, rule: 'none' };
}

function isSubmission(message: KnownMessage | undefined): boolean {
  return message !== undefined && message.role !== 'discussion';
}
