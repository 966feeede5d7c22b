import assert from 'node:assert/strict';
import type { Database } from '../../src/store/database.ts';

/** An event with what it names by what messages carry: the same in whatever order they came. */
export interface StoredEvent {
  readonly seq: number;
  readonly category: string;
  /** "<1@brook.example> 5f0c…": Message-ID and content key of the message that it says to be created; else null. */
  readonly created: string | null;
  /** Whether that message is now what it was created as. */
  readonly isCurrent: boolean;
  readonly seriesId: number | null;
  readonly patch: number | null;
}

/** All events, by number; fails unless the numbers are 1, 2, 3, … and times do not go back. */
export async function storedEvents(database: Database): Promise<StoredEvent[]> {
  const { rows } = await database.query<StoredEvent & { created_at: string }>(
    `SELECT e.seq, e.created_at, e.category, e.series_id AS "seriesId", e.patch,
            m.message_id || ' ' || encode(m.content_key, 'hex') AS created,
            coalesce(m.kind = CASE
              WHEN e.comment IS NOT NULL THEN 'comment'
              WHEN e.cover IS NOT NULL THEN 'cover'
              WHEN m.kind = 'pull-request' THEN 'pull-request'
              ELSE 'patch' END, false) AS "isCurrent"
     FROM patchloom.event e
     LEFT JOIN patchloom.message m
       ON m.id = coalesce(e.comment, e.cover, e.patch) AND e.category LIKE '%-created'
     ORDER BY e.seq`,
  );
  for (const [index, row] of rows.entries()) {
    assert.equal(row.seq, index + 1, 'numbers have no gaps');
    assert.ok(index === 0 || rows[index - 1]!.created_at <= row.created_at, 'times go on');
  }
  return rows;
}

/** What was said to be created and still is that, once each: "comment <2@brook.example> …"; sorted. */
export function createdMessages(events: readonly StoredEvent[]): string[] {
  const created = events.flatMap(({ category, created: message, isCurrent }) =>
    message === null || !isCurrent
      ? []
      : [`${category.replace(/^(patch|cover)-comment/, 'comment')} ${message}`],
  );
  assert.equal(new Set(created).size, created.length, 'each is created once');
  return created.toSorted();
}

interface SeriesNow {
  readonly id: number;
  readonly key: string;
  readonly isComplete: boolean;
  readonly patches: readonly number[];
}

/**
 * Keys of the series of which the last word is that they are complete, sorted. Fails unless these are the complete ones,
 * each series was created once, and after that last word nothing was said that it does not hold for.
 */
export async function completedSeries(
  database: Database,
  events: readonly StoredEvent[],
): Promise<string[]> {
  const { rows: series } = await database.query<SeriesNow>(
    `SELECT s.id, s.key, s.is_complete AS "isComplete",
            array(SELECT m.id FROM patchloom.message m WHERE m.series_id = s.id AND m.series_number > 0) AS patches
     FROM patchloom.series s`,
  );
  return series.flatMap((one) => (lastWordIsComplete(one, events) ? one.key : [])).toSorted();
}

function lastWordIsComplete(
  { id, key, isComplete, patches }: SeriesNow,
  events: readonly StoredEvent[],
): boolean {
  const own = events.filter(({ seriesId }) => seriesId === id);
  const isOf = (category: string) => (event: StoredEvent) => event.category === category;
  assert.equal(own.filter(isOf('series-created')).length, 1, `${key} is created once`);
  const last = own.findLast(isOf('series-completed'));
  if (last === undefined || !isComplete) {
    assert.equal(isComplete, false, `${key} is complete, and nobody was told`);
    return false;
  }
  const later = events.filter(({ seq }) => seq > last.seq);
  const contradiction = later.find(
    ({ category, seriesId, patch }) =>
      (category === 'patch-completed' && seriesId === id) ||
      (category === 'patch-created' && patch !== null && patches.includes(patch)),
  );
  assert.equal(contradiction, undefined, `${key} is complete, and then it was not`);
  return true;
}
