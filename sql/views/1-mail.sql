-- Views for downstream readers; docs/database.md says what they promise. Each file is run again whenever one of them
-- changes. They are replaced in place, which Postgres refuses unless columns are only added at the end: so what readers
-- build on them stays, and nobody breaks it by mistake.

CREATE SCHEMA IF NOT EXISTS api;
COMMENT ON SCHEMA api IS 'What downstream services read; role patchloom_reader sees this and nothing else.';
GRANT USAGE ON SCHEMA api TO patchloom_reader;
-- Postgres lets everybody call new functions. A view calls its functions as who reads it, so those it needs are granted
-- with it, by name.
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA patchloom, api FROM PUBLIC, patchloom_reader;

-- Joins to what only some columns need are outer ones, so that a query that does not ask for these never reads it.
CREATE OR REPLACE VIEW api.message AS
SELECT
  m.id,
  l.list_id,
  n.message_id,
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
  t.content,
  m.mailing_list_id AS project_id,
  m.submitter_id,
  m.received_at,
  m.parent AS parent_id,
  m.target AS target_id,
  m.series_number
FROM patchloom.message m
JOIN patchloom.mailing_list l ON l.id = m.mailing_list_id
JOIN patchloom.thread_node n ON n.id = m.thread_node_id
LEFT JOIN patchloom.message_text t ON t.id = m.id
LEFT JOIN patchloom.message p ON p.id = m.parent;
COMMENT ON VIEW api.message IS 'Every message of every list.';
COMMENT ON COLUMN api.message.id IS 'Stable number of the message; other views call it by what the message is.';
COMMENT ON COLUMN api.message.list_id IS 'List-Id without angle brackets.';
COMMENT ON COLUMN api.message.message_id IS 'With angle brackets; a message that came through two lists is there twice.';
COMMENT ON COLUMN api.message.kind IS 'patch, pull-request, cover, comment (on one of these), or other.';
COMMENT ON COLUMN api.message.name IS 'Subject with canonical prefixes: [RFC,v2,08/33] migration: new postcopy-pause state';
COMMENT ON COLUMN api.message.subject IS 'Subject decoded, white space collapsed.';
COMMENT ON COLUMN api.message.prefixes IS 'Subject prefixes in order: {RFC,v2,08/33}';
COMMENT ON COLUMN api.message.version IS '2 of v2; 1 where the subject names none.';
COMMENT ON COLUMN api.message.number IS '8 of 08/33; null without a series marker.';
COMMENT ON COLUMN api.message.total IS '33 of 08/33; null without a series marker.';
COMMENT ON COLUMN api.message.is_reply IS 'Whether the subject begins with Re.';
COMMENT ON COLUMN api.message.parent IS 'Message-id of the nearest known message it refers to; null at a root.';
COMMENT ON COLUMN api.message.thread_id IS 'Its thread; changes when threads join.';
COMMENT ON COLUMN api.message.series_id IS 'Series of a patch, pull request or cover; null for others.';
COMMENT ON COLUMN api.message.submitter_name IS 'From of this message, with a mailing list''s rewriting undone; null when absent.';
COMMENT ON COLUMN api.message.submitter_email IS 'From of this message, with a mailing list''s rewriting undone; null when unreadable.';
COMMENT ON COLUMN api.message.date IS 'Date header; null when absent or unreadable.';
COMMENT ON COLUMN api.message.flags IS 'What was wrong, guessed or repaired: {date-missing,text-repaired}';
COMMENT ON COLUMN api.message.headers IS 'All header fields in order, repeats kept: [["From", "A <a@b>"], …]';
COMMENT ON COLUMN api.message.content IS 'Commit message or comment, without signature and list footer; null when there is none.';
COMMENT ON COLUMN api.message.project_id IS 'The list in api.project.';
COMMENT ON COLUMN api.message.submitter_id IS 'The sender in api.person.';
COMMENT ON COLUMN api.message.received_at IS 'When it first came here.';
COMMENT ON COLUMN api.message.parent_id IS 'Its parent in api.message; null at a root.';
COMMENT ON COLUMN api.message.target_id IS 'The patch, pull request or cover that it comments on; null for others.';
COMMENT ON COLUMN api.message.series_number IS 'Place in the series: 0 for a cover letter, 1 for a patch without a number; null for others.';

