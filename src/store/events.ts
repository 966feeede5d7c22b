import type { EventCategory } from './append-events.ts';
import type { Queryable } from './database.ts';
import type { MessageRowId } from './stored-message.ts';

/** An event of the feed, as it is stored: it names rows. */
export interface StoredEvent {
  /** 1, 2, 3, … in the order of commits, without gaps. */
  readonly seq: number;
  /** "2026-11-23T20:14:46.086072Z" */
  readonly createdAt: string;
  readonly category: EventCategory;
  readonly listId: number;
  /** The user who did it; null: mail did. */
  readonly actorId: number | null;
  readonly patch: MessageRowId | null;
  readonly cover: MessageRowId | null;
  readonly comment: MessageRowId | null;
  readonly seriesId: number | null;
  readonly checkId: number | null;
  readonly details: Readonly<Record<string, unknown>> | null;
}

/** Which events a reader wants. */
export interface EventSelection {
  /** Those after this number; 0: from the first on. */
  readonly after: number;
  readonly limit: number;
  /** null: all. */
  readonly categories: readonly string[] | null;
  /** Rows in mailing_list; null: all. */
  readonly listIds: readonly number[] | null;
}

/** A part of the feed. */
export interface FeedPart {
  /** By number. */
  readonly events: readonly StoredEvent[];
  /** What to ask for more than next time: nothing up to it was wanted and is not in `events`. */
  readonly next: number;
}

/** The next events that a reader wants. They and `next` are of one moment. */
export async function loadEvents(
  queryable: Queryable,
  { after, limit, categories, listIds }: EventSelection,
): Promise<FeedPart> {
  const { rows } = await queryable.query<FeedRow>({
    name: 'load-events',
    text: `SELECT c.last_seq AS "lastSeq", e.seq, e.created_at AS "createdAt", e.category,
             e.mailing_list_id AS "listId", e.actor_id AS "actorId", e.patch, e.cover, e.comment,
             e.series_id AS "seriesId", e.check_id AS "checkId", e.details
           FROM patchloom.event_counter c
           LEFT JOIN LATERAL (
             SELECT * FROM patchloom.event
             WHERE seq > $1 AND ($3::text[] IS NULL OR category = ANY($3))
               AND ($4::int[] IS NULL OR mailing_list_id = ANY($4))
             ORDER BY seq LIMIT $2
           ) e ON true
           ORDER BY e.seq`,
    values: [after, limit, categories, listIds],
  });
  const events = rows.filter((row): row is StoredEvent & FeedRow => row.seq !== null);
  const isAll = events.length < limit;
  const next = isAll ? Math.max(after, rows[0]!.lastSeq) : events.at(-1)!.seq;
  return { events, next };
}

/** An event, or nothing but nulls where there is none. */
type FeedRow = (StoredEvent | { readonly seq: null }) & { readonly lastSeq: number };

/** Number of the last event; 0 before the first. */
export async function loadLastSeq(queryable: Queryable): Promise<number> {
  const { rows } = await queryable.query<{ seq: number }>({
    name: 'load-last-seq',
    text: 'SELECT last_seq AS seq FROM patchloom.event_counter',
  });
  return rows[0]!.seq;
}
