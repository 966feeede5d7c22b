import type { Transaction } from '../store/database.ts';
import type { MailingList } from '../store/mailing-lists.ts';
import {
  countThreadNodes,
  drawNodeIds,
  insertThreadNodes,
  loadThreadNodes,
  mergeThreads,
} from '../store/thread-nodes.ts';
import type { ThreadNode } from '../store/thread-nodes.ts';
import { joinThreads } from './join-threads.ts';
import type { ReferenceLink } from './join-threads.ts';

/**
 * Adds the message-ids of `links` that the list does not have, and joins the threads that they tie together.
 * Result: the node of every message-id named, and the threads among them that were there before.
 */
export async function addThreadNodes(
  transaction: Transaction,
  list: MailingList,
  links: readonly ReferenceLink[],
): Promise<{ nodes: Map<string, ThreadNode>; storedThreads: number[] }> {
  const messageIds = [...new Set(links.flat())];
  const stored = await loadThreadNodes(transaction, list.id, messageIds);
  const storedIds = new Set(stored.map((node) => node.messageId));
  const unseen = messageIds.filter((messageId) => !storedIds.has(messageId));
  const drawn = await drawNodeIds(transaction, unseen.length);
  const newIds = new Map(unseen.map((messageId, index) => [messageId, drawn[index]!]));
  const threadIds = [...new Set(stored.map((node) => node.threadId))];
  const nodeCounts = await countThreadNodes(transaction, threadIds);
  const { newNodes, merges } = joinThreads(links, stored, newIds, nodeCounts);
  await insertThreadNodes(transaction, list.id, newNodes);
  await mergeThreads(transaction, merges);
  const mergedInto = new Map(merges.map((merge) => [merge.from, merge.into]));
  const current = (threadId: number): number => mergedInto.get(threadId) ?? threadId;
  const storedNow = stored.map((node) => ({ ...node, threadId: current(node.threadId) }));
  return {
    nodes: new Map([...storedNow, ...newNodes].map((node) => [node.messageId, node])),
    storedThreads: [...new Set(threadIds.map(current))],
  };
}
