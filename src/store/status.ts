import type { Database } from './database.ts';
import { countOutcomes } from './deliveries.ts';
import type { OutcomeCounts } from './deliveries.ts';

/** What an operator asks first: is mail coming in, is it being indexed, what is stuck. */
export interface Status {
  readonly deliveries: OutcomeCounts;
  /** When the last message was taken into custody; null when none was. */
  readonly lastReceivedAt: string | null;
  /** Age of the oldest delivery without a result, in seconds; null when none waits. */
  readonly oldestWaitingSeconds: number | null;
  readonly lists: readonly ListStatus[];
  readonly webhooks: WebhookCounts;
}

/** Receivers of events. */
export interface WebhookCounts {
  readonly alive: number;
  /** Of which the last attempt failed. */
  readonly failing: number;
  /** Given up until an operator revives them. */
  readonly dead: number;
}

export interface ListStatus {
  readonly listId: string;
  readonly messageCount: number;
  readonly patchCount: number;
  readonly seriesCount: number;
  readonly completeSeriesCount: number;
  readonly lastDate: string | null;
}

export async function readStatus(database: Database): Promise<Status> {
  const deliveries = await countOutcomes(database, null);
  const { rows: times } = await database.query(
    `SELECT (SELECT max(received_at) FROM patchloom.delivery) AS last,
            (SELECT extract(epoch FROM now() - min(received_at))::float
             FROM patchloom.delivery WHERE outcome IS NULL) AS waiting`,
  );
  const { rows: lists } = await database.query<ListStatus>(
    `SELECT l.list_id AS "listId",
            (SELECT count(*) FROM patchloom.message m WHERE m.mailing_list_id = l.id) AS "messageCount",
            (SELECT count(*) FROM patchloom.message m
             WHERE m.mailing_list_id = l.id AND m.kind IN ('patch', 'pull-request')) AS "patchCount",
            (SELECT count(*) FROM patchloom.series s WHERE s.mailing_list_id = l.id) AS "seriesCount",
            (SELECT count(*) FROM patchloom.series s
             WHERE s.mailing_list_id = l.id AND s.is_complete) AS "completeSeriesCount",
            (SELECT max(m.date) FROM patchloom.message m WHERE m.mailing_list_id = l.id) AS "lastDate"
     FROM patchloom.mailing_list l ORDER BY l.list_id`,
  );
  const { rows: webhooks } = await database.query<WebhookCounts>(
    `SELECT count(*) FILTER (WHERE died_at IS NULL AND failure_count = 0) AS alive,
            count(*) FILTER (WHERE died_at IS NULL AND failure_count > 0) AS failing,
            count(*) FILTER (WHERE died_at IS NOT NULL) AS dead
     FROM patchloom.webhook`,
  );
  return {
    deliveries,
    lastReceivedAt: times[0].last,
    oldestWaitingSeconds: times[0].waiting,
    lists,
    webhooks: webhooks[0]!,
  };
}
