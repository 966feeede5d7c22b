-- The answers of the REST API, version 1.3, as JSON documents: the same keys in the same order, the same values.
-- json, not jsonb: that one sorts keys. The functions are single expressions, which Postgres puts in place of their
-- calls. Their bodies are not strings: those would be read with the rights of who reads the view.

CREATE OR REPLACE FUNCTION patchloom.public_url() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  RETURN rtrim(coalesce(nullif(current_setting('patchloom.public_url', true), ''), 'http://127.0.0.1:8000'), '/');
COMMENT ON FUNCTION patchloom.public_url IS 'What URLs in documents begin with: the setting patchloom.public_url of the session, without a slash at its end.';

CREATE OR REPLACE FUNCTION patchloom.api_url(path text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  RETURN patchloom.public_url() || '/api/1.3/' || path || '/';
COMMENT ON FUNCTION patchloom.api_url IS 'URL of a resource: patches/12 -> http://127.0.0.1:8000/api/1.3/patches/12/';

CREATE OR REPLACE FUNCTION patchloom.bare_message_id(message_id text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN substr(message_id, 2, length(message_id) - 2);
COMMENT ON FUNCTION patchloom.bare_message_id IS 'A message-id without its angle brackets.';

CREATE OR REPLACE FUNCTION patchloom.escaped_in_path(part text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT string_agg(
    CASE
      WHEN letter COLLATE "C" ~ '[A-Za-z0-9._~!$&''()*+,;=:@-]' THEN letter
      ELSE upper(regexp_replace(encode(convert_to(letter, 'UTF8'), 'hex'), '(..)', '%\1', 'g'))
    END, '' ORDER BY place)
  FROM unnest(string_to_array(part, NULL)) WITH ORDINALITY AS u (letter, place);
END;
COMMENT ON FUNCTION patchloom.escaped_in_path IS 'A part of a path with all but what may stand there (pchar of RFC 3986) percent-encoded as UTF-8.';

CREATE OR REPLACE FUNCTION patchloom.message_id_in_path(message_id text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
  RETURN CASE
    WHEN message_id COLLATE "C" ~ '^<[A-Za-z0-9._~!$&''()*+,;=:@-]*>$' THEN patchloom.bare_message_id(message_id)
    ELSE patchloom.escaped_in_path(patchloom.bare_message_id(message_id))
  END;
COMMENT ON FUNCTION patchloom.message_id_in_path IS 'A message-id as URLs have it: without brackets, escaped where it must be.';

CREATE OR REPLACE FUNCTION patchloom.web_url(link_name text, kind text, message_id text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
  RETURN patchloom.public_url() || '/project/' || link_name || '/' || kind || '/'
    || patchloom.message_id_in_path(message_id) || '/';
COMMENT ON FUNCTION patchloom.web_url IS 'Page of a patch or cover.';

CREATE OR REPLACE FUNCTION patchloom.archive_url(url_format text, message_id text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN replace(nullif(url_format, ''), '{}', patchloom.bare_message_id(message_id));
COMMENT ON FUNCTION patchloom.archive_url IS 'A message in the archive of its list; null where that has no format.';

CREATE OR REPLACE FUNCTION patchloom.json_time(at timestamptz) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  RETURN replace(to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '.000000', '');
COMMENT ON FUNCTION patchloom.json_time IS 'UTC without a zone, microseconds only where there are some: 2017-08-30T08:32:05';

CREATE OR REPLACE FUNCTION patchloom.project_json(l patchloom.mailing_list) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
  RETURN json_build_object(
    'id', l.id,
    'url', patchloom.api_url('projects/' || l.id),
    'name', l.name,
    'link_name', l.link_name,
    'list_id', l.list_id,
    'list_email', l.list_email,
    'web_url', l.web_url,
    'scm_url', l.scm_url,
    'webscm_url', l.webscm_url,
    'list_archive_url', l.list_archive_url,
    'list_archive_url_format', l.list_archive_url_format,
    'commit_url_format', l.commit_url_format
  );
COMMENT ON FUNCTION patchloom.project_json IS 'A project as other documents have it.';

CREATE OR REPLACE FUNCTION patchloom.person_json(p patchloom.person) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
  RETURN json_build_object('id', p.id, 'url', patchloom.api_url('people/' || p.id), 'name', coalesce(p.name, ''),
    'email', p.email);
COMMENT ON FUNCTION patchloom.person_json IS 'A person as other documents have it.';

CREATE OR REPLACE FUNCTION patchloom.user_json(u patchloom.app_user) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
  RETURN CASE WHEN u.id IS NOT NULL THEN json_build_object(
    'id', u.id,
    'url', patchloom.api_url('users/' || u.id),
    'username', u.username,
    'first_name', u.first_name,
    'last_name', u.last_name,
    'email', u.email
  ) END;
COMMENT ON FUNCTION patchloom.user_json IS 'A user as other documents have it; null for none.';

CREATE OR REPLACE FUNCTION patchloom.series_json(s patchloom.series, shown_date timestamptz, link_name text)
RETURNS json LANGUAGE sql STABLE PARALLEL SAFE
  RETURN json_build_object(
    'id', s.public_id,
    'url', patchloom.api_url('series/' || s.public_id),
    'web_url', patchloom.public_url() || '/project/' || link_name || '/list/?series=' || s.public_id,
    'date', patchloom.json_time(shown_date),
    'name', s.name,
    'version', s.version,
    'mbox', patchloom.public_url() || '/series/' || s.public_id || '/mbox/'
  );
COMMENT ON FUNCTION patchloom.series_json IS 'A series as other documents have it.';

CREATE OR REPLACE FUNCTION patchloom.submission_json(
  kind text, id bigint, message_id text, shown_date timestamptz, name text, link_name text, archive_format text
) RETURNS json LANGUAGE sql STABLE PARALLEL SAFE
  RETURN json_build_object(
    'id', id,
    'url', patchloom.api_url(CASE kind WHEN 'patch' THEN 'patches/' ELSE 'covers/' END || id),
    'web_url', patchloom.web_url(link_name, kind, message_id),
    'msgid', message_id,
    'list_archive_url', patchloom.archive_url(archive_format, message_id),
    'date', patchloom.json_time(shown_date),
    'name', name,
    'mbox', patchloom.web_url(link_name, kind, message_id) || 'mbox/'
  );
COMMENT ON FUNCTION patchloom.submission_json IS 'A patch or cover (kind says which) as other documents have it.';

-- Of one row: an aggregate is put in place of its call only where that stands in FROM.
CREATE OR REPLACE FUNCTION patchloom.headers_json(headers json) RETURNS SETOF json
LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
  SELECT coalesce(json_object_agg(field.name, field.value ORDER BY field.place), '{}')
  FROM (
    SELECT
      min(h.place) AS place,
      (array_agg(h.field->>0 ORDER BY h.place))[1] AS name,
      CASE count(*) WHEN 1 THEN (array_agg(h.field->1))[1] ELSE json_agg(h.field->1 ORDER BY h.place) END AS value
    FROM json_array_elements(headers) WITH ORDINALITY AS h (field, place)
    GROUP BY lower(h.field->>0)
  ) field;
END;
COMMENT ON FUNCTION patchloom.headers_json IS 'Header fields as an object; repeated ones, in any case, are a list at the place and with the name of the first.';

CREATE OR REPLACE VIEW api.patch_list_v1_3 AS
SELECT
  p.id,
  p.mailing_list_id AS project_id,
  coalesce((SELECT max(e.seq) FROM patchloom.event e WHERE e.patch = p.message), 0) AS updated_seq,
  json_build_object(
    'id', p.id,
    'url', patchloom.api_url('patches/' || p.id),
    'web_url', patchloom.web_url(l.link_name, 'patch', m.message_id),
    'project', patchloom.project_json(l),
    'msgid', m.message_id,
    'list_archive_url', patchloom.archive_url(l.list_archive_url_format, m.message_id),
    'date', patchloom.json_time(p.date),
    'name', m.name,
    'commit_ref', p.commit_ref,
    'pull_url', coalesce(p.pull_url, m.pull_url),
    'state', state.slug,
    'archived', p.archived,
    'hash', encode(m.patchwork_hash, 'hex'),
    'submitter', patchloom.person_json(submitter),
    'delegate', patchloom.user_json(delegate),
    'mbox', patchloom.web_url(l.link_name, 'patch', m.message_id) || 'mbox/',
    'series', CASE WHEN s.id IS NULL THEN '[]' ELSE json_build_array(patchloom.series_json(s, coalesce(s.date, (
      SELECT min(m.received_at) FROM patchloom.message m WHERE m.series_id = s.id
    )), l.link_name)) END,
    'comments', patchloom.public_url() || '/api/patches/' || p.id || '/comments/',
    'check', p.check_state,
    'checks', patchloom.public_url() || '/api/patches/' || p.id || '/checks/',
    'tags', '{}'::json,
    'related', (
      SELECT coalesce(json_agg(patchloom.submission_json('patch', other.id, om.message_id, other.date, om.name,
        ol.link_name, ol.list_archive_url_format) ORDER BY other.id), '[]')
      FROM patchloom.patch other
      JOIN patchloom.message om ON om.id = other.message
      JOIN patchloom.mailing_list ol ON ol.id = other.mailing_list_id
      WHERE other.relation_id = p.relation_id AND other.id <> p.id AND other.is_shown
    )
  ) AS doc
FROM patchloom.patch p
JOIN patchloom.message m ON m.id = p.message
JOIN patchloom.mailing_list l ON l.id = p.mailing_list_id
JOIN patchloom.patch_state state ON state.id = p.state_id
JOIN patchloom.person submitter ON submitter.id = p.submitter_id
LEFT JOIN patchloom.app_user delegate ON delegate.id = p.delegate_id
LEFT JOIN patchloom.series s ON s.id = m.series_id
WHERE p.is_shown;
COMMENT ON VIEW api.patch_list_v1_3 IS 'Patches as lists of the REST API have them: without headers, content and diff, so that nothing big is read.';
COMMENT ON COLUMN api.patch_list_v1_3.id IS 'As in the document; public_id in api.patch.';
COMMENT ON COLUMN api.patch_list_v1_3.project_id IS 'The list in api.project.';
COMMENT ON COLUMN api.patch_list_v1_3.updated_seq IS 'seq in api.event of the last event about it; 0 without any.';
COMMENT ON COLUMN api.patch_list_v1_3.doc IS 'One element of GET /api/1.3/patches/';

CREATE OR REPLACE VIEW api.patch_v1_3 AS
SELECT
  p.id,
  p.mailing_list_id AS project_id,
  coalesce((SELECT max(e.seq) FROM patchloom.event e WHERE e.patch = p.message), 0) AS updated_seq,
  json_build_object(
    'id', p.id,
    'url', patchloom.api_url('patches/' || p.id),
    'web_url', patchloom.web_url(l.link_name, 'patch', m.message_id),
    'project', patchloom.project_json(l),
    'msgid', m.message_id,
    'list_archive_url', patchloom.archive_url(l.list_archive_url_format, m.message_id),
    'date', patchloom.json_time(p.date),
    'name', m.name,
    'commit_ref', p.commit_ref,
    'pull_url', coalesce(p.pull_url, m.pull_url),
    'state', state.slug,
    'archived', p.archived,
    'hash', encode(m.patchwork_hash, 'hex'),
    'submitter', patchloom.person_json(submitter),
    'delegate', patchloom.user_json(delegate),
    'mbox', patchloom.web_url(l.link_name, 'patch', m.message_id) || 'mbox/',
    'series', CASE WHEN s.id IS NULL THEN '[]' ELSE json_build_array(patchloom.series_json(s, coalesce(s.date, (
      SELECT min(m.received_at) FROM patchloom.message m WHERE m.series_id = s.id
    )), l.link_name)) END,
    'comments', patchloom.public_url() || '/api/patches/' || p.id || '/comments/',
    'check', p.check_state,
    'checks', patchloom.public_url() || '/api/patches/' || p.id || '/checks/',
    'tags', '{}'::json,
    'related', (
      SELECT coalesce(json_agg(patchloom.submission_json('patch', other.id, om.message_id, other.date, om.name,
        ol.link_name, ol.list_archive_url_format) ORDER BY other.id), '[]')
      FROM patchloom.patch other
      JOIN patchloom.message om ON om.id = other.message
      JOIN patchloom.mailing_list ol ON ol.id = other.mailing_list_id
      WHERE other.relation_id = p.relation_id AND other.id <> p.id AND other.is_shown
    ),
    'headers', (SELECT h FROM patchloom.headers_json(t.headers) AS h),
    'content', t.content,
    'diff', t.diff,
    'prefixes', m.prefixes
  ) AS doc
FROM patchloom.patch p
JOIN patchloom.message m ON m.id = p.message
JOIN patchloom.mailing_list l ON l.id = p.mailing_list_id
JOIN patchloom.patch_state state ON state.id = p.state_id
JOIN patchloom.message_text t ON t.id = m.id
JOIN patchloom.person submitter ON submitter.id = p.submitter_id
LEFT JOIN patchloom.app_user delegate ON delegate.id = p.delegate_id
LEFT JOIN patchloom.series s ON s.id = m.series_id
WHERE p.is_shown;
COMMENT ON VIEW api.patch_v1_3 IS 'Patches as the REST API answers for one.';
COMMENT ON COLUMN api.patch_v1_3.id IS 'As in the document; public_id in api.patch.';
COMMENT ON COLUMN api.patch_v1_3.project_id IS 'The list in api.project.';
COMMENT ON COLUMN api.patch_v1_3.updated_seq IS 'seq in api.event of the last event about it; 0 without any.';
COMMENT ON COLUMN api.patch_v1_3.doc IS 'GET /api/1.3/patches/ID/';

CREATE OR REPLACE VIEW api.cover_list_v1_3 AS
SELECT
  m.public_id AS id,
  m.mailing_list_id AS project_id,
  coalesce((SELECT max(e.seq) FROM patchloom.event e WHERE e.cover = m.id), 0) AS updated_seq,
  json_build_object(
    'id', m.public_id,
    'url', patchloom.api_url('covers/' || m.public_id),
    'web_url', patchloom.web_url(l.link_name, 'cover', m.message_id),
    'project', patchloom.project_json(l),
    'msgid', m.message_id,
    'list_archive_url', patchloom.archive_url(l.list_archive_url_format, m.message_id),
    'date', patchloom.json_time(coalesce(m.date, m.received_at)),
    'name', m.name,
    'submitter', patchloom.person_json(submitter),
    'mbox', patchloom.web_url(l.link_name, 'cover', m.message_id) || 'mbox/',
    'series', CASE WHEN s.id IS NULL THEN '[]' ELSE json_build_array(patchloom.series_json(s, coalesce(s.date, (
      SELECT min(m.received_at) FROM patchloom.message m WHERE m.series_id = s.id
    )), l.link_name)) END,
    'comments', patchloom.public_url() || '/api/covers/' || m.public_id || '/comments/'
  ) AS doc
FROM patchloom.message m
JOIN patchloom.mailing_list l ON l.id = m.mailing_list_id
JOIN patchloom.person submitter ON submitter.id = m.submitter_id
LEFT JOIN patchloom.series s ON s.id = m.series_id
WHERE m.kind = 'cover';
COMMENT ON VIEW api.cover_list_v1_3 IS 'Cover letters as lists of the REST API have them: without headers and content.';
COMMENT ON COLUMN api.cover_list_v1_3.id IS 'As in the document; public_id in api.cover.';
COMMENT ON COLUMN api.cover_list_v1_3.project_id IS 'The list in api.project.';
COMMENT ON COLUMN api.cover_list_v1_3.updated_seq IS 'seq in api.event of the last event about it; 0 without any.';
COMMENT ON COLUMN api.cover_list_v1_3.doc IS 'One element of GET /api/1.3/covers/';

CREATE OR REPLACE VIEW api.cover_v1_3 AS
SELECT
  m.public_id AS id,
  m.mailing_list_id AS project_id,
  coalesce((SELECT max(e.seq) FROM patchloom.event e WHERE e.cover = m.id), 0) AS updated_seq,
  json_build_object(
    'id', m.public_id,
    'url', patchloom.api_url('covers/' || m.public_id),
    'web_url', patchloom.web_url(l.link_name, 'cover', m.message_id),
    'project', patchloom.project_json(l),
    'msgid', m.message_id,
    'list_archive_url', patchloom.archive_url(l.list_archive_url_format, m.message_id),
    'date', patchloom.json_time(coalesce(m.date, m.received_at)),
    'name', m.name,
    'submitter', patchloom.person_json(submitter),
    'mbox', patchloom.web_url(l.link_name, 'cover', m.message_id) || 'mbox/',
    'series', CASE WHEN s.id IS NULL THEN '[]' ELSE json_build_array(patchloom.series_json(s, coalesce(s.date, (
      SELECT min(m.received_at) FROM patchloom.message m WHERE m.series_id = s.id
    )), l.link_name)) END,
    'comments', patchloom.public_url() || '/api/covers/' || m.public_id || '/comments/',
    'headers', (SELECT h FROM patchloom.headers_json(t.headers) AS h),
    'content', t.content
  ) AS doc
FROM patchloom.message m
JOIN patchloom.mailing_list l ON l.id = m.mailing_list_id
JOIN patchloom.message_text t ON t.id = m.id
JOIN patchloom.person submitter ON submitter.id = m.submitter_id
LEFT JOIN patchloom.series s ON s.id = m.series_id
WHERE m.kind = 'cover';
COMMENT ON VIEW api.cover_v1_3 IS 'Cover letters as the REST API answers for one.';
COMMENT ON COLUMN api.cover_v1_3.id IS 'As in the document; public_id in api.cover.';
COMMENT ON COLUMN api.cover_v1_3.project_id IS 'The list in api.project.';
COMMENT ON COLUMN api.cover_v1_3.updated_seq IS 'seq in api.event of the last event about it; 0 without any.';
COMMENT ON COLUMN api.cover_v1_3.doc IS 'GET /api/1.3/covers/ID/';

CREATE OR REPLACE VIEW api.comment_v1_3 AS
SELECT
  m.public_id AS id,
  m.mailing_list_id AS project_id,
  coalesce((SELECT max(e.seq) FROM patchloom.event e WHERE e.comment = m.id), 0) AS updated_seq,
  json_build_object(
    'id', m.public_id,
    'url', patchloom.api_url(CASE target.kind WHEN 'cover' THEN 'covers/' ELSE 'patches/' END || target.public_id
      || '/comments/' || m.public_id),
    'web_url', patchloom.public_url() || '/comment/' || m.public_id || '/',
    'msgid', m.message_id,
    'list_archive_url', patchloom.archive_url(l.list_archive_url_format, m.message_id),
    'date', patchloom.json_time(coalesce(m.date, m.received_at)),
    'subject', (
      SELECT h.field->1 FROM json_array_elements(t.headers) WITH ORDINALITY AS h (field, place)
      WHERE lower(h.field->>0) = 'subject' ORDER BY h.place LIMIT 1
    ),
    'submitter', patchloom.person_json(submitter),
    'content', t.content,
    'headers', (SELECT h FROM patchloom.headers_json(t.headers) AS h),
    'addressed', review.addressed
  ) AS doc,
  m.target AS target_id
FROM patchloom.message m
JOIN patchloom.mailing_list l ON l.id = m.mailing_list_id
JOIN patchloom.person submitter ON submitter.id = m.submitter_id
JOIN patchloom.message target ON target.id = m.target
JOIN patchloom.message_text t ON t.id = m.id
LEFT JOIN patchloom.comment_review review ON review.message = m.id
WHERE m.kind = 'comment';
COMMENT ON VIEW api.comment_v1_3 IS 'Comments as the REST API answers for one, and in the lists of their patch or cover letter.';
COMMENT ON COLUMN api.comment_v1_3.id IS 'As in the document; public_id in api.comment.';
COMMENT ON COLUMN api.comment_v1_3.project_id IS 'The list in api.project.';
COMMENT ON COLUMN api.comment_v1_3.updated_seq IS 'seq in api.event of the last event about it; 0 without any.';
COMMENT ON COLUMN api.comment_v1_3.doc IS 'GET /api/1.3/patches/ID/comments/ID/, or covers.';
COMMENT ON COLUMN api.comment_v1_3.target_id IS 'What it comments on: id in api.patch or api.cover.';

CREATE OR REPLACE VIEW api.series_v1_3 AS
SELECT
  s.public_id AS id,
  s.mailing_list_id AS project_id,
  (SELECT counted.updated_seq FROM api.series counted WHERE counted.id = s.id) AS updated_seq,
  json_build_object(
    'id', s.public_id,
    'url', patchloom.api_url('series/' || s.public_id),
    'web_url', patchloom.public_url() || '/project/' || l.link_name || '/list/?series=' || s.public_id,
    'project', patchloom.project_json(l),
    'name', s.name,
    'date', patchloom.json_time(coalesce(s.date, (
      SELECT min(m.received_at) FROM patchloom.message m WHERE m.series_id = s.id
    ))),
    'submitter', patchloom.person_json(submitter),
    'version', s.version,
    'total', s.total,
    'received_total', s.patch_count,
    'received_all', s.is_complete,
    'mbox', patchloom.public_url() || '/series/' || s.public_id || '/mbox/',
    'cover_letter', CASE WHEN c.id IS NOT NULL THEN patchloom.submission_json('cover', c.public_id, c.message_id,
      coalesce(c.date, c.received_at), c.name, l.link_name, l.list_archive_url_format) END,
    'patches', (
      SELECT coalesce(json_agg(patchloom.submission_json('patch', p.id, m.message_id, p.date, m.name, l.link_name,
        l.list_archive_url_format) ORDER BY p.date, p.id), '[]')
      FROM patchloom.message m JOIN patchloom.patch p ON p.message = m.id
      WHERE m.series_id = s.id AND p.is_shown
    )
  ) AS doc
FROM patchloom.series s
JOIN patchloom.mailing_list l ON l.id = s.mailing_list_id
JOIN patchloom.person submitter ON submitter.id = s.submitter_id
LEFT JOIN patchloom.message c ON c.id = s.cover;
COMMENT ON VIEW api.series_v1_3 IS 'Series as the REST API answers for one, and in lists.';
COMMENT ON COLUMN api.series_v1_3.id IS 'As in the document; public_id in api.series.';
COMMENT ON COLUMN api.series_v1_3.project_id IS 'The list in api.project.';
COMMENT ON COLUMN api.series_v1_3.updated_seq IS 'seq in api.event of the last event about it, its cover letter or its patches; 0 without any.';
COMMENT ON COLUMN api.series_v1_3.doc IS 'GET /api/1.3/series/ID/';

CREATE OR REPLACE VIEW api.project_v1_3 AS
SELECT
  l.id,
  l.id AS project_id,
  0::bigint AS updated_seq,
  json_build_object(
    'id', l.id,
    'url', patchloom.api_url('projects/' || l.id),
    'name', l.name,
    'link_name', l.link_name,
    'list_id', l.list_id,
    'list_email', l.list_email,
    'web_url', l.web_url,
    'scm_url', l.scm_url,
    'webscm_url', l.webscm_url,
    'maintainers', (
      SELECT coalesce(json_agg(patchloom.user_json(u) ORDER BY u.id), '[]')
      FROM patchloom.maintainer m JOIN patchloom.app_user u ON u.id = m.user_id
      WHERE m.mailing_list_id = l.id
    ),
    'subject_match', l.subject_match,
    'list_archive_url', l.list_archive_url,
    'list_archive_url_format', l.list_archive_url_format,
    'commit_url_format', l.commit_url_format
  ) AS doc
FROM patchloom.mailing_list l;
COMMENT ON VIEW api.project_v1_3 IS 'Projects as the REST API answers for one, and in lists.';
COMMENT ON COLUMN api.project_v1_3.id IS 'As in the document; id in api.project.';
COMMENT ON COLUMN api.project_v1_3.project_id IS 'Same as id.';
COMMENT ON COLUMN api.project_v1_3.updated_seq IS '0: the feed has no events about projects.';
COMMENT ON COLUMN api.project_v1_3.doc IS 'GET /api/1.3/projects/ID/';

CREATE OR REPLACE VIEW api.person_v1_3 AS
SELECT
  p.id,
  NULL::int AS project_id,
  0::bigint AS updated_seq,
  json_build_object(
    'id', p.id,
    'url', patchloom.api_url('people/' || p.id),
    'name', coalesce(p.name, ''),
    'email', p.email,
    'user', patchloom.user_json(u)
  ) AS doc
FROM patchloom.person p
LEFT JOIN patchloom.app_user u ON u.id = p.user_id;
COMMENT ON VIEW api.person_v1_3 IS 'People as the REST API answers for one, and in lists.';
COMMENT ON COLUMN api.person_v1_3.id IS 'As in the document; id in api.person.';
COMMENT ON COLUMN api.person_v1_3.project_id IS 'Null: a person is of no list.';
COMMENT ON COLUMN api.person_v1_3.updated_seq IS '0: the feed has no events about people.';
COMMENT ON COLUMN api.person_v1_3.doc IS 'GET /api/1.3/people/ID/';

CREATE OR REPLACE VIEW api.event_v1_3 AS
SELECT
  e.seq AS id,
  e.mailing_list_id AS project_id,
  e.seq AS updated_seq,
  json_build_object(
    'id', e.seq,
    'category', e.category,
    'project', patchloom.project_json(l),
    'date', patchloom.json_time(e.created_at),
    'actor', patchloom.user_json(actor),
    'payload', CASE
      WHEN e.category = 'cover-created' THEN json_build_object('cover', about.cover)
      WHEN e.category = 'patch-created' THEN json_build_object('patch', about.patch)
      WHEN e.category = 'patch-completed' THEN json_build_object('patch', about.patch, 'series', about.series)
      WHEN e.category IN ('series-created', 'series-completed') THEN json_build_object('series', about.series)
      WHEN e.category = 'patch-state-changed' THEN json_build_object(
        'patch', about.patch,
        'previous_state', e.details->'previous_state',
        'current_state', e.details->'current_state'
      )
      WHEN e.category = 'patch-delegated' THEN json_build_object(
        'patch', about.patch,
        'previous_delegate', (SELECT patchloom.user_json(u) FROM patchloom.app_user u
          WHERE u.id = (e.details->>'previous_delegate')::int),
        'current_delegate', (SELECT patchloom.user_json(u) FROM patchloom.app_user u
          WHERE u.id = (e.details->>'current_delegate')::int)
      )
      WHEN e.category = 'patch-relation-changed' THEN json_build_object(
        'patch', about.patch,
        'previous_relation', NULL,
        'current_relation', NULL
      )
      WHEN e.category = 'check-created' THEN json_build_object('patch', about.patch, 'check', (
        SELECT json_build_object(
          'id', c.id,
          'url', patchloom.api_url('patches/' || c.patch_id || '/checks/' || c.id),
          'date', patchloom.json_time(c.created_at),
          'state', c.state,
          'target_url', c.target_url,
          'context', c.context
        )
        FROM patchloom.patch_check c WHERE c.id = e.check_id
      ))
      WHEN e.category = 'cover-comment-created' THEN
        json_build_object('cover', about.cover, 'comment', about.comment)
      WHEN e.category = 'patch-comment-created' THEN
        json_build_object('patch', about.patch, 'comment', about.comment)
    END
  ) AS doc,
  e.category
FROM patchloom.event e
JOIN patchloom.mailing_list l ON l.id = e.mailing_list_id
LEFT JOIN patchloom.app_user actor ON actor.id = e.actor_id
CROSS JOIN LATERAL (
  SELECT
    (
      SELECT patchloom.submission_json('patch', p.id, m.message_id, p.date, m.name, l.link_name,
        l.list_archive_url_format)
      FROM patchloom.patch p JOIN patchloom.message m ON m.id = p.message
      WHERE p.message = e.patch
    ) AS patch,
    (
      SELECT patchloom.submission_json('cover', m.public_id, m.message_id, coalesce(m.date, m.received_at), m.name,
        l.link_name, l.list_archive_url_format)
      FROM patchloom.message m
      WHERE m.id = e.cover
    ) AS cover,
    (
      SELECT json_build_object(
        'id', m.public_id,
        'url', patchloom.api_url(CASE e.category WHEN 'cover-comment-created' THEN 'covers/' ELSE 'patches/' END
          || target.public_id || '/comments/' || m.public_id),
        'web_url', patchloom.public_url() || '/comment/' || m.public_id || '/',
        'msgid', m.message_id,
        'list_archive_url', patchloom.archive_url(l.list_archive_url_format, m.message_id),
        'date', patchloom.json_time(coalesce(m.date, m.received_at))
      )
      FROM patchloom.message m JOIN patchloom.message target ON target.id = coalesce(e.patch, e.cover)
      WHERE m.id = e.comment
    ) AS comment,
    (
      SELECT patchloom.series_json(s, coalesce(s.date, (
        SELECT min(m.received_at) FROM patchloom.message m WHERE m.series_id = s.id
      )), l.link_name)
      FROM patchloom.series s
      WHERE s.id = coalesce(
        (SELECT gone.series_id FROM patchloom.series_redirect gone WHERE gone.former_id = e.series_id), e.series_id)
    ) AS series
) about
WHERE e.category IN ('cover-created', 'patch-created', 'patch-completed', 'series-created', 'series-completed',
  'patch-state-changed', 'patch-delegated', 'patch-relation-changed', 'check-created', 'cover-comment-created',
  'patch-comment-created');
COMMENT ON VIEW api.event_v1_3 IS 'Events of Patchwork''s categories as lists of the REST API have them; all are in api.event.';
COMMENT ON COLUMN api.event_v1_3.id IS 'As in the document; seq in api.event.';
COMMENT ON COLUMN api.event_v1_3.project_id IS 'The list in api.project.';
COMMENT ON COLUMN api.event_v1_3.updated_seq IS 'Same as id.';
COMMENT ON COLUMN api.event_v1_3.doc IS 'One element of GET /api/1.3/events/';
COMMENT ON COLUMN api.event_v1_3.category IS 'What happened: series-completed';

GRANT EXECUTE ON FUNCTION patchloom.public_url, patchloom.api_url, patchloom.bare_message_id,
  patchloom.escaped_in_path, patchloom.message_id_in_path, patchloom.web_url, patchloom.archive_url, patchloom.json_time,
  patchloom.project_json, patchloom.person_json, patchloom.user_json, patchloom.series_json, patchloom.submission_json,
  patchloom.headers_json TO patchloom_reader;
GRANT SELECT ON api.patch_v1_3, api.patch_list_v1_3, api.cover_v1_3, api.cover_list_v1_3, api.comment_v1_3,
  api.series_v1_3, api.event_v1_3, api.project_v1_3, api.person_v1_3 TO patchloom_reader;
