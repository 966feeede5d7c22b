import type { Transaction } from '../store/database.ts';
import { loadMessagesById, loadMessagesOfNodes } from '../store/load-messages.ts';
import type {
  MessageRowId,
  PlacedMessage,
  Placement,
  StoredMessage,
} from '../store/stored-message.ts';
import { firstOfEachNode } from '../thread/first-of-each-node.ts';
import type { NodeId } from '../thread/known-message.ts';

/**
 * The messages of one list that a batch has to do with: new ones, and stored ones as they are loaded, each once.
 * A node that was asked for and has no message is a ghost.
 */
export class MessagePool {
  readonly #transaction: Transaction;
  readonly #messages = new Map<MessageRowId, StoredMessage>();
  readonly #placements = new Map<StoredMessage, Placement>();
  readonly #lookedUp = new Set<NodeId>();

  constructor(transaction: Transaction, newMessages: readonly StoredMessage[]) {
    this.#transaction = transaction;
    for (const message of newMessages) this.#messages.set(message.id, message);
  }

  /** Takes in loaded messages; returns them as the pool holds them, so that each is one object. */
  add(loaded: readonly PlacedMessage[]): StoredMessage[] {
    return loaded.map(({ message, placement }) => {
      const held = this.#messages.get(message.id);
      if (held !== undefined) return held;
      this.#messages.set(message.id, message);
      this.#placements.set(message, placement);
      return message;
    });
  }

  /** Loads the messages of these nodes that were not looked up before. */
  async lookUpNodes(nodes: Iterable<NodeId>): Promise<void> {
    const unknown = [...new Set(nodes)].filter((node) => !this.#lookedUp.has(node));
    for (const node of unknown) this.#lookedUp.add(node);
    this.add(await loadMessagesOfNodes(this.#transaction, unknown));
  }

  async lookUpIds(ids: Iterable<MessageRowId>): Promise<void> {
    const unknown = [...new Set(ids)].filter((id) => !this.#messages.has(id));
    this.add(await loadMessagesById(this.#transaction, unknown));
  }

  get messages(): StoredMessage[] {
    return [...this.#messages.values()];
  }

  /** The place a stored message has now; null for a new one. */
  placementOf(message: StoredMessage): Placement | null {
    return this.#placements.get(message) ?? null;
  }

  messageOf(id: MessageRowId): StoredMessage | undefined {
    return this.#messages.get(id);
  }

  /** The message that stands for each node. */
  firsts(): Map<NodeId, StoredMessage> {
    return firstOfEachNode(this.messages);
  }
}
