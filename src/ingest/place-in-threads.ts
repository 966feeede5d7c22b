import { chooseParents, nearestKnown } from '../thread/choose-parents.ts';
import type { ParentChoice } from '../thread/choose-parents.ts';
import { chooseTargets } from '../thread/choose-targets.ts';
import type { TargetChoice } from '../thread/choose-targets.ts';
import type { NodeId } from '../thread/known-message.ts';
import type { Transaction } from '../store/database.ts';
import {
  haveCutCycle,
  loadAncestry,
  loadDescendants,
  loadReferring,
  loadThreadMessages,
} from '../store/load-messages.ts';
import type { MessageRowId, StoredMessage } from '../store/stored-message.ts';
import type { MessagePool } from './message-pool.ts';

/** What threads say of a message's place. */
export interface ThreadPlace {
  readonly isFirst: boolean;
  readonly parent: StoredMessage | null;
  readonly parentRule: ParentChoice['rule'];
  readonly target: StoredMessage | null;
  readonly targetRule: TargetChoice['rule'];
}

export type ThreadPlaces = Map<StoredMessage, ThreadPlace>;

/** New or changed messages of one list, and what they touch. */
export interface ThreadArrival {
  /** New messages, and stored ones whose facts were replaced. */
  readonly messages: readonly StoredMessage[];
  /** Their nodes that were there before, as ghosts or with another message: others may refer to them. */
  readonly formerNodes: readonly NodeId[];
  /** The threads that they are in. */
  readonly threadIds: readonly number[];
}

/**
 * Parents and targets of the new messages, and of all stored ones that they change: those that refer to them, those with
 * the same Message-ID, and what hangs below where a target changes. Loads what it needs into the pool, whose firsts are
 * complete afterwards for all references of the messages in the result. Where references form a cycle, whole threads
 * are derived anew.
 */
export async function placeInThreads(
  transaction: Transaction,
  pool: MessagePool,
  arrival: ThreadArrival,
): Promise<ThreadPlaces> {
  await pool.lookUpNodes([...arrival.formerNodes, ...nodesOf(arrival.messages)]);
  const reached = await reachedBy(transaction, pool, arrival);
  const isCyclic =
    (await haveCutCycle(transaction, arrival.threadIds)) ||
    (await wouldFormCycle(transaction, pool, reached));
  if (isCyclic) return placeWholeThreads(transaction, pool, arrival);
  return settleDownwards(transaction, pool, reached);
}

/**
 * Places of the messages in reach, and of all stored ones that hang below where a target changes. That may change the
 * target of another in reach, below which others hang: so it goes on until nothing new is found. No message is followed
 * twice.
 */
async function settleDownwards(
  transaction: Transaction,
  pool: MessagePool,
  reached: readonly StoredMessage[],
): Promise<ThreadPlaces> {
  const moving = new Set(reached);
  const followed = new Set<StoredMessage>();
  for (;;) {
    const places = await settlePlaces(pool, [...moving]);
    const changed = [...places].flatMap(([message, place]) =>
      !followed.has(message) && hasOtherTarget(pool, message, place) ? message : [],
    );
    for (const message of changed) followed.add(message);
    const below = pool
      .add(await loadDescendants(transaction, changed))
      .filter((message) => !moving.has(message));
    if (below.length === 0) return places;
    for (const message of below) moving.add(message);
    await pool.lookUpNodes(nodesOf(below));
  }
}

/** Their own nodes, so that none is taken for the first of its Message-ID wrongly, and those that they refer to. */
function nodesOf(messages: readonly StoredMessage[]): NodeId[] {
  return messages.flatMap((message) => [message.node, ...message.references]);
}

/** The new messages, the stored ones with the same Message-ID, and those that refer to them. */
async function reachedBy(
  transaction: Transaction,
  pool: MessagePool,
  { messages, formerNodes }: ThreadArrival,
): Promise<StoredMessage[]> {
  const former = new Set(formerNodes);
  const namesakes = pool.messages.filter((message) => former.has(message.node));
  const referring = pool.add(await loadReferring(transaction, formerNodes));
  await pool.lookUpNodes(nodesOf([...namesakes, ...referring]));
  return [...new Set([...messages, ...namesakes, ...referring])];
}

