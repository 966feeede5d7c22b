import type { MessageFacts } from '../../../src/message/message-facts.ts';
import type { Database } from '../../../src/store/database.ts';
import type { ToldPlace, ToldSeries } from './told-truth.ts';

/** The places that a database holds of one list, by message-id and content key. */
export async function storedPlaces(
  database: Database,
  listId: string,
): Promise<Map<string, FoundPlace>> {
  const { rows } = await database.query<StoredPlace>(selectPlaces, [listId]);
  return new Map(rows.map((row) => [identityOf(row), foundPlace(row)]));
}

export function identityOf({
  messageId,
  contentKey,
}: Pick<MessageFacts, 'messageId' | 'contentKey'>): string {
  return `${messageId} ${contentKey}`;
}

/** A place without what only the truth tells. */
export type FoundPlace = Omit<ToldPlace, 'shape' | 'series'> & {
  readonly series: ToldSeries | null;
};

type StoredPlace = Pick<MessageFacts, 'messageId' | 'contentKey'> &
  Pick<ToldPlace, 'isFirst' | 'parent' | 'target'> & {
    readonly kind: MessageFacts['role'] | 'comment' | 'other';
    readonly series: ToldSeries | null;
  };

const selectPlaces = `
  SELECT m.message_id AS "messageId", encode(m.content_key, 'hex') AS "contentKey", m.kind, m.is_first AS "isFirst",
    p.message_id AS parent, t.message_id AS target, s.told AS series
  FROM patchloom.message m
  JOIN patchloom.mailing_list l ON l.id = m.mailing_list_id
  LEFT JOIN patchloom.message p ON p.id = m.parent
  LEFT JOIN patchloom.message t ON t.id = m.target
  LEFT JOIN LATERAL (
    SELECT json_build_object(
      'members', (SELECT json_agg(o.series_number || ' ' || o.message_id ORDER BY o.series_number)
                  FROM patchloom.message o WHERE o.series_id = s.id),
      'version', s.version, 'total', s.total, 'isComplete', s.is_complete,
      'cover', (SELECT c.message_id FROM patchloom.message c WHERE c.id = s.cover)) AS told
    FROM patchloom.series s WHERE s.id = m.series_id) s ON true
  WHERE l.list_id = $1`;

function foundPlace(row: StoredPlace): FoundPlace {
  const { messageId, kind, isFirst, parent, target, series } = row;
  const role = kind === 'comment' || kind === 'other' ? 'discussion' : kind;
  return { messageId, role, isFirst, parent, target, series };
}
