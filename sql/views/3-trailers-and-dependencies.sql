-- What counts for a patch, and what a series depends on: found anew by each query, so that it does not matter which
-- message came first.

CREATE OR REPLACE VIEW api.trailer AS
SELECT
  p.id,
  l.list_id,
  n.message_id,
  p.series_id,
  counted.kind,
  counted.value,
  counted.person_name,
  counted.person_email,
  counted.scope,
  counted.is_carried,
  counted.source_id,
  counted.source
FROM patchloom.message p
JOIN patchloom.mailing_list l ON l.id = p.mailing_list_id
JOIN patchloom.thread_node n ON n.id = p.thread_node_id
CROSS JOIN LATERAL (
  SELECT DISTINCT ON (t.kind, coalesce(lower(t.person_email), lower(t.person_name), t.value))
    t.kind, t.value, t.person_name, t.person_email, t.scope, bearer.is_carried,
    source.id AS source_id, source.message_id AS source
  FROM (
    -- The patch itself, and the same change in earlier postings of its submitter.
    SELECT p.id, p.series_id, p.series_number, false AS is_carried
    UNION ALL
    SELECT earlier.id, earlier.series_id, earlier.series_number, true
    FROM patchloom.message earlier
    WHERE earlier.patch_id = p.patch_id
      AND earlier.mailing_list_id = p.mailing_list_id
      AND lower(earlier.submitter_email) = lower(p.submitter_email)
      AND earlier.series_id <> p.series_id
      AND (coalesce(earlier.date, 'infinity'), earlier.message_id, earlier.content_key)
        < (coalesce(p.date, 'infinity'), p.message_id, p.content_key)
  ) bearer
  CROSS JOIN LATERAL (
    SELECT 'patch' AS scope, t.*
    FROM patchloom.trailer t
    WHERE t.message = bearer.id
    UNION ALL
    SELECT 'patch', t.*
    FROM patchloom.message reply JOIN patchloom.trailer t ON t.message = reply.id
    WHERE reply.target = bearer.id AND t.named_patches IS NULL
    UNION ALL
    SELECT 'cover', t.*
    FROM patchloom.series s JOIN patchloom.trailer t ON t.message = s.cover
    WHERE s.id = bearer.series_id
    UNION ALL
    SELECT 'cover', t.*
    FROM patchloom.series s
    JOIN patchloom.message reply ON reply.target = s.cover
    JOIN patchloom.trailer t ON t.message = reply.id
    WHERE s.id = bearer.series_id AND t.named_patches IS NULL
    UNION ALL
    SELECT CASE WHEN upper_inf(t.named_patches) THEN 'series' ELSE 'numbers' END, t.*
    FROM patchloom.message member
    JOIN patchloom.message reply ON reply.target = member.id
    JOIN patchloom.trailer t ON t.message = reply.id
    WHERE member.series_id = bearer.series_id AND t.named_patches @> bearer.series_number
  ) t
  JOIN patchloom.message source ON source.id = t.message
  -- What names no person describes its own patch: the Fixes of a cover letter or of an older posting does not.
  WHERE t.scope = 'patch' AND NOT bearer.is_carried OR t.person_name IS NOT NULL OR t.person_email IS NOT NULL
  ORDER BY
    t.kind, coalesce(lower(t.person_email), lower(t.person_name), t.value),
    bearer.is_carried,
    array_position('{patch,numbers,series,cover}', t.scope),
    coalesce(source.date, 'infinity'), source.message_id, source.content_key, t.position
) counted
WHERE p.kind IN ('patch', 'pull-request');
COMMENT ON VIEW api.trailer IS 'Trailers that count for each patch, once for each kind and person. scope says where it stands: patch (in it or a reply to it), cover (in its cover letter or a reply to that), series or numbers (in a reply to any of the series that names all or some of its patches). is_carried: it was said of the same change in an earlier posting.';
COMMENT ON COLUMN api.trailer.id IS 'The patch that it counts for, in api.patch.';
COMMENT ON COLUMN api.trailer.list_id IS 'List-Id without angle brackets.';
COMMENT ON COLUMN api.trailer.message_id IS 'Message-id of the patch that it counts for.';
COMMENT ON COLUMN api.trailer.series_id IS 'Series of that patch.';
COMMENT ON COLUMN api.trailer.kind IS 'As it is usually written: Reviewed-by';
COMMENT ON COLUMN api.trailer.value IS 'As written: Ada Brook <ada@brook.example>';
COMMENT ON COLUMN api.trailer.person_name IS 'Name of the person whom it names; null where it names none.';
COMMENT ON COLUMN api.trailer.person_email IS 'Address of that person; null without one.';
COMMENT ON COLUMN api.trailer.scope IS 'Where it stands: patch, numbers, series or cover.';
COMMENT ON COLUMN api.trailer.is_carried IS 'Whether it was said of the same change in an earlier posting.';
COMMENT ON COLUMN api.trailer.source_id IS 'The message that has it, in api.message.';
COMMENT ON COLUMN api.trailer.source IS 'Message-id of the message that has it.';

