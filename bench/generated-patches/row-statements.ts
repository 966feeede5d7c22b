import { listCount, personCount, userCount } from './scratch-statements.ts';

/** Rows that all others name; written first. */
export const namedRows = [
  `INSERT INTO patchloom.mailing_list (list_id)
   SELECT 'list' || n || '.bench.example' FROM generate_series(1, ${listCount}) n`,
  `INSERT INTO patchloom.app_user (username, email)
   SELECT 'user' || n, 'user' || n || '@bench.example' FROM generate_series(1, ${userCount}) n`,
  `INSERT INTO patchloom.person (email, name)
   SELECT 'person' || n || '@bench.example', 'Person ' || n FROM generate_series(1, ${personCount}) n`,
] as const;

const diff = `'diff --git a/drivers/float/depth.c b/drivers/float/depth.c
index 1111111..2222222 100644
--- a/drivers/float/depth.c
+++ b/drivers/float/depth.c
@@ -' || m.id || ',3 +' || m.id || ',3 @@ static int probe(void)
 	int level = read_level();
-	return level;
+	return level - ' || m.id || ';
 }
'`;

const diffFiles = `'[{"oldPath":"drivers/float/depth.c","newPath":"drivers/float/depth.c","change":"modified","isBinary":false,"addedLineCount":1,"deletedLineCount":1}]'`;

const from = `m.person_name || ' <' || m.person_email || '>'`;

const headers = `(CASE WHEN m.parent IS NULL THEN '[' ELSE '[["References", "' || (
    SELECT string_agg('<' || m.base / 12 || '.' || r || '@mail.example>', ' ' ORDER BY ordinal DESC)
    FROM unnest(m.refs) WITH ORDINALITY AS u (r, ordinal)) || '"],' END || substr(json_build_array(
    json_build_array('From', ${from}),
    json_build_array('To', 'list' || m.list_id || '@bench.example'),
    json_build_array('List-Id', '<list' || m.list_id || '.bench.example>'),
    json_build_array('Date', to_char(m.sent_at, 'Dy, DD Mon YYYY HH24:MI:SS +0000')),
    json_build_array('Message-ID', m.message_id),
    json_build_array('Subject', m.subject),
    json_build_array('Content-Type', 'text/plain; charset=utf-8'))::text, 2))::json`;

const trailerKind = `CASE m.kind WHEN 'comment' THEN 'Reviewed-by' ELSE 'Signed-off-by' END`;

const content = `m.title_text || ' is read before it was set, so what the probe says of it after a resume is not to be relied on.'
    || CASE m.kind WHEN 'other' THEN '' ELSE E'\\n\\n' || ${trailerKind} || ': ' || ${from} END`;

const trailers = `CASE m.kind WHEN 'other' THEN '[]' ELSE json_build_array(json_build_object(
    'kind', ${trailerKind}, 'value', ${from})) END`;

const messageRows = `INSERT INTO patchloom.message (id, mailing_list_id, thread_node_id, thread_id, message_id, content_key,
    raw_message_id, is_first, date, kind, name, subject, prefixes, version, version_inferred, number, total, is_reply,
    reference_nodes, parent, target, series_id, series_number, is_split, submitter_name, submitter_email,
    patchwork_hash, patch_id, flags, fact_rules, place_rules, rule_version, paths, public_id, submitter_id, received_at)
  SELECT m.id, m.list_id, m.id, m.base + m.root + 1, m.message_id, sha256(('content ' || m.id)::bytea),
    m.id, true, m.sent_at, m.kind, m.name, m.subject, m.prefixes, 1, true, m.number, m.total, m.kind = 'comment',
    (SELECT coalesce(array_agg(m.base + r + 1), '{}') FROM unnest(m.refs) r), m.base + m.parent + 1, m.base + m.target + 1,
    m.series_id, m.series_number, false, m.person_name, m.person_email,
    CASE m.kind WHEN 'patch' THEN substr(sha256(('hash ' || m.id)::bytea), 1, 20) END,
    CASE m.kind WHEN 'patch' THEN substr(sha256(('patch-id ' || m.id)::bytea), 1, 20) END, '{}',
    jsonb_build_object('list', 'List-Id', 'role', m.role_rule, 'submitter', 'From'),
    jsonb_build_object('parent', CASE WHEN m.parent IS NULL THEN 'no-reference' ELSE 'closest-reference' END,
      'target', CASE WHEN m.target IS NULL THEN 'none' ELSE 'ancestor' END, 'series', m.series_rule), 1,
    CASE m.kind WHEN 'patch' THEN '{drivers/float/depth.c}'::text[] END, m.id, m.person_id,
    m.sent_at + interval '5 seconds'
  FROM bench.mail m`;

