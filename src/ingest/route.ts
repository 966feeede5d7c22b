import type { MessageFacts } from '../message/message-facts.ts';

/** The list that a message belongs to, and which rule said so. */
export interface Route {
  readonly listId: string;
  /** "requested", "List-Id", "X-Mailing-List" or "X-list". */
  readonly rule: string;
}

/** The List-Id that the operator named, else the one in the message's headers; null when neither names one. */
export function routeMessage(
  requestedListId: string | null,
  facts: Pick<MessageFacts, 'listId' | 'listRule'>,
): Route | null {
  if (requestedListId !== null) return { listId: requestedListId, rule: 'requested' };
  if (facts.listId === null || facts.listRule === null) return null;
  return { listId: facts.listId, rule: facts.listRule };
}
