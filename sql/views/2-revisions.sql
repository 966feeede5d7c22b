-- Revision chains.

CREATE OR REPLACE VIEW api.revision AS
SELECT
  s.id,
  l.list_id,
  s.key AS series,
  s.name AS series_name,
  s.version,
  p.key AS predecessor,
  r.kind,
  r.score,
  coalesce(r.evidence, '[]') AS evidence,
  (
    -- The first series that replaces it, found over resends of it.
    WITH RECURSIVE later AS (
      SELECT n.series_id, n.kind FROM patchloom.revision n WHERE n.predecessor_id = s.id
      UNION
      SELECT n.series_id, n.kind
      FROM later JOIN patchloom.revision n ON n.predecessor_id = later.series_id
      WHERE later.kind = 'resend'
    )
    SELECT successor.key
    FROM later JOIN patchloom.series successor ON successor.id = later.series_id
    WHERE later.kind <> 'resend'
    ORDER BY successor.date NULLS LAST, successor.key
    LIMIT 1
  ) AS superseded_by,
  CASE WHEN r.series_id IS NULL THEN (
    SELECT coalesce(json_agg(json_build_object(
      'number', m.series_number, 'message_id', m.message_id, 'pairs_with', NULL, 'change', NULL, 'carried', false
    ) ORDER BY m.series_number, m.message_id), '[]')
    FROM patchloom.message m
    WHERE m.series_id = s.id AND m.id IS DISTINCT FROM s.cover
  ) ELSE (
    SELECT coalesce(json_agg(json_build_object(
      'number', e->'number', 'message_id', e->'messageId', 'pairs_with', e->'pairsWith',
      'change', e->'change', 'carried', e->'carried'
    ) ORDER BY place), '[]')
    FROM jsonb_array_elements(r.patches) WITH ORDINALITY AS u (e, place)
  ) END AS patches
FROM patchloom.series s
JOIN patchloom.mailing_list l ON l.id = s.mailing_list_id
LEFT JOIN patchloom.revision r ON r.series_id = s.id
LEFT JOIN patchloom.series p ON p.id = r.predecessor_id;
COMMENT ON VIEW api.revision IS 'Every series with the one that it is a new version of, what says so, the one that replaces it, and its patches beside those before.';

COMMENT ON COLUMN api.revision.id IS 'The series in api.series.';
COMMENT ON COLUMN api.revision.list_id IS 'List-Id without angle brackets.';
COMMENT ON COLUMN api.revision.series IS 'Key of the series: message-id of its cover letter, else of its lowest number.';
COMMENT ON COLUMN api.revision.series_name IS 'Name of the series; null while unknown.';
COMMENT ON COLUMN api.revision.version IS '2 of [v2,1/3]; 1 where no subject names one.';
COMMENT ON COLUMN api.revision.predecessor IS 'Key of the series that it is a new version of; null where none is known.';
COMMENT ON COLUMN api.revision.kind IS 'revision: a new version; partial: of some patches only; resend: the same version once more; null without a predecessor.';
COMMENT ON COLUMN api.revision.score IS 'How sure the predecessor is, from 0 to 1; null without one.';
COMMENT ON COLUMN api.revision.evidence IS 'What says so: [{"kind": "title", "value": "…"}, …]; [] without a predecessor.';
COMMENT ON COLUMN api.revision.superseded_by IS 'Key of the first series that replaces it, found over resends; null where none is known.';
COMMENT ON COLUMN api.revision.patches IS 'Its patches, carried ones included: [{"number": 1, "message_id": "<…>", "pairs_with": "<…>", "change": "=", "carried": false}]; change as in git range-diff.';

GRANT SELECT ON api.revision TO patchloom_reader;
