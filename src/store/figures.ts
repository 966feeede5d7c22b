import type { Queryable } from './database.ts';

/** How the whole database stands, whichever processes work on it. */
export interface DatabaseFigures {
  /** Deliveries without an outcome; counted up to `maxCounted`, as the next two are. */
  readonly waitingCount: number;
  /** Since custody; 0 when none waits. */
  readonly oldestWaitingSeconds: number;
  readonly deadCount: number;
  readonly unroutedCount: number;
  /** All that was ever taken into custody, by any way. */
  readonly deliveryCount: number;
  /** Since the last delivery came; null when none did. */
  readonly lastDeliveryAgeSeconds: number | null;
  readonly lastEventSeq: number;
  /** Since the last event was written; since the database was made where there is none. */
  readonly lastEventAgeSeconds: number;
  /** Webhooks that were given up. */
  readonly deadWebhookCount: number;
  /** Events that the slowest living webhook has still before it; 0 without one. */
  readonly webhookLagEvents: number;
  /** Of any session of this database, prepared ones included; 0 when there is none. */
  readonly oldestTransactionSeconds: number;
  /** Transactions between now and the oldest that some session can still see: what VACUUM cannot clean. */
  readonly oldestSnapshotAge: number;
  readonly databaseBytes: number;
  readonly schemaVersion: number;
}

/** Beyond this the exact number tells nobody more, and counting would cost. */
export const maxCounted = 100_000;

/** Reads all figures in one statement that reads no table whole. */
export async function readFigures(queryable: Queryable): Promise<DatabaseFigures> {
  const { rows } = await queryable.query({
    name: 'read-figures',
    text: `WITH waiting AS MATERIALIZED (
             SELECT received_at FROM patchloom.delivery WHERE outcome IS NULL
             ORDER BY queued_at LIMIT $1)
           SELECT
             (SELECT count(*) FROM waiting) AS "waitingCount",
             (SELECT greatest(0, coalesce(extract(epoch FROM now() - min(received_at)), 0))::float
              FROM waiting) AS "oldestWaitingSeconds",
             (SELECT count(*) FROM (SELECT FROM patchloom.delivery
                WHERE outcome IN ('dead', 'dropped') AND outcome = 'dead' LIMIT $1) d) AS "deadCount",
             (SELECT count(*) FROM (SELECT FROM patchloom.delivery
                WHERE outcome = 'unrouted' LIMIT $1) u) AS "unroutedCount",
             (SELECT CASE WHEN is_called THEN last_value ELSE 0 END
              FROM patchloom.delivery_id) AS "deliveryCount",
             c.last_seq AS "lastEventSeq",
             (SELECT greatest(0, extract(epoch FROM now() - received_at))::float
              FROM patchloom.delivery ORDER BY id DESC LIMIT 1) AS "lastDeliveryAgeSeconds",
             greatest(0, extract(epoch FROM now() - c.last_at))::float AS "lastEventAgeSeconds",
             (SELECT count(*) FROM patchloom.webhook WHERE died_at IS NOT NULL) AS "deadWebhookCount",
             (SELECT coalesce(c.last_seq - min(after_seq), 0) FROM patchloom.webhook
              WHERE died_at IS NULL) AS "webhookLagEvents",
             (SELECT coalesce(max(extract(epoch FROM now() - t.begun)), 0)::float FROM (
                SELECT xact_start AS begun FROM pg_stat_activity
                WHERE datname = current_database() AND backend_type = 'client backend'
                  AND pid <> pg_backend_pid()
                UNION ALL SELECT prepared FROM pg_prepared_xacts) t) AS "oldestTransactionSeconds",
             (SELECT coalesce(max(age(backend_xmin)), 0) FROM pg_stat_activity
              WHERE pid <> pg_backend_pid()) AS "oldestSnapshotAge",
             pg_database_size(current_database()) AS "databaseBytes",
             (SELECT max(version) FROM patchloom.schema_version) AS "schemaVersion"
           FROM patchloom.event_counter c`,
    values: [maxCounted],
  });
  return rows[0];
}
