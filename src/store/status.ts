import type { Database } from './database.ts';
import { countOutcomes } from './deliveries.ts';
import type { OutcomeCounts } from './deliveries.ts';
import { readFigures } from './figures.ts';

/** What an operator asks first: is mail coming in, is it being indexed, what is stuck. */
export interface Status {
  readonly deliveries: OutcomeCounts;
  /** When the last message was taken into custody; null when none was. */
  readonly lastReceivedAt: string | null;
  /** Age of the oldest delivery without a result, in seconds; null when none waits. */
  readonly oldestWaitingSeconds: number | null;
  /** Of the last minute, 15 minutes and hour; among the newest `maxRecentCount` deliveries. */
  readonly recent: readonly RecentIntake[];
  /** Archives that are being replayed: that brought messages in the last minute. */
  readonly replays: readonly ReplayUnderWay[];
  /** Events that the slowest living webhook has still before it. */
  readonly webhookLagEvents: number;
  readonly schemaVersion: number;
  readonly databaseBytes: number;
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

export interface RecentIntake {
  readonly minutes: number;
  readonly receivedCount: number;
  /** Those of them that have an outcome. */
  readonly indexedCount: number;
}

export interface ReplayUnderWay {
  /** "replay:ltp.mbox" */
  readonly source: string;
  readonly receivedInMinute: number;
  readonly waitingCount: number;
}

/** Newer deliveries are found by their ids, which rise with time; more need not be looked at to see a rate. */
const maxRecentCount = 100_000;

const recentMinutes = [1, 15, 60];

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
  const { schemaVersion, databaseBytes, webhookLagEvents } = await readFigures(database);
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
    recent: await readRecentIntake(database),
    replays: await readReplays(database),
    webhookLagEvents,
    schemaVersion,
    databaseBytes,
    lists,
    webhooks: webhooks[0]!,
  };
}

async function readRecentIntake(database: Database): Promise<RecentIntake[]> {
  const { rows } = await database.query<RecentIntake>(
    `SELECT w.minutes, count(r.received_at) AS "receivedCount", count(r.outcome) AS "indexedCount"
     FROM unnest($1::int[]) AS w (minutes)
     LEFT JOIN (SELECT received_at, outcome FROM patchloom.delivery ORDER BY id DESC LIMIT $2) r
       ON r.received_at > now() - make_interval(mins => w.minutes)
     GROUP BY w.minutes ORDER BY w.minutes`,
    [recentMinutes, maxRecentCount],
  );
  return rows;
}

async function readReplays(database: Database): Promise<ReplayUnderWay[]> {
  const { rows } = await database.query<ReplayUnderWay>(
    `SELECT r.source, count(*) AS "receivedInMinute",
            count(*) FILTER (WHERE r.outcome IS NULL) AS "waitingCount"
     FROM (SELECT source, received_at, outcome FROM patchloom.delivery ORDER BY id DESC LIMIT $1) r
     WHERE starts_with(r.source, 'replay:') AND r.received_at > now() - interval '1 minute'
     GROUP BY r.source ORDER BY r.source`,
    [maxRecentCount],
  );
  return rows;
}
