import type { Queryable } from './database.ts';

/** A receiver of events, and how far it has come. */
export interface Webhook {
  readonly id: number;
  readonly url: string;
  readonly secret: Buffer;
  /** null: all. */
  readonly categories: readonly string[] | null;
  /** Rows in mailing_list; null: all. */
  readonly listIds: readonly number[] | null;
  readonly allowsPrivate: boolean;
  /** It has all events up to this number, as far as it gets them. */
  readonly afterSeq: number;
  /** Attempts that failed since the last that did not. */
  readonly failureCount: number;
  /** Until it may be tried again; 0 or less: now. */
  readonly waitMs: number;
  readonly lastFailure: string | null;
  readonly deliveredAt: string | null;
  /** null: it is alive. */
  readonly diedAt: string | null;
}

export type NewWebhook = Pick<
  Webhook,
  'url' | 'secret' | 'categories' | 'listIds' | 'allowsPrivate'
>;

const columns = `id, url, secret, categories, mailing_list_ids AS "listIds",
  allows_private AS "allowsPrivate", after_seq AS "afterSeq", failure_count AS "failureCount",
  coalesce(extract(epoch FROM next_attempt_at - now())::float8 * 1000, 0) AS "waitMs", last_failure AS "lastFailure", delivered_at AS "deliveredAt",
  died_at AS "diedAt"`;

/** Adds a receiver, which gets what happens from now on; returns its id. */
export async function addWebhook(queryable: Queryable, webhook: NewWebhook): Promise<number> {
  const { url, secret, categories, listIds, allowsPrivate } = webhook;
  const { rows } = await queryable.query<{ id: number }>(
    `INSERT INTO patchloom.webhook
       (url, secret, categories, mailing_list_ids, allows_private, after_seq)
     SELECT $1, $2, $3, $4, $5, last_seq FROM patchloom.event_counter RETURNING id`,
    [url, secret, categories, listIds, allowsPrivate],
  );
  return rows[0]!.id;
}

/** All receivers, by id. */
export async function loadWebhooks(queryable: Queryable): Promise<Webhook[]> {
  const { rows } = await queryable.query<Webhook>(
    `SELECT ${columns} FROM patchloom.webhook ORDER BY id`,
  );
  return rows;
}

/** The receiver with this id; null without one. */
export async function loadWebhook(queryable: Queryable, id: number): Promise<Webhook | null> {
  const { rows } = await queryable.query<Webhook>({
    name: 'load-webhook',
    text: `SELECT ${columns} FROM patchloom.webhook WHERE id = $1`,
    values: [id],
  });
  return rows[0] ?? null;
}

/** Removes a receiver; false when there is none. */
export async function removeWebhook(queryable: Queryable, id: number): Promise<boolean> {
  const { rowCount } = await queryable.query('DELETE FROM patchloom.webhook WHERE id = $1', [id]);
  return rowCount === 1;
}

/** Makes a receiver be tried again at once, also a dead one, from where it stopped; false when there is none. */
export async function reviveWebhook(queryable: Queryable, id: number): Promise<boolean> {
  const { rowCount } = await queryable.query(
    `UPDATE patchloom.webhook SET died_at = NULL, failure_count = 0, next_attempt_at = NULL
     WHERE id = $1`,
    [id],
  );
  return rowCount === 1;
}

/** Notes that a receiver has all events up to `seq`; `isDelivered` when it took some just now. */
export async function advanceWebhook(
  queryable: Queryable,
  id: number,
  seq: number,
  isDelivered: boolean,
): Promise<void> {
  await queryable.query({
    name: 'advance-webhook',
    text: `UPDATE patchloom.webhook SET after_seq = $2, failure_count = 0, next_attempt_at = NULL,
             last_failure = NULL, delivered_at = CASE WHEN $3 THEN now() ELSE delivered_at END
           WHERE id = $1`,
    values: [id, seq, isDelivered],
  });
}

/** Notes that an attempt failed, and when the next may be; null: it is given up. */
export async function noteWebhookFailure(
  queryable: Queryable,
  id: number,
  failure: string,
  delayMs: number | null,
): Promise<void> {
  await queryable.query({
    name: 'note-webhook-failure',
    text: `UPDATE patchloom.webhook SET failure_count = failure_count + 1, last_failure = $2,
             next_attempt_at = now() + $3::float8 * interval '1 millisecond',
             died_at = CASE WHEN $3::float8 IS NULL THEN now() END
           WHERE id = $1`,
    values: [id, failure, delayMs],
  });
}
