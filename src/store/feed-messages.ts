import type { Queryable } from './database.ts';
import type { MessageRowId, Placement } from './stored-message.ts';

/** What the feed tells of a message, as it is stored. */
export interface FeedMessage extends Pick<
  Placement,
  'kind' | 'target' | 'seriesId' | 'seriesNumber'
> {
  readonly id: MessageRowId;
  readonly flags: readonly string[];
}

/** All messages of a list, by row number. */
export async function loadFeedMessages(
  queryable: Queryable,
  listId: number,
): Promise<FeedMessage[]> {
  const { rows } = await queryable.query<FeedMessage>(
    `SELECT id, kind, target, series_id AS "seriesId", series_number AS "seriesNumber", flags
     FROM patchloom.message WHERE mailing_list_id = $1 ORDER BY id`,
    [listId],
  );
  return rows;
}