CREATE OR REPLACE VIEW api.patch AS
SELECT
  m.id,
  l.list_id,
  n.message_id,
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
  coalesce(p.pull_url, m.pull_url) AS pull_url,
  m.flags,
  t.headers,
  t.content,
  t.diff,
  t.diff_files,
  t.trailers,
  p.id AS public_id,
  p.mailing_list_id AS project_id,
  p.submitter_id,
  m.thread_id,
  p.date AS shown_date,
  state.slug AS state,
  p.archived,
  p.delegate_id,
  delegate.username AS delegate,
  p.commit_ref,
  p.check_state,
  p.relation_id,
  coalesce((SELECT max(e.seq) FROM patchloom.event e WHERE e.patch = m.id), 0) AS updated_seq,
  (SELECT e.created_at FROM patchloom.event e WHERE e.patch = m.id ORDER BY e.seq DESC LIMIT 1) AS updated_at,
  m.patchwork_hash AS hash_bytes,
  m.patch_id AS patch_id_bytes
FROM patchloom.patch p
JOIN patchloom.message m ON m.id = p.message
JOIN patchloom.mailing_list l ON l.id = p.mailing_list_id
JOIN patchloom.thread_node n ON n.id = m.thread_node_id
JOIN patchloom.patch_state state ON state.id = p.state_id
LEFT JOIN patchloom.app_user delegate ON delegate.id = p.delegate_id
LEFT JOIN patchloom.message_text t ON t.id = m.id
WHERE p.is_shown AND m.kind IN ('patch', 'pull-request');
COMMENT ON VIEW api.patch IS 'Patches and pull requests, with what people and programs made of them.';
COMMENT ON COLUMN api.patch.id IS 'Same as in api.message; stable.';
COMMENT ON COLUMN api.patch.list_id IS 'List-Id without angle brackets.';
COMMENT ON COLUMN api.patch.message_id IS 'With angle brackets.';
COMMENT ON COLUMN api.patch.kind IS 'patch or pull-request.';
COMMENT ON COLUMN api.patch.name IS 'Subject with canonical prefixes.';
COMMENT ON COLUMN api.patch.prefixes IS 'Subject prefixes in order: {RFC,v2,08/33}';
COMMENT ON COLUMN api.patch.version IS '2 of v2; 1 where the subject names none.';
COMMENT ON COLUMN api.patch.number IS '8 of 08/33; null without a series marker.';
COMMENT ON COLUMN api.patch.total IS '33 of 08/33; null without a series marker.';
COMMENT ON COLUMN api.patch.series_id IS 'Its series in api.series.';
COMMENT ON COLUMN api.patch.series_number IS 'Place in the series, from 1.';
COMMENT ON COLUMN api.patch.submitter_name IS 'From of this message; null when absent.';
COMMENT ON COLUMN api.patch.submitter_email IS 'From of this message; null when unreadable.';
COMMENT ON COLUMN api.patch.author_name IS 'From line in the body, else the submitter.';
COMMENT ON COLUMN api.patch.author_email IS 'From line in the body, else the submitter.';
COMMENT ON COLUMN api.patch.date IS 'Date header; null when absent or unreadable.';
COMMENT ON COLUMN api.patch.hash IS 'Patchwork''s hash of the diff, SHA-1 in hex; null without a diff.';
COMMENT ON COLUMN api.patch.patch_id IS 'git patch-id --stable, SHA-1 in hex; null without a diff, or where git prints none.';
COMMENT ON COLUMN api.patch.pull_url IS 'Repository and ref of a pull request, or where an editor says that it is now; null for others.';
COMMENT ON COLUMN api.patch.flags IS 'What was wrong, guessed or repaired.';
COMMENT ON COLUMN api.patch.headers IS 'All header fields in order, repeats kept: [["From", "A <a@b>"], …]';
COMMENT ON COLUMN api.patch.content IS 'Commit message without signature; null when there is none.';
COMMENT ON COLUMN api.patch.diff IS 'The diff alone; null when there is none.';
COMMENT ON COLUMN api.patch.diff_files IS 'Files of the diff with paths, kind of change and line counts.';
COMMENT ON COLUMN api.patch.trailers IS 'Trailers of its own content, all kinds: [{"kind": "Acked-by", "value": "…"}]; what counts for it is in api.trailer.';
COMMENT ON COLUMN api.patch.public_id IS 'What the REST API and the documents show as id; differs from id where it was imported from a Patchwork.';
COMMENT ON COLUMN api.patch.project_id IS 'The list in api.project.';
COMMENT ON COLUMN api.patch.submitter_id IS 'The sender in api.person.';
COMMENT ON COLUMN api.patch.thread_id IS 'Its thread; changes when threads join.';
COMMENT ON COLUMN api.patch.shown_date IS 'date, or when it came here where that is null: what the REST API shows and sorts by.';
COMMENT ON COLUMN api.patch.state IS 'Slug of its state: new, under-review, accepted, …';
COMMENT ON COLUMN api.patch.archived IS 'Whether a maintainer put it away.';
COMMENT ON COLUMN api.patch.delegate_id IS 'Who looks after it, in api.user; null: nobody.';
COMMENT ON COLUMN api.patch.delegate IS 'Username of the delegate; null: nobody.';
COMMENT ON COLUMN api.patch.commit_ref IS 'Commit that it became; null when unset.';
COMMENT ON COLUMN api.patch.check_state IS 'Of the last check of each user and context, the gravest: fail, warning, pending, success; pending without any.';
COMMENT ON COLUMN api.patch.relation_id IS 'Patches that people call related have the same; null: none.';
COMMENT ON COLUMN api.patch.updated_seq IS 'seq in api.event of the last event about it; 0 without any.';
COMMENT ON COLUMN api.patch.updated_at IS 'When the last event about it was written; null without any.';
COMMENT ON COLUMN api.patch.hash_bytes IS 'hash as bytes: look-ups by this one use an index.';
COMMENT ON COLUMN api.patch.patch_id_bytes IS 'patch_id as bytes: look-ups by this one use an index.';

