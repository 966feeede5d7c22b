-- Series with what is known of their patches together.

CREATE OR REPLACE VIEW api.series_trailer_counts AS
SELECT
  s.id,
  l.list_id,
  s.key AS series,
  counts.acked_count,
  counts.reviewed_count,
  counts.tested_count,
  counts.reviewed_patch_count
FROM patchloom.series s
JOIN patchloom.mailing_list l ON l.id = s.mailing_list_id
CROSS JOIN LATERAL (
  SELECT
    count(DISTINCT whom) FILTER (WHERE said @> '{acked}') AS acked_count,
    count(DISTINCT whom) FILTER (WHERE said @> '{reviewed}') AS reviewed_count,
    count(DISTINCT whom) FILTER (WHERE said @> '{tested}') AS tested_count,
    count(DISTINCT spoken.id) FILTER (WHERE said @> '{reviewed}') AS reviewed_patch_count
  FROM (
    SELECT
      t.id,
      coalesce(lower(t.person_email), lower(t.person_name)) AS whom,
      string_to_array(regexp_replace(lower(t.kind), '-by$', ''), '-and-') AS said
    FROM api.trailer t
    WHERE t.series_id = s.id AND NOT t.is_carried
  ) spoken
) counts;
COMMENT ON VIEW api.series_trailer_counts IS 'For each series, how many persons acked, reviewed and tested it or some of its patches; what is carried from an earlier posting does not count.';
COMMENT ON COLUMN api.series_trailer_counts.id IS 'The series in api.series.';
COMMENT ON COLUMN api.series_trailer_counts.list_id IS 'List-Id without angle brackets.';
COMMENT ON COLUMN api.series_trailer_counts.series IS 'Key of the series.';
COMMENT ON COLUMN api.series_trailer_counts.acked_count IS 'Persons who acked at least one of its patches.';
COMMENT ON COLUMN api.series_trailer_counts.reviewed_count IS 'Persons who reviewed at least one of its patches.';
COMMENT ON COLUMN api.series_trailer_counts.tested_count IS 'Persons who tested at least one of its patches.';
COMMENT ON COLUMN api.series_trailer_counts.reviewed_patch_count IS 'Patches of it that somebody reviewed.';

CREATE OR REPLACE VIEW api.series AS
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
  s.date,
  s.public_id,
  s.mailing_list_id AS project_id,
  s.submitter_id,
  coalesce(s.date, (
    SELECT min(m.received_at) FROM patchloom.message m WHERE m.series_id = s.id
  )) AS shown_date,
  (
    SELECT coalesce(json_object_agg(state.slug, counted.patch_count ORDER BY state.ordering), '{}')
    FROM (
      SELECT p.state_id, count(*) AS patch_count
      FROM patchloom.message m JOIN patchloom.patch p ON p.message = m.id
      WHERE m.series_id = s.id AND p.is_shown
      GROUP BY p.state_id
    ) counted
    JOIN patchloom.patch_state state ON state.id = counted.state_id
  ) AS states,
  (
    SELECT coalesce((array_agg(p.check_state ORDER BY
      array_position('{fail,warning,pending,success}', p.check_state)))[1], 'pending')
    FROM patchloom.message m JOIN patchloom.patch p ON p.message = m.id
    WHERE m.series_id = s.id AND p.is_shown
  ) AS check_state,
  (
    SELECT coalesce(json_object_agg(counted.check_state, counted.patch_count ORDER BY counted.check_state), '{}')
    FROM (
      SELECT p.check_state, count(*) AS patch_count
      FROM patchloom.message m JOIN patchloom.patch p ON p.message = m.id
      WHERE m.series_id = s.id AND p.is_shown
      GROUP BY p.check_state
    ) counted
  ) AS checks,
  (SELECT c.acked_count FROM api.series_trailer_counts c WHERE c.id = s.id) AS acked_count,
  (SELECT c.reviewed_count FROM api.series_trailer_counts c WHERE c.id = s.id) AS reviewed_count,
  (SELECT c.tested_count FROM api.series_trailer_counts c WHERE c.id = s.id) AS tested_count,
  coalesce((
    SELECT max(about.seq)
    FROM (
      SELECT max(e.seq) AS seq FROM patchloom.event e WHERE e.series_id = s.id
      UNION ALL
      SELECT max(e.seq) FROM patchloom.event e WHERE e.cover = s.cover
      UNION ALL
      SELECT (SELECT max(e.seq) FROM patchloom.event e WHERE e.patch = m.id)
      FROM patchloom.message m WHERE m.series_id = s.id AND m.kind IN ('patch', 'pull-request')
    ) about
  ), 0) AS updated_seq
FROM patchloom.series s
JOIN patchloom.mailing_list l ON l.id = s.mailing_list_id;
COMMENT ON VIEW api.series IS 'Postings of patch series; members are the patches and covers with its series_id.';
COMMENT ON COLUMN api.series.id IS 'Stable: stays when the key changes.';
COMMENT ON COLUMN api.series.list_id IS 'List-Id without angle brackets.';
COMMENT ON COLUMN api.series.message_id IS 'Its key: message-id of its cover letter, else of its lowest number.';
COMMENT ON COLUMN api.series.name IS 'The cover letter''s name without prefixes, else patch 1''s; null while neither is known.';
COMMENT ON COLUMN api.series.version IS '2 of [v2,1/3]; 1 where no subject names one.';
COMMENT ON COLUMN api.series.total IS '3 of [v2,1/3]; 1 for a patch without a number.';
COMMENT ON COLUMN api.series.patch_count IS 'Patches known, the cover letter not counted; the REST API calls it received_total.';
COMMENT ON COLUMN api.series.is_complete IS 'Whether all of 1 to total are known.';
COMMENT ON COLUMN api.series.cover_id IS 'The cover letter in api.cover; null without one.';
COMMENT ON COLUMN api.series.submitter_name IS 'Of the cover letter, else of the lowest number.';
COMMENT ON COLUMN api.series.submitter_email IS 'Of the cover letter, else of the lowest number.';
COMMENT ON COLUMN api.series.date IS 'Of the cover letter, else of the lowest number; null when its Date is unreadable.';
COMMENT ON COLUMN api.series.public_id IS 'What the REST API and the documents show as id; differs from id where it was imported from a Patchwork.';
COMMENT ON COLUMN api.series.project_id IS 'The list in api.project.';
COMMENT ON COLUMN api.series.submitter_id IS 'The sender in api.person.';
COMMENT ON COLUMN api.series.shown_date IS 'date, or when its first message came here where that is null.';
COMMENT ON COLUMN api.series.states IS 'How many of its patches are in each state, in the order of menus: {"new": 2, "accepted": 1}';
COMMENT ON COLUMN api.series.check_state IS 'Of the check states of its patches the gravest: fail, warning, pending, success; pending without patches.';
COMMENT ON COLUMN api.series.checks IS 'How many of its patches have each check state: {"fail": 1, "pending": 2}';
COMMENT ON COLUMN api.series.acked_count IS 'Persons who acked at least one of its patches; carried trailers do not count.';
COMMENT ON COLUMN api.series.reviewed_count IS 'Persons who reviewed at least one of its patches; carried trailers do not count.';
COMMENT ON COLUMN api.series.tested_count IS 'Persons who tested at least one of its patches; carried trailers do not count.';
COMMENT ON COLUMN api.series.updated_seq IS 'seq in api.event of the last event about it, its cover letter or its patches; 0 without any.';

GRANT SELECT ON api.series, api.series_trailer_counts TO patchloom_reader;