CREATE OR REPLACE VIEW api.patch_trailer_counts AS
SELECT
  p.id,
  l.list_id,
  n.message_id,
  p.series_id,
  counts.acked_count,
  counts.reviewed_count,
  counts.tested_count,
  counts.carried_acked_count,
  counts.carried_reviewed_count,
  counts.carried_tested_count
FROM patchloom.message p
JOIN patchloom.mailing_list l ON l.id = p.mailing_list_id
JOIN patchloom.thread_node n ON n.id = p.thread_node_id
CROSS JOIN LATERAL (
  SELECT
    count(DISTINCT whom) FILTER (WHERE said @> '{acked}' AND NOT is_carried) AS acked_count,
    count(DISTINCT whom) FILTER (WHERE said @> '{reviewed}' AND NOT is_carried) AS reviewed_count,
    count(DISTINCT whom) FILTER (WHERE said @> '{tested}' AND NOT is_carried) AS tested_count,
    count(DISTINCT whom) FILTER (WHERE said @> '{acked}' AND is_carried) AS carried_acked_count,
    count(DISTINCT whom) FILTER (WHERE said @> '{reviewed}' AND is_carried) AS carried_reviewed_count,
    count(DISTINCT whom) FILTER (WHERE said @> '{tested}' AND is_carried) AS carried_tested_count
  FROM (
    SELECT
      t.is_carried,
      coalesce(lower(t.person_email), lower(t.person_name)) AS whom,
      -- "Reviewed-and-tested-by" says both.
      string_to_array(regexp_replace(lower(t.kind), '-by$', ''), '-and-') AS said
    FROM api.trailer t
    WHERE t.id = p.id
  ) spoken
) counts
WHERE p.kind IN ('patch', 'pull-request');
COMMENT ON VIEW api.patch_trailer_counts IS 'For each patch, how many persons acked, reviewed and tested it, its cover letter or its series; those whose word is carried from an earlier posting apart.';
COMMENT ON COLUMN api.patch_trailer_counts.id IS 'The patch in api.patch.';
COMMENT ON COLUMN api.patch_trailer_counts.list_id IS 'List-Id without angle brackets.';
COMMENT ON COLUMN api.patch_trailer_counts.message_id IS 'With angle brackets.';
COMMENT ON COLUMN api.patch_trailer_counts.series_id IS 'Its series in api.series.';
COMMENT ON COLUMN api.patch_trailer_counts.acked_count IS 'Persons who acked it.';
COMMENT ON COLUMN api.patch_trailer_counts.reviewed_count IS 'Persons who reviewed it.';
COMMENT ON COLUMN api.patch_trailer_counts.tested_count IS 'Persons who tested it.';
COMMENT ON COLUMN api.patch_trailer_counts.carried_acked_count IS 'Persons who acked the same change in an earlier posting.';
COMMENT ON COLUMN api.patch_trailer_counts.carried_reviewed_count IS 'Persons who reviewed the same change in an earlier posting.';
COMMENT ON COLUMN api.patch_trailer_counts.carried_tested_count IS 'Persons who tested the same change in an earlier posting.';

CREATE OR REPLACE VIEW api.dependency AS
SELECT
  s.id AS series_id,
  l.list_id,
  s.key AS series,
  stated.kind,
  stated.value,
  stated.target_message_id,
  encode(stated.target_patch_id, 'hex') AS target_patch_id,
  stated.base_commit,
  stated.source_id,
  stated.source,
  target.id AS target_id,
  target.series_id AS target_series_id,
  (SELECT t.key FROM patchloom.series t WHERE t.id = target.series_id) AS target_series