CREATE OR REPLACE VIEW api.cover AS
SELECT
  m.id,
  l.list_id,
  n.message_id,
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
  t.diff AS interdiff,
  m.public_id,
  m.mailing_list_id AS project_id,
  m.submitter_id,
  m.thread_id,
  coalesce(m.date, m.received_at) AS shown_date,
  coalesce((SELECT max(e.seq) FROM patchloom.event e WHERE e.cover = m.id), 0) AS updated_seq
FROM patchloom.message m
JOIN patchloom.mailing_list l ON l.id = m.mailing_list_id
JOIN patchloom.thread_node n ON n.id = m.thread_node_id
LEFT JOIN patchloom.message_text t ON t.id = m.id
WHERE m.kind = 'cover';
COMMENT ON VIEW api.cover IS 'Cover letters.';
COMMENT ON COLUMN api.cover.id IS 'Same as in api.message; stable.';
COMMENT ON COLUMN api.cover.list_id IS 'List-Id without angle brackets.';
COMMENT ON COLUMN api.cover.message_id IS 'With angle brackets.';
COMMENT ON COLUMN api.cover.name IS 'Subject with canonical prefixes.';
COMMENT ON COLUMN api.cover.prefixes IS 'Subject prefixes in order: {RFC,v2,00/33}';
COMMENT ON COLUMN api.cover.version IS '2 of v2; 1 where the subject names none.';
COMMENT ON COLUMN api.cover.total IS '33 of 00/33.';
COMMENT ON COLUMN api.cover.series_id IS 'Its series in api.series.';
COMMENT ON COLUMN api.cover.submitter_name IS 'From of this message; null when absent.';
COMMENT ON COLUMN api.cover.submitter_email IS 'From of this message; null when unreadable.';
COMMENT ON COLUMN api.cover.date IS 'Date header; null when absent or unreadable.';
COMMENT ON COLUMN api.cover.flags IS 'What was wrong, guessed or repaired.';
COMMENT ON COLUMN api.cover.headers IS 'All header fields in order, repeats kept: [["From", "A <a@b>"], …]';
COMMENT ON COLUMN api.cover.content IS 'Its text without signature; null when there is none.';
COMMENT ON COLUMN api.cover.interdiff IS 'A diff in it, which shows what changed since an earlier version; null without one.';
COMMENT ON COLUMN api.cover.public_id IS 'What the REST API and the documents show as id.';
COMMENT ON COLUMN api.cover.project_id IS 'The list in api.project.';
COMMENT ON COLUMN api.cover.submitter_id IS 'The sender in api.person.';
COMMENT ON COLUMN api.cover.thread_id IS 'Its thread; changes when threads join.';
COMMENT ON COLUMN api.cover.shown_date IS 'date, or when it came here where that is null.';
COMMENT ON COLUMN api.cover.updated_seq IS 'seq in api.event of the last event about it; 0 without any.';