const textRows = `INSERT INTO patchloom.message_text (id, headers, content, diff, diff_files, trailers)
  SELECT m.id, ${headers}, ${content}, CASE m.kind WHEN 'patch' THEN ${diff} END,
    CASE m.kind WHEN 'patch' THEN ${diffFiles} ELSE '[]' END::json, ${trailers}
  FROM bench.mail m`;

const trailerRows = `INSERT INTO patchloom.trailer (message, position, kind, value, person_name, person_email)
  SELECT m.id, 0, ${trailerKind}, ${from},
    m.person_name, m.person_email
  FROM bench.mail m WHERE m.kind <> 'other'`;

/** A stub, not the whole message: nothing of the API reads it. */
const rawRows = `INSERT INTO patchloom.raw_message (id, sha256, byte_count, encoding, body) OVERRIDING SYSTEM VALUE
  SELECT t.block * 12 + s.slot + 1, sha256(raw.body), octet_length(raw.body), 'identity', raw.body
  FROM bench.topic t CROSS JOIN bench.slot s
  CROSS JOIN LATERAL (SELECT convert_to(E'Message-ID: <' || t.block || '.' || s.slot || E'@mail.example>\\r\\n\\r\\n', 'UTF8') AS body) raw`;

const deliveryRows = `INSERT INTO patchloom.delivery (id, raw_message_id, source, received_at, queued_at, outcome, stored_message)
  SELECT id, id, 'bench', sent_at, sent_at, 'stored', id FROM (
    SELECT t.block * 12 + s.slot + 1 AS id, t.sent_at + s.slot * interval '1 minute' + interval '5 seconds' AS sent_at
    FROM bench.topic t CROSS JOIN bench.slot s) d`;

const nodeRows = `INSERT INTO patchloom.thread_node (id, mailing_list_id, message_id, thread_id)
  SELECT t.block * 12 + s.slot + 1, t.list_id, '<' || t.block || '.' || s.slot || '@mail.example>', t.block * 12 + s.root + 1
  FROM bench.topic t CROSS JOIN bench.slot s`;

const seriesRows = `INSERT INTO patchloom.series (id, mailing_list_id, key, name, version, total, patch_count, is_complete,
    cover, submitter_name, submitter_email, date, public_id, submitter_id)
  SELECT m.series_id, m.list_id, m.message_id, m.title_text, 1, coalesce(m.total, 1), coalesce(m.total, 1), true,
    CASE m.kind WHEN 'cover' THEN m.id END, m.person_name, m.person_email, m.sent_at, m.series_id, m.person_id
  FROM bench.mail m WHERE m.slot IN (0, 8)`;

/** Of a thousand patches, 100 are new; one in 20,000 is deferred, the rare state. */
const stateId = `CASE WHEN p.drawn / 1000 % 20000 = 7 THEN 10 WHEN p.drawn % 1000 < 100 THEN 1 WHEN p.drawn % 1000 < 140 THEN 2
    WHEN p.drawn % 1000 < 600 THEN 3 WHEN p.drawn % 1000 < 620 THEN 4 WHEN p.drawn % 1000 < 660 THEN 5
    WHEN p.drawn % 1000 < 720 THEN 6 WHEN p.drawn % 1000 < 820 THEN 7 WHEN p.drawn % 1000 < 830 THEN 8 ELSE 9 END`;

