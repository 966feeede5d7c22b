import type { MessageFacts } from '../message/message-facts.ts';

/** The list that a message belongs to, and which rule said so. */
export interface Route {
  readonly listId: string;
  /** "operator", "requested", "List-Id", "X-Mailing-List" or "X-list". */
  readonly rule: string;
}

/**
 * The list that an operator moved the message to, else the List-Id named when it was handed in, else the one in its
 * headers; null when none is named.
 */
export function routeMessage(
  movedToListId: string | null,
  requestedListId: string | null,
  facts: Pick<MessageFacts, 'listId' | 'listRule'>,
): Route | null {
  if (movedToListId !== null) return { listId: movedToListId, rule: 'operator' };
  if (requestedListId !== null) return { listId: requestedListId, rule: 'requested' };
  if (facts.listId === null || facts.listRule === null) return null;
  return { listId: facts.listId, rule: facts.listRule };
}
