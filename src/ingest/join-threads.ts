import { joinComponents } from '../thread/join-components.ts';
import type { NodeId } from '../thread/known-message.ts';
import type { ThreadMerge, ThreadNode } from '../store/thread-nodes.ts';

/** Where new message-ids belong, and which stored threads become one. */
export interface JoinedThreads {
  readonly newNodes: readonly ThreadNode[];
  readonly merges: readonly ThreadMerge[];
}

/** Message-ids that one message ties together: its own and all it refers to. */
export type ReferenceLink = readonly string[];

/**
 * The threads after adding `links`. A new message-id joins the thread of those it is tied to; where several stored
 * threads are tied together, the smaller ones move into the largest, so that a message moves at most log n times.
 * `newIds` holds an id for each message-id that is not in `stored`.
 */
export function joinThreads(
  links: readonly ReferenceLink[],
  stored: readonly ThreadNode[],
  newIds: ReadonlyMap<string, NodeId>,
  nodeCountOf: ReadonlyMap<number, number>,
): JoinedThreads {
  const storedThread = new Map(stored.map((node) => [node.messageId, node.threadId]));
  const keyOf = (messageId: string): number =>
    storedThread.get(messageId) ?? newIds.get(messageId)!;
  const components = joinComponents(links.map((link) => link.map(keyOf)));
  const threadOf = threadOfEachComponent(components, new Set(storedThread.values()), nodeCountOf);
  return {
    newNodes: [...newIds].map(([messageId, id]) => ({
      id,
      messageId,
      threadId: threadOf.get(components.get(id)!)!,
    })),
    merges: [...new Set(storedThread.values())]
      .map((from) => ({ from, into: threadOf.get(components.get(from)!)! }))
      .filter(({ from, into }) => from !== into),
  };
}

/** The stored threads that `links` tie together with other stored threads; [] when every link stays in one. */
export function threadsTiedTogether(
  links: readonly ReferenceLink[],
  stored: readonly ThreadNode[],
): number[] {
  const storedThread = new Map(stored.map((node) => [node.messageId, node.threadId]));
  const keyOf = (messageId: string): number | string => storedThread.get(messageId) ?? messageId;
  const components = joinComponents(links.map((link) => link.map(keyOf)));
  const threadsOf = new Map<number | string, number[]>();
  for (const threadId of new Set(storedThread.values())) {
    const component = components.get(threadId)!;
    threadsOf.set(component, [...(threadsOf.get(component) ?? []), threadId]);
  }
  return [...threadsOf.values()].filter((threads) => threads.length > 1).flat();
}

/** By component: the largest stored thread in it, the one with the lower id of equals; else its lowest new node. */
function threadOfEachComponent(
  components: ReadonlyMap<number, number>,
  storedThreads: ReadonlySet<number>,
  nodeCountOf: ReadonlyMap<number, number>,
): Map<number, number> {
  const size = (key: number): number => (storedThreads.has(key) ? (nodeCountOf.get(key) ?? 1) : 0);
  const threadOf = new Map<number, number>();
  for (const [key, component] of components) {
    const other = threadOf.get(component);
    const isBetter =
      other === undefined || size(key) > size(other) || (size(key) === size(other) && key < other);
    if (isBetter) threadOf.set(component, key);
  }
  return threadOf;
}