const checkStates = `('{success,success,success,warning,fail}'::text[])[1 + t.block % 5]`;

const patchRows = `INSERT INTO patchloom.patch (id, message, mailing_list_id, submitter_id, date, state_id, archived, delegate_id, check_state)
  SELECT p.id, p.id, p.list_id, p.person_id, p.sent_at, ${stateId}, p.drawn % 1000 >= 140 AND p.drawn % 7 < 3,
    CASE WHEN p.drawn % 11 = 0 THEN 1 + p.drawn % ${userCount} END, p.check_state
  FROM (
    SELECT t.block * 12 + s.slot + 1 AS id, t.list_id, t.people[s.person] AS person_id,
      t.sent_at + s.slot * interval '1 minute' AS sent_at,
      (hashint8(t.block * 12 + s.slot) & 2147483647) AS drawn,
      CASE s.slot WHEN 8 THEN ${checkStates} ELSE 'pending' END AS check_state
    FROM bench.topic t JOIN bench.slot s ON s.kind = 'patch') p`;

const checkRows = `INSERT INTO patchloom.patch_check (id, patch_id, user_id, created_at, state, target_url, context, description)
  SELECT t.block + 1, t.block * 12 + 9, 1 + t.block % ${userCount}, t.sent_at + interval '20 minutes', ${checkStates},
    'https://checks.bench.example/' || t.block, 'build', 'tried on two machines'
  FROM bench.topic t`;

const eventRows = `INSERT INTO patchloom.event (seq, created_at, category, mailing_list_id, actor_id, patch, cover, comment, series_id, check_id)
  SELECT t.block * (SELECT count(*) FROM bench.happening) + h.place, t.sent_at + interval '20 minutes', h.category, t.list_id,
    CASE WHEN h.is_check THEN 1 + t.block % ${userCount} END,
    t.block * 12 + h.patch + 1, t.block * 12 + h.cover + 1, t.block * 12 + h.comment + 1, t.block * 2 + h.series,
    CASE WHEN h.is_check THEN t.block + 1 END
  FROM bench.topic t CROSS JOIN bench.happening h`;

/** The rows of each table, the longest work first; they need no other table but those of `namedRows`. */
export const rowsOfTables: Readonly<Record<string, string>> = {
  message: messageRows,
  message_text: textRows,
  event: eventRows,
  raw_message: rawRows,
  delivery: deliveryRows,
  thread_node: nodeRows,
  trailer: trailerRows,
  patch: patchRows,
  series: seriesRows,
  patch_check: checkRows,
};

/** What the triggers keep otherwise, and where ids go on. */
export const closingStatements = [
  `INSERT INTO patchloom.patch_count (mailing_list_id, state_id, archived, patch_count)
   SELECT mailing_list_id, state_id, archived, count(*) FROM patchloom.patch WHERE is_shown GROUP BY 1, 2, 3`,
  `INSERT INTO patchloom.list_count (mailing_list_id, counted, row_count)
   SELECT mailing_list_id, 'series', count(*) FROM patchloom.series GROUP BY 1
   UNION ALL SELECT mailing_list_id, 'cover', count(*) FROM patchloom.message WHERE kind = 'cover' GROUP BY 1
   UNION ALL SELECT mailing_list_id, category, count(*) FROM patchloom.event GROUP BY 1, 2`,
  `UPDATE patchloom.event_counter SET (last_seq, last_at) =
     (SELECT seq, created_at FROM patchloom.event ORDER BY seq DESC LIMIT 1)`,
  `SELECT setval('patchloom.message_row_id', max(id)), setval('patchloom.thread_node_id', max(id)),
     setval('patchloom.delivery_id', max(id)), setval(pg_get_serial_sequence('patchloom.raw_message', 'id'), max(id))
   FROM patchloom.message`,
  `SELECT setval('patchloom.series_id', max(id)) FROM patchloom.series`,
  `SELECT setval(pg_get_serial_sequence('patchloom.patch_check', 'id'), max(id)) FROM patchloom.patch_check`,
] as const;
