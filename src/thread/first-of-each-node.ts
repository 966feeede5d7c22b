import { compareMessages } from './known-message.ts';
import type { KnownMessage, NodeId } from './known-message.ts';

/**
 * The message that stands for each message-id: the first in the total order where several carry it.
 * References lead to it; the others keep their place in the thread, but nothing hangs below them.
 */
export function firstOfEachNode<M extends KnownMessage>(messages: readonly M[]): Map<NodeId, M> {
  const first = new Map<NodeId, M>();
  for (const message of messages) {
    const other = first.get(message.node);
    if (other === undefined || compareMessages(message, other) < 0) {
      first.set(message.node, message);
    }
  }
  return first;
}
