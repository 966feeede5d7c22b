import { compareMessages } from './known-message.ts';
import type { KnownMessage, NodeId } from './known-message.ts';
import { firstOfEachNode } from './first-of-each-node.ts';

/** Why a message has the parent it has. */
export type ParentRule =
  /** The closest reference is known. */
  | 'closest-reference'
  /** Closer references are ghosts; this one is the nearest known. */
  | 'nearest-known-reference'
  /** It refers to nothing. */
  | 'no-reference'
  /** It refers only to messages that never came. */
  | 'ghosts-only'
  /** Its references form a cycle, and it is the first of the cycle in the total order. */
  | 'cycle-cut';

export interface ParentChoice {
  readonly parent: NodeId | null;
  readonly rule: ParentRule;
}

/**
 * The parent of each message: the nearest known one among its references.
 * Where parents would form a cycle, the first message of the cycle in the total order has none.
 * Linear in the number of references.
 */
export function chooseParents<M extends KnownMessage>(
  messages: readonly M[],
): Map<M, ParentChoice> {
  const known = firstOfEachNode(messages);
  const choices = new Map<M, ParentChoice>();
  for (const message of messages) choices.set(message, nearestKnown(message, known));
  for (const cut of firstOfEachCycle(known, choices)) {
    choices.set(cut, { parent: null, rule: 'cycle-cut' });
  }
  return choices;
}

/** The nearest known message among a message's references; cycles are not looked at. */
export function nearestKnown(
  message: KnownMessage,
  known: ReadonlyMap<NodeId, unknown>,
): ParentChoice {
  if (message.references.length === 0) return { parent: null, rule: 'no-reference' };
  const nearest = message.references.findIndex((node) => node !== message.node && known.has(node));
  const parent = message.references[nearest];
  if (parent === undefined) return { parent: null, rule: 'ghosts-only' };
  return { parent, rule: nearest === 0 ? 'closest-reference' : 'nearest-known-reference' };
}

/** Each message has one parent at most, so a walk upwards meets every cycle; each node is walked once. */
function firstOfEachCycle<M extends KnownMessage>(
  known: ReadonlyMap<NodeId, M>,
  choices: ReadonlyMap<M, ParentChoice>,
): M[] {
  const walkOfNode = new Map<NodeId, number>();
  const cuts: M[] = [];
  let walk = 0;
  for (const start of known.keys()) {
    walk += 1;
    let node: NodeId | null = start;
    while (node !== null && !walkOfNode.has(node)) {
      walkOfNode.set(node, walk);
      node = parentOf(node, known, choices);
    }
    if (node !== null && walkOfNode.get(node) === walk) {
      cuts.push(firstOfCycle(node, known, choices));
    }
  }
  return cuts;
}

function firstOfCycle<M extends KnownMessage>(
  entry: NodeId,
  known: ReadonlyMap<NodeId, M>,
  choices: ReadonlyMap<M, ParentChoice>,
): M {
  let first = known.get(entry)!;
  let node = parentOf(entry, known, choices);
  while (node !== null && node !== entry) {
    const message = known.get(node)!;
    if (compareMessages(message, first) < 0) first = message;
    node = parentOf(node, known, choices);
  }
  return first;
}

function parentOf<M extends KnownMessage>(
  node: NodeId,
  known: ReadonlyMap<NodeId, M>,
  choices: ReadonlyMap<M, ParentChoice>,
): NodeId | null {
  const message = known.get(node);
  return message === undefined ? null : (choices.get(message)?.parent ?? null);
}