FROM patchloom.series s
JOIN patchloom.mailing_list l ON l.id = s.mailing_list_id
CROSS JOIN LATERAL (
  SELECT DISTINCT ON (d.kind, d.target_message_id, d.target_patch_id, d.base_commit, d.change_id, d.change_version,
      d.unnamed)
    d.*
  FROM (
    SELECT
      d.*,
      CASE WHEN num_nonnulls(d.target_message_id, d.target_patch_id, d.base_commit, d.change_id) = 0
        THEN d.value END AS unnamed,
      source.id AS source_id,
      source.message_id AS source,
      source.date,
      source.content_key,
      -- The message whose word on the one base of a series holds: the submitter's last reply.
      first_value(source.id) OVER (PARTITION BY d.kind ORDER BY d.is_reply DESC,
        coalesce(source.date, 'infinity') DESC, source.message_id DESC, source.content_key DESC) AS last_source_id,
      bool_or(d.is_reply) OVER (PARTITION BY d.kind) AS is_corrected
    FROM (
      SELECT false AS is_reply, d.*
      FROM patchloom.message member JOIN patchloom.dependency d ON d.message = member.id
      WHERE member.series_id = s.id
      UNION ALL
      SELECT true, d.*
      FROM patchloom.message member
      JOIN patchloom.message reply ON reply.target = member.id
      JOIN patchloom.dependency d ON d.message = reply.id
      WHERE member.series_id = s.id AND lower(reply.submitter_email) = lower(s.submitter_email)
    ) d
    JOIN patchloom.message source ON source.id = d.message
  ) d
  WHERE d.kind NOT IN ('Based-on', 'base-commit') OR NOT d.is_corrected OR d.source_id = d.last_source_id
  ORDER BY
    d.kind, d.target_message_id, d.target_patch_id, d.base_commit, d.change_id, d.change_version, d.unnamed,
    coalesce(d.date, 'infinity'), d.source, d.content_key, d.position
) stated
LEFT JOIN LATERAL (
  SELECT m.id, m.series_id
  FROM patchloom.thread_node n JOIN patchloom.message m ON m.thread_node_id = n.id
  WHERE n.message_id = stated.target_message_id AND n.mailing_list_id = s.mailing_list_id AND m.is_first
  UNION ALL
  (
    -- Of several postings of the change the last before the statement, else the first after it.
    SELECT m.id, m.series_id
    FROM patchloom.message m
    WHERE m.patch_id = stated.target_patch_id AND m.mailing_list_id = s.mailing_list_id AND m.series_id <> s.id
    ORDER BY m.date > stated.date, abs(extract(epoch FROM m.date - stated.date)), m.message_id, m.content_key
    LIMIT 1
  )
  UNION ALL
  (
    SELECT m.id, m.series_id
    FROM patchloom.trailer t JOIN patchloom.message m ON m.id = t.message
    WHERE t.kind = 'Change-Id' AND octet_length(t.value) <= 800 AND t.value = stated.change_id
      AND m.mailing_list_id = s.mailing_list_id AND m.version = stated.change_version AND m.series_id <> s.id
    ORDER BY coalesce(m.date, 'infinity'), m.message_id, m.content_key
    LIMIT 1
  )
) target ON target.series_id IS NOT NULL
WHERE target.series_id IS DISTINCT FROM s.id;
COMMENT ON VIEW api.dependency IS 'What must be there before each series, by its cover letter, patches and its submitter''s replies; target_series_id is null until the target is known on the same list.';

COMMENT ON COLUMN api.dependency.series_id IS 'The series that says so, in api.series.';
COMMENT ON COLUMN api.dependency.list_id IS 'List-Id without angle brackets.';
COMMENT ON COLUMN api.dependency.series IS 'Key of the series that says so.';
COMMENT ON COLUMN api.dependency.kind IS 'Depends-on, Based-on, base-commit, prerequisite-patch-id, prerequisite-message-id or prerequisite-change-id.';
COMMENT ON COLUMN api.dependency.value IS 'As written.';
COMMENT ON COLUMN api.dependency.target_message_id IS 'Message-id that it names; null where it names another thing.';
COMMENT ON COLUMN api.dependency.target_patch_id IS 'Patch-id that it names, in hex; null where it names another thing.';
COMMENT ON COLUMN api.dependency.base_commit IS 'Commit that it names, hex in lower case, as short as written; null where it names another thing.';
COMMENT ON COLUMN api.dependency.source_id IS 'The message that says so, in api.message.';
COMMENT ON COLUMN api.dependency.source IS 'Message-id of the message that says so.';
COMMENT ON COLUMN api.dependency.target_id IS 'The message that it names, in api.message; null while unknown here.';
COMMENT ON COLUMN api.dependency.target_series_id IS 'The series that it names, in api.series; null while unknown here.';
COMMENT ON COLUMN api.dependency.target_series IS 'Key of the series that it names; null while unknown here.';

GRANT SELECT ON api.trailer, api.patch_trailer_counts, api.dependency TO patchloom_reader;
