import { mailEvents } from '../review/mail-events.ts';
import type { MailChange, MailEvent, MessageChange, SeriesChange } from '../review/mail-events.ts';
import type { Series } from '../series/build-series.ts';
import type { Submission } from '../series/submission.ts';
import type { NewEvent } from '../store/append-events.ts';
import { loadCreated } from '../store/created-events.ts';
import type { Transaction } from '../store/database.ts';
import type { FeedMessage } from '../store/feed-messages.ts';
import type { MailingList } from '../store/mailing-lists.ts';
import type { SeriesChanges, SeriesRow } from '../store/series.ts';
import type { MessageRowId, StoredMessage } from '../store/stored-message.ts';

/**
 * The events of a change on one list. That a message was created is said once, however often it becomes a comment
 * again: what is stored is looked at for messages that are not new.
 */
export async function eventsOfChange(
  transaction: Transaction,
  list: MailingList,
  change: MailChange<MessageRowId>,
): Promise<NewEvent[]> {
  const events = mailEvents(change);
  const stored = new Set(change.messages.flatMap(({ id, before }) => (before === null ? [] : id)));
  const doubtful = events.filter((event) => {
    const id = createdMessage(event);
    return id !== null && stored.has(id);
  });
  const said = await loadCreated(
    transaction,
    doubtful.map((event) => ({ role: createdRole(event), id: createdMessage(event)! })),
  );
  const isRepeated = (event: MailEvent<MessageRowId>): boolean =>
    said.has(`${createdRole(event)} ${createdMessage(event)}`);
  return events
    .filter((event) => !isRepeated(event))
    .map((event) => ({ ...event, listId: list.id }));
}

/** The message that an event says to be created; null for other events. */
function createdMessage(event: MailEvent<MessageRowId>): MessageRowId | null {
  if (!event.category.endsWith('-created')) return null;
  return event.comment ?? event.cover ?? event.patch ?? null;
}

function createdRole(event: MailEvent<MessageRowId>): 'patch' | 'cover' | 'comment' {
  if (event.comment !== undefined) return 'comment';
  return event.cover === undefined ? 'patch' : 'cover';
}

/** Series as the feed compares them: as computed, with what is known of them from before. */
export function comparedSeries(
  computed: readonly Series<StoredMessage & Submission>[],
  stored: readonly SeriesRow[],
  idOf: ReadonlyMap<Series<StoredMessage & Submission>, number>,
  { aliases }: SeriesChanges,
): SeriesChange[] {
  const former = new Map(stored.map((row) => [row.id, row]));
  const formerKeys = new Map<number, string[]>();
  for (const { key, seriesId } of aliases) {
    formerKeys.set(seriesId, [...(formerKeys.get(seriesId) ?? []), key]);
  }
  return computed.map((series) => {
    const id = idOf.get(series)!;
    return {
      id,
      key: series.key,
      isNew: !former.has(id),
      formerKeys: formerKeys.get(id) ?? [],
      wasComplete: former.get(id)?.isComplete ?? false,
      isComplete: series.isComplete,
    };
  });
}

/** The messages of a list that are another than before. */
export function comparedMessages(
  before: readonly FeedMessage[],
  after: readonly FeedMessage[],
): MessageChange<MessageRowId>[] {
  const former = new Map(before.map((message) => [message.id, message]));
  const present = new Set(after.map(({ id }) => id));
  const changes = after.map(({ id, flags, ...place }) => {
    const stored = former.get(id) ?? null;
    const newFlags = flags.filter((flag) => stored?.flags.includes(flag) !== true);
    return { id, before: stored, after: place, newFlags };
  });
  const gone = before
    .filter(({ id }) => !present.has(id))
    .map((stored) => ({ id: stored.id, before: stored, after: null, newFlags: [] }));
  return [...changes, ...gone];
}
