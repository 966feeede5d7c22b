import type { Queryable } from './database.ts';
import type { MessageRowId } from './stored-message.ts';

/** What can happen; the first eleven are Patchwork's. */
export const eventCategories = [
  'cover-created',
  'patch-created',
  'patch-completed',
  'series-created',
  'series-completed',
  'patch-state-changed',
  'patch-delegated',
  'patch-relation-changed',
  'check-created',
  'cover-comment-created',
  'patch-comment-created',
  'series-superseded',
  'series-rekeyed',
  'message-flagged',
] as const;

export type EventCategory = (typeof eventCategories)[number];

/** An event before it has its number; see the columns of table event. */
export interface NewEvent {
  readonly category: EventCategory;
  readonly listId: number;
  /** The user who did it; absent when mail did. */
  readonly actorId?: number;
  readonly patch?: MessageRowId;
  readonly cover?: MessageRowId;
  readonly comment?: MessageRowId;
  /** Row in series. */
  readonly seriesId?: number;
  readonly checkId?: number;
  /** What else is to be said, with the names of the API's payload. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * Appends events to the feed in the order given. Must be the last statement of its transaction: from here to the commit
 * no other transaction can append.
 */
export async function appendEvents(
  transaction: Queryable,
  events: readonly NewEvent[],
): Promise<void> {
  if (events.length === 0) return;
  await transaction.query({
    name: 'append-events',
    text: 'SELECT patchloom.append_events($1)',
    values: [JSON.stringify(events.map(eventRow))],
  });
}

function eventRow({ listId, actorId, seriesId, checkId, ...event }: NewEvent): object {
  return {
    ...event,
    mailing_list_id: listId,
    actor_id: actorId,
    series_id: seriesId,
    check_id: checkId,
  };
}
