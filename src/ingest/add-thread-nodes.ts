import type { Transaction } from '../store/database.ts';
import type { NodeId } from '../thread/known-message.ts';
import type { MailingList } from '../store/mailing-lists.ts';
import {
  countThreadNodes,
  drawNodeIds,
  insertThreadNodes,
  loadThreadNodes,
  mergeThreads,
} from '../store/thread-nodes.ts';
import type { ThreadNode } from '../store/thread-nodes.ts';
import { joinThreads, threadsTiedTogether } from './join-threads.ts';
import type { ReferenceLink } from './join-threads.ts';

/** The nodes of the message-ids that a batch names. */
export interface AddedThreadNodes {
  /** By message-id, with the threads as they are now. */
  readonly nodes: ReadonlyMap<string, ThreadNode>;
  /** Those that were there before. */
  readonly formerNodes: ReadonlySet<NodeId>;
}

/** Adds the message-ids of `links` that the list does not have, and joins the threads that they tie together. */
export async function addThreadNodes(
  transaction: Transaction,
  list: MailingList,
  links: readonly ReferenceLink[],
): Promise<AddedThreadNodes> {
  const messageIds = [...new Set(links.flat())];
  const stored = await loadThreadNodes(transaction, list.id, messageIds);
  const storedIds = new Set(stored.map((node) => node.messageId));
  const unseen = messageIds.filter((messageId) => !storedIds.has(messageId));
  const drawn = await drawNodeIds(transaction, unseen.length);
  const newIds = new Map(unseen.map((messageId, index) => [messageId, drawn[index]!]));
  const nodeCounts = await countThreadNodes(transaction, threadsTiedTogether(links, stored));
  const { newNodes, merges } = joinThreads(links, stored, newIds, nodeCounts);
  await insertThreadNodes(transaction, list.id, newNodes);
  await mergeThreads(transaction, merges);
  const mergedInto = new Map(merges.map((merge) => [merge.from, merge.into]));
  const current = (threadId: number): number => mergedInto.get(threadId) ?? threadId;
  const storedNow = stored.map((node) => ({ ...node, threadId: current(node.threadId) }));
  return {
    nodes: new Map([...storedNow, ...newNodes].map((node) => [node.messageId, node])),
    formerNodes: new Set(stored.map((node) => node.id)),
  };
}