CREATE OR REPLACE VIEW api.comment AS
SELECT
  m.id,
  l.list_id,
  n.message_id,
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
  t.trailers,
  m.public_id,
  m.mailing_list_id AS project_id,
  m.submitter_id,
  m.thread_id,
  coalesce(m.date, m.received_at) AS shown_date,
  review.addressed,
  coalesce((SELECT max(e.seq) FROM patchloom.event e WHERE e.comment = m.id), 0) AS updated_seq
FROM patchloom.message m
JOIN patchloom.mailing_list l ON l.id = m.mailing_list_id
JOIN patchloom.thread_node n ON n.id = m.thread_node_id
JOIN patchloom.message target ON target.id = m.target
LEFT JOIN patchloom.message_text t ON t.id = m.id
LEFT JOIN patchloom.message p ON p.id = m.parent
LEFT JOIN patchloom.comment_review review ON review.message = m.id
WHERE m.kind = 'comment';
COMMENT ON VIEW api.comment IS 'Replies to a patch, pull request or cover letter, each with what it comments on.';
COMMENT ON COLUMN api.comment.id IS 'Same as in api.message; stable.';
COMMENT ON COLUMN api.comment.list_id IS 'List-Id without angle brackets.';
COMMENT ON COLUMN api.comment.message_id IS 'With angle brackets.';
COMMENT ON COLUMN api.comment.subject IS 'Subject decoded, white space collapsed.';
COMMENT ON COLUMN api.comment.parent IS 'Message-id of the nearest known message it refers to.';
COMMENT ON COLUMN api.comment.target_id IS 'What it comments on: id in api.patch or api.cover.';
COMMENT ON COLUMN api.comment.target IS 'Message-id of what it comments on.';
COMMENT ON COLUMN api.comment.target_kind IS 'patch, pull-request or cover.';
COMMENT ON COLUMN api.comment.series_id IS 'The series of what it comments on.';
COMMENT ON COLUMN api.comment.submitter_name IS 'From of this message; null when absent.';
COMMENT ON COLUMN api.comment.submitter_email IS 'From of this message; null when unreadable.';
COMMENT ON COLUMN api.comment.date IS 'Date header; null when absent or unreadable.';
COMMENT ON COLUMN api.comment.flags IS 'What was wrong, guessed or repaired.';
COMMENT ON COLUMN api.comment.headers IS 'All header fields in order, repeats kept: [["From", "A <a@b>"], …]';
COMMENT ON COLUMN api.comment.content IS 'Its text without signature; null when there is none.';
COMMENT ON COLUMN api.comment.trailers IS 'Trailers in it: [{"kind": "Acked-by", "value": "…"}]';
COMMENT ON COLUMN api.comment.public_id IS 'What the REST API and the documents show as id.';
COMMENT ON COLUMN api.comment.project_id IS 'The list in api.project.';
COMMENT ON COLUMN api.comment.submitter_id IS 'The sender in api.person.';
COMMENT ON COLUMN api.comment.thread_id IS 'Its thread; changes when threads join.';
COMMENT ON COLUMN api.comment.shown_date IS 'date, or when it came here where that is null.';
COMMENT ON COLUMN api.comment.addressed IS 'Whether it is taken care of; null: nobody said.';
COMMENT ON COLUMN api.comment.updated_seq IS 'seq in api.event of the last event about it; 0 without any.';

CREATE OR REPLACE VIEW api.thread AS
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
COMMENT ON COLUMN api.thread.id IS 'Same as thread_id of its messages; changes when threads join.';
COMMENT ON COLUMN api.thread.list_id IS 'List-Id without angle brackets; a thread is on one list.';
COMMENT ON COLUMN api.thread.message_count IS 'Messages known; ghosts do not count.';
COMMENT ON COLUMN api.thread.first_date IS 'Date of the oldest; null where no date can be read.';
COMMENT ON COLUMN api.thread.last_date IS 'Date of the newest; null where no date can be read.';
COMMENT ON COLUMN api.thread.first_message_id IS 'Message-id of the oldest.';
COMMENT ON COLUMN api.thread.subject IS 'Subject of the oldest.';

GRANT SELECT ON api.message, api.patch, api.cover, api.comment, api.thread TO patchloom_reader;