/**
 * Whether the parents that the references give would form a cycle. Stored parents form none, so a cycle goes through
 * a stored message that gets another parent, or through new messages alone.
 */
async function wouldFormCycle(
  transaction: Transaction,
  pool: MessagePool,
  reached: readonly StoredMessage[],
): Promise<boolean> {
  const firsts = pool.firsts();
  const parentIds = new Map<MessageRowId, MessageRowId | null>();
  for (const message of reached) {
    const { parent } = nearestKnown(message, firsts);
    parentIds.set(message.id, parent === null ? null : firsts.get(parent)!.id);
  }
  const isRelinked = reached.some((message) => {
    const former = pool.placementOf(message);
    return former !== null && former.parent !== parentIds.get(message.id);
  });
  const outside = isRelinked
    ? await loadAncestry(
        transaction,
        [...parentIds.values()].filter((id) => id !== null).filter((id) => !parentIds.has(id)),
      )
    : new Map<MessageRowId, MessageRowId | null>();
  return hasCycle(new Map([...outside, ...parentIds]));
}

/** Whether following the links from any key comes back to a key of the same walk. Each key is walked once. */
function hasCycle<K>(next: ReadonlyMap<K, K | null>): boolean {
  const walkOf = new Map<K, number>();
  let walk = 0;
  for (const start of next.keys()) {
    walk += 1;
    let key: K | null = start;
    while (key !== null && !walkOf.has(key)) {
      walkOf.set(key, walk);
      key = next.get(key) ?? null;
    }
    if (key !== null && walkOf.get(key) === walk) return true;
  }
  return false;
}

/** Places of these messages; those of all others in the pool stay as they are. */
async function settlePlaces(
  pool: MessagePool,
  messages: readonly StoredMessage[],
): Promise<ThreadPlaces> {
  const moving = new Set(messages);
  const settledIds = pool.messages.flatMap((message) =>
    moving.has(message) ? [] : (pool.placementOf(message)?.target ?? []),
  );
  await pool.lookUpIds(settledIds);
  const firsts = pool.firsts();
  const parents = new Map(messages.map((message) => [message, nearestKnown(message, firsts)]));
  const settled = new Map<StoredMessage, TargetChoice>();
  for (const message of pool.messages) {
    if (!moving.has(message)) settled.set(message, storedTarget(pool, message));
  }
  const targets = chooseTargets(messages, parents, firsts, settled);
  return placesOf(messages, parents, targets, firsts);
}

function storedTarget(pool: MessagePool, message: StoredMessage): TargetChoice {
  const id = pool.placementOf(message)?.target ?? null;
  const target = id === null ? undefined : pool.messageOf(id);
  return target === undefined
    ? { target: null, rule: 'none' }
    : { target: target.node, rule: 'ancestor' };
}

function placesOf(
  messages: readonly StoredMessage[],
  parents: ReadonlyMap<StoredMessage, ParentChoice>,
  targets: ReadonlyMap<StoredMessage, TargetChoice>,
  firsts: ReadonlyMap<NodeId, StoredMessage>,
): ThreadPlaces {
  const first = (node: NodeId | null): StoredMessage | null =>
    node === null ? null : (firsts.get(node) ?? null);
  return new Map(
    messages.map((message) => {
      const parent = parents.get(message)!;
      const target = targets.get(message)!;
      return [
        message,
        {
          isFirst: firsts.get(message.node) === message,
          parent: first(parent.parent),
          parentRule: parent.rule,
          target: first(target.target),
          targetRule: target.rule,
        },
      ];
    }),
  );
}

function hasOtherTarget(pool: MessagePool, message: StoredMessage, place: ThreadPlace): boolean {
  const former = pool.placementOf(message);
  return former !== null && former.target !== (place.target?.id ?? null);
}

async function placeWholeThreads(
  transaction: Transaction,
  pool: MessagePool,
  { messages, threadIds }: ThreadArrival,
): Promise<ThreadPlaces> {
  const stored = pool.add(await loadThreadMessages(transaction, threadIds));
  const all = [...new Set([...messages, ...stored])];
  const parents = chooseParents(all);
  return placesOf(all, parents, chooseTargets(all, parents), pool.firsts());
}
