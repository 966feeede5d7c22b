import type { Database } from './database.ts';

/** All that the database knows of one message on one list. */
export interface Explanation {
  readonly listId: string;
  readonly messageId: string;
  readonly kind: string;
  readonly subject: string;
  readonly name: string;
  readonly version: number;
  readonly versionInferred: boolean;
  readonly number: number | null;
  readonly total: number | null;
  readonly date: string | null;
  readonly submitterName: string | null;
  readonly submitterEmail: string | null;
  readonly hash: string | null;
  readonly patchId: string | null;
  readonly pullUrl: string | null;
  readonly flags: readonly string[];
  readonly isFirst: boolean;
  readonly factRules: { readonly list: string; readonly role: string; readonly submitter: string };
  readonly placeRules: {
    readonly parent: string;
    readonly target: string;
    readonly series: string | null;
  };
  readonly parent: string | null;
  readonly target: string | null;
  /** Message-ids that it refers to, closest first. */
  readonly references: readonly { readonly messageId: string; readonly isGhost: boolean }[];
  readonly series: {
    readonly key: string;
    readonly name: string | null;
    readonly isComplete: boolean;
    readonly total: number;
  } | null;
  readonly seriesMembers: readonly {
    readonly number: number;
    readonly messageId: string;
    readonly name: string;
    readonly rule: string;
  }[];
  readonly deliveries: readonly {
    readonly source: string;
    readonly position: number | null;
    readonly receivedAt: string;
    readonly outcome: string;
    readonly sha256: string;
  }[];
}

/** What is stored under a message-id (with angle brackets), on every list and for each content; [] when unknown. */
export async function explainMessage(
  database: Database,
  messageId: string,
): Promise<Explanation[]> {
  const { rows } = await database.query<Explanation>(selectExplanation, [messageId]);
  return rows;
}

const selectExplanation = `
  SELECT
    l.list_id AS "listId", m.message_id AS "messageId", m.kind, m.subject, m.name, m.version,
    m.version_inferred AS "versionInferred", m.number, m.total, m.date,
    m.submitter_name AS "submitterName", m.submitter_email AS "submitterEmail",
    encode(m.patchwork_hash, 'hex') AS hash, encode(m.patch_id, 'hex') AS "patchId",
    m.pull_url AS "pullUrl", m.flags, m.is_first AS "isFirst",
    m.fact_rules AS "factRules", m.place_rules AS "placeRules",
    parent.message_id AS parent, target.message_id AS target,
    (SELECT coalesce(json_agg(json_build_object('messageId', n.message_id, 'isGhost',
              NOT EXISTS (SELECT FROM patchloom.message k
                          WHERE k.mailing_list_id = m.mailing_list_id AND k.message_id = n.message_id))
              ORDER BY u.place), '[]')
     FROM unnest(m.reference_nodes) WITH ORDINALITY u (node, place)
     JOIN patchloom.thread_node n ON n.id = u.node) AS "references",
    CASE WHEN s.id IS NOT NULL THEN json_build_object(
      'key', s.key, 'name', s.name, 'isComplete', s.is_complete, 'total', s.total) END AS series,
    (SELECT coalesce(json_agg(json_build_object('number', o.series_number, 'messageId', o.message_id,
              'name', o.name, 'rule', o.place_rules->>'series') ORDER BY o.series_number), '[]')
     FROM patchloom.message o WHERE o.series_id = m.series_id) AS "seriesMembers",
    (SELECT coalesce(json_agg(json_build_object('source', d.source, 'position', d.position,
              'receivedAt', d.received_at, 'outcome', coalesce(d.outcome, 'waiting'),
              'sha256', encode(r.sha256, 'hex')) ORDER BY d.id), '[]')
     FROM patchloom.delivery d JOIN patchloom.raw_message r ON r.id = d.raw_message_id
     WHERE d.stored_message = m.id OR d.raw_message_id = m.raw_message_id) AS deliveries
  FROM patchloom.message m
  JOIN patchloom.mailing_list l ON l.id = m.mailing_list_id
  LEFT JOIN patchloom.message parent ON parent.id = m.parent
  LEFT JOIN patchloom.message target ON target.id = m.target
  LEFT JOIN patchloom.series s ON s.id = m.series_id
  WHERE m.message_id = $1
  ORDER BY l.list_id, m.is_first DESC, m.content_key`;
