-- Views for downstream readers. Dropped and re-created on every migrate, so they may change freely here;
-- columns are only ever added at the end.

DROP SCHEMA IF EXISTS api CASCADE;
CREATE SCHEMA api;
COMMENT ON SCHEMA api IS 'What downstream services read; role patchloom_reader sees this and nothing else.';

CREATE VIEW api.message AS
SELECT
  m.id,
  l.list_id,
  m.message_id,
  m.kind,
  m.name,
  m.subject,
  m.prefixes,
  m.version,
  m.number,
  m.total,
  m.is_reply,
  p.message_id AS parent,
  m.thread_id,
  m.series_id,
  m.submitter_name,
  m.submitter_email,
  m.date,
  m.flags,
  t.headers,
  t.content
FROM patchloom.message m
JOIN patchloom.mailing_list l ON l.id = m.mailing_list_id
JOIN patchloom.message_text t ON t.id = m.id
LEFT JOIN patchloom.message p ON p.id = m.parent;
COMMENT ON VIEW api.message IS 'Every message of every list.';

CREATE VIEW api.patch AS
SELECT
  m.id,
  l.list_id,
  m.message_id,
  m.kind,
  m.name,
  m.prefixes,
  m.version,
  m.number,
  m.total,
  m.series_id,
  m.series_number,
  m.submitter_name,
  m.submitter_email,
  coalesce(m.author_name, m.submitter_name) AS author_name,
  coalesce(m.author_email, m.submitter_email) AS author_email,
  m.date,
  encode(m.patchwork_hash, 'hex') AS hash,
  encode(m.patch_id, 'hex') AS patch_id,
  m.pull_url,
  m.flags,
  t.headers,
  t.content,
  t.diff,
  t.diff_files,
  t.trailers
FROM patchloom.message m
JOIN patchloom.mailing_list l ON l.id = m.mailing_list_id
JOIN patchloom.message_text t ON t.id = m.id
WHERE m.kind IN ('patch', 'pull-request');
COMMENT ON VIEW api.patch IS 'Patches and pull requests.';

CREATE VIEW api.cover AS
SELECT
  m.id,
  l.list_id,
  m.message_id,
  m.name,
  m.prefixes,
  m.version,
  m.total,
  m.series_id,
  m.submitter_name,
  m.submitter_email,
  m.date,
  m.flags,
  t.headers,
  t.content,
  t.diff AS interdiff
FROM patchloom.message m
JOIN patchloom.mailing_list l ON l.id = m.mailing_list_id
JOIN patchloom.message_text t ON t.id = m.id
WHERE m.kind = 'cover';
COMMENT ON VIEW api.cover IS 'Cover letters.';

CREATE VIEW api.comment AS
SELECT
  m.id,
  l.list_id,
  m.message_id,
  m.subject,
  p.message_id AS parent,
  m.target AS target_id,
  target.message_id AS target,
  target.kind AS target_kind,
  target.series_id,
  m.submitter_name,
  m.submitter_email,
  m.date,
  m.flags,
  t.headers,
  t.content,
  t.trailers
FROM patchloom.message m
JOIN patchloom.mailing_list l ON l.id = m.mailing_list_id
JOIN patchloom.message_text t ON t.id = m.id
JOIN patchloom.message target ON target.id = m.target
LEFT JOIN patchloom.message p ON p.id = m.parent
WHERE m.kind = 'comment';
COMMENT ON VIEW api.comment IS 'Replies to a patch, pull request or cover letter, each with what it comments on.';

CREATE VIEW api.series AS
SELECT
  s.id,
  l.list_id,
  s.key AS message_id,
  s.name,
  s.version,
  s.total,
  s.patch_count,
  s.is_complete,
  s.cover AS cover_id,
  s.submitter_name,
  s.submitter_email,
  s.date
FROM patchloom.series s
JOIN patchloom.mailing_list l ON l.id = s.mailing_list_id;
COMMENT ON VIEW api.series IS 'Postings of patch series; members are the patches and covers with its series_id.';

CREATE VIEW api.thread AS
SELECT
  m.thread_id AS id,
  l.list_id,
  count(*) AS message_count,
  min(m.date) AS first_date,
  max(m.date) AS last_date,
  (array_agg(m.message_id ORDER BY m.date NULLS LAST, m.message_id))[1] AS first_message_id,
  (array_agg(m.subject ORDER BY m.date NULLS LAST, m.message_id))[1] AS subject
FROM patchloom.message m
JOIN patchloom.mailing_list l ON l.id = m.mailing_list_id
GROUP BY m.thread_id, l.list_id;
COMMENT ON VIEW api.thread IS 'Connected components of references, with their first message.';

GRANT USAGE ON SCHEMA api TO patchloom_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA api TO patchloom_reader;
