import { exportMessages } from '../../src/store/export.ts';
import type { Database } from '../../src/store/database.ts';

/** What `patchloom export` prints. */
export async function exportText(
  database: Database,
  listId: string | null = null,
): Promise<string> {
  let text = '';
  await exportMessages(database, listId, async (messages) => {
    text += messages.map((message) => `${JSON.stringify(message)}\n`).join('');
  });
  return text;
}

/**
 * All that is stored of each message, by list, Message-ID and content, without the numbers that the database gave and
 * without times of arrival: the same for the same set of messages.
 */
export async function storedRows(database: Database): Promise<object[]> {
  const { rows } = await database.query(
    `SELECT l.list_id, m.message_id, encode(m.content_key, 'hex') AS content_key, encode(r.sha256, 'hex') AS raw,
            m.is_first, m.date, m.kind, m.name, m.subject, m.prefixes, m.version, m.version_inferred,
            m.number, m.total, m.is_reply, m.submitter_name, m.submitter_email, m.author_name, m.author_email,
            encode(m.patchwork_hash, 'hex') AS patchwork_hash, encode(m.patch_id, 'hex') AS patch_id, m.pull_url,
            m.flags, m.fact_rules, m.place_rules, m.series_number,
            p.message_id AS parent, encode(p.content_key, 'hex') AS parent_content,
            c.message_id AS target, encode(c.content_key, 'hex') AS target_content,
            s.key AS series, s.name AS series_name, s.version AS series_version, s.total AS series_total,
            s.patch_count, s.is_complete, s.submitter_name AS series_submitter, s.date AS series_date,
            (SELECT array_agg(n.message_id ORDER BY u.place) FROM unnest(m.reference_nodes) WITH ORDINALITY u (node, place)
             JOIN patchloom.thread_node n ON n.id = u.node) AS reference_ids,
            (SELECT min(n.message_id) FROM patchloom.thread_node n WHERE n.thread_id = m.thread_id) AS thread,
            t.headers, t.content, t.diff, t.diff_files, t.trailers,
            (SELECT json_agg(to_jsonb(r) - 'message' ORDER BY r.position)
             FROM patchloom.trailer r WHERE r.message = m.id) AS trailer_rows,
            (SELECT json_agg(to_jsonb(d) - 'message' ORDER BY d.position)
             FROM patchloom.dependency d WHERE d.message = m.id) AS dependency_rows
     FROM patchloom.message m
     JOIN patchloom.mailing_list l ON l.id = m.mailing_list_id
     JOIN patchloom.raw_message r ON r.id = m.raw_message_id
     JOIN patchloom.message_text t ON t.id = m.id
     LEFT JOIN patchloom.message p ON p.id = m.parent
     LEFT JOIN patchloom.message c ON c.id = m.target
     LEFT JOIN patchloom.series s ON s.id = m.series_id
     ORDER BY l.list_id, m.message_id, m.content_key`,
  );
  return rows;
}
