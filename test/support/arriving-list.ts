import { joinThreads } from '../../src/ingest/join-threads.ts';
import { placeMessages } from '../../src/ingest/place-messages.ts';
import type { Series } from '../../src/series/build-series.ts';
import { isUnthreaded, seriesWindowMs } from '../../src/series/series-window.ts';
import { isNumbered, isSubmission } from '../../src/series/submission.ts';
import type { Placeable } from '../../src/series/submission.ts';
import type { NodeId } from '../../src/thread/known-message.ts';
import type { ThreadNode } from '../../src/store/thread-nodes.ts';
import { canonicalPlace, canonicalSeries } from './canonical-places.ts';

/**
 * A list in memory that is derived as the database is: each batch re-derives the threads it touches and what dates tie
 * to them, and nothing else.
 */
export interface ArrivingList<M extends Placeable> {
  readonly add: (batch: readonly M[]) => void;
  /** The result so far, in the form of `canonicalPlaces`. */
  readonly canonical: () => string;
  /** How many messages were derived, again or for the first time. */
  readonly derivedCount: () => number;
}

export function arrivingList<M extends Placeable>(): ArrivingList<M> {
  const nodes = new Map<string, ThreadNode>();
  const lines = new Map<M, string>();
  const seriesOf = new Map<M, Series | null>();
  let derivedCount = 0;
  const threadOf = (message: M): number => nodes.get(String(message.node))!.threadId;

  const add = (batch: readonly M[]): void => {
    addNodes(batch, nodes);
    const stored = [...lines.keys()];
    const region = regionOf(stored, batch, threadOf);
    derivedCount += region.length + batch.length;
    for (const [message, place] of placeMessages([...region, ...batch]).placeOf) {
      lines.set(message, canonicalPlace(message, place));
      seriesOf.set(message, place.series);
    }
  };
  const canonical = (): string => {
    const series = new Set(
      [...seriesOf.values()].filter((one) => one !== null).map(canonicalSeries),
    );
    return [...[...lines.values()].toSorted(), ...[...series].toSorted()].join('\n');
  };
  return { add, canonical, derivedCount: () => derivedCount };
}

/** Gives new nodes their threads, and moves those of threads that became one. */
function addNodes(batch: readonly Placeable[], nodes: Map<string, ThreadNode>): void {
  const links = batch.map(({ node, references }) => [node, ...references].map(String));
  const named = new Map(
    batch.flatMap(({ node, references }) =>
      [node, ...references].map((one) => [String(one), one] as const),
    ),
  );
  const stored = [...named.keys()].flatMap((id) => nodes.get(id) ?? []);
  const newIds = new Map<string, NodeId>([...named].filter(([id]) => !nodes.has(id)));
  const nodeCounts = new Map<number, number>();
  for (const { threadId } of nodes.values()) {
    nodeCounts.set(threadId, (nodeCounts.get(threadId) ?? 0) + 1);
  }
  const { newNodes, merges } = joinThreads(links, stored, newIds, nodeCounts);
  for (const node of newNodes) nodes.set(node.messageId, node);
  const into = new Map(merges.map((merge) => [merge.from, merge.into]));
  for (const [id, node] of nodes) {
    nodes.set(id, { ...node, threadId: into.get(node.threadId) ?? node.threadId });
  }
}

/** The stored messages that a batch can touch: the law that the indexer's queries follow. */
function regionOf<M extends Placeable>(
  stored: readonly M[],
  batch: readonly M[],
  threadOf: (message: M) => number,
): M[] {
  const reached = new Set(batch.map(threadOf));
  for (;;) {
    const inReach = [...stored, ...batch].filter((message) => reached.has(threadOf(message)));
    const more = stored.filter(
      (message) =>
        !reached.has(threadOf(message)) && inReach.some((other) => areNeighbours(message, other)),
    );
    if (more.length === 0) return inReach.filter((message) => !batch.includes(message));
    for (const message of more) reached.add(threadOf(message));
  }
}

function areNeighbours(a: Placeable, b: Placeable): boolean {
  if (!isSubmission(a) || !isSubmission(b) || !isUnthreaded(a) || !isUnthreaded(b)) return false;
  if (!isNumbered(a) || !isNumbered(b) || a.total !== b.total) return false;
  if (a.date === null || b.date === null || a.submitterEmail === null) return false;
  if (a.submitterEmail.toLowerCase() !== b.submitterEmail?.toLowerCase()) return false;
  return Math.abs(Date.parse(a.date) - Date.parse(b.date)) <= seriesWindowMs;
}
