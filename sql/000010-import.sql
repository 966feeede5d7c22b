-- A Patchwork site that moves over: what it said of messages that are not indexed yet waits for them.

-- Patchwork counts comments on patches and on covers apart, so their numbers repeat.
ALTER TABLE patchloom.reserved_id DROP CONSTRAINT reserved_id_resource_check;
ALTER TABLE patchloom.reserved_id ADD CONSTRAINT reserved_id_resource_check
  CHECK (resource IN ('patch', 'cover', 'comment', 'cover-comment', 'series'));
COMMENT ON COLUMN patchloom.reserved_id.resource IS 'What Patchwork took it for; comment: on a patch.';
COMMENT ON COLUMN patchloom.reserved_id.message_id IS 'With angle brackets; for a series, of its cover letter or else of its lowest-numbered patch.';
COMMENT ON COLUMN patchloom.app_user.password_hash IS 'scrypt: "scrypt$N$r$p$salt$key", the last two in base64; or imported, as Django has it: "pbkdf2_sha256$iterations$salt$key", the last in base64; null: no password opens it.';

CREATE TABLE patchloom.imported_review (
  mailing_list_id int NOT NULL REFERENCES patchloom.mailing_list,
  message_id text COLLATE "C" NOT NULL,
  state_id int REFERENCES patchloom.patch_state,
  archived boolean,
  delegate_id int REFERENCES patchloom.app_user ON DELETE SET NULL,
  commit_ref text,
  pull_url text,
  addressed boolean,
  is_applied boolean NOT NULL DEFAULT false,
  PRIMARY KEY (mailing_list_id, message_id),
  CHECK ((state_id IS NULL) = (archived IS NULL))
);
COMMENT ON TABLE patchloom.imported_review IS 'What an imported Patchwork said of patches and comments, as it was imported last; applied once to each.';
COMMENT ON COLUMN patchloom.imported_review.mailing_list_id IS 'The list.';
COMMENT ON COLUMN patchloom.imported_review.message_id IS 'With angle brackets.';
COMMENT ON COLUMN patchloom.imported_review.state_id IS 'State of a patch; null for a comment.';
COMMENT ON COLUMN patchloom.imported_review.archived IS 'Whether a patch is put away; null for a comment.';
COMMENT ON COLUMN patchloom.imported_review.delegate_id IS 'Who looks after a patch; null: nobody.';
COMMENT ON COLUMN patchloom.imported_review.commit_ref IS 'Commit that a patch became; null when unset.';
COMMENT ON COLUMN patchloom.imported_review.pull_url IS 'Where a pull request is; null when unset.';
COMMENT ON COLUMN patchloom.imported_review.addressed IS 'Whether a comment is taken care of; null: nobody said.';
COMMENT ON COLUMN patchloom.imported_review.is_applied IS 'Whether its patch or comment has it; what people change afterwards stays.';

CREATE TABLE patchloom.imported_check (
  id bigint PRIMARY KEY,
  mailing_list_id int NOT NULL REFERENCES patchloom.mailing_list,
  message_id text COLLATE "C" NOT NULL,
  user_id int NOT NULL REFERENCES patchloom.app_user,
  created_at timestamptz NOT NULL,
  state text NOT NULL CHECK (state IN ('pending', 'success', 'warning', 'fail')),
  target_url text,
  context text NOT NULL,
  description text,
  is_applied boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE patchloom.imported_check IS 'Checks of an imported Patchwork.';
COMMENT ON COLUMN patchloom.imported_check.id IS 'Patchwork''s id.';
COMMENT ON COLUMN patchloom.imported_check.mailing_list_id IS 'The list of its patch.';
COMMENT ON COLUMN patchloom.imported_check.message_id IS 'Of its patch, with angle brackets.';
COMMENT ON COLUMN patchloom.imported_check.user_id IS 'As in patch_check, like the columns that follow.';
COMMENT ON COLUMN patchloom.imported_check.created_at IS 'When it was said.';
COMMENT ON COLUMN patchloom.imported_check.state IS 'pending, success, warning or fail.';
COMMENT ON COLUMN patchloom.imported_check.target_url IS 'Where the details are; null when unset.';
COMMENT ON COLUMN patchloom.imported_check.context IS 'Name of the check.';
COMMENT ON COLUMN patchloom.imported_check.description IS 'One line for people; null when unset.';
COMMENT ON COLUMN patchloom.imported_check.is_applied IS 'Whether its patch has it.';
-- The checks of a message that is being indexed.
CREATE INDEX imported_check_message ON patchloom.imported_check (mailing_list_id, message_id);

CREATE TABLE patchloom.imported_bundle_patch (
  bundle_id bigint NOT NULL REFERENCES patchloom.bundle ON DELETE CASCADE,
  position int NOT NULL,
  mailing_list_id int NOT NULL REFERENCES patchloom.mailing_list,
  message_id text COLLATE "C" NOT NULL,
  is_applied boolean NOT NULL DEFAULT false,
  PRIMARY KEY (bundle_id, position)
);
COMMENT ON TABLE patchloom.imported_bundle_patch IS 'Patches of the bundles of an imported Patchwork.';
COMMENT ON COLUMN patchloom.imported_bundle_patch.bundle_id IS 'The bundle.';
COMMENT ON COLUMN patchloom.imported_bundle_patch.position IS 'Place in it, from 1.';
COMMENT ON COLUMN patchloom.imported_bundle_patch.mailing_list_id IS 'The list of the patch.';
COMMENT ON COLUMN patchloom.imported_bundle_patch.message_id IS 'Of the patch, with angle brackets.';
COMMENT ON COLUMN patchloom.imported_bundle_patch.is_applied IS 'Whether the bundle has it.';
-- The bundles of a message that is being indexed.
CREATE INDEX imported_bundle_patch_message ON patchloom.imported_bundle_patch (mailing_list_id, message_id);

CREATE FUNCTION patchloom.take_reserved_ids(list int, ids bigint[]) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
-- Gives messages, and the series that they are in, the ids that an imported Patchwork has for them.
-- In: a list, and rows in message that are new or have another place. Out: false, at once, when nothing was imported for the list.
-- A reserved id stays with the copy of a message that took it, and a patch keeps the id that it has. A message that is
-- taken for something else than Patchwork took it for has a number of its own. Of several ids for one series the lowest is
-- its own, and the others lead to it.
DECLARE
  touched bigint[];
BEGIN
  IF NOT EXISTS (SELECT FROM patchloom.reserved_id r WHERE r.mailing_list_id = list) THEN
    RETURN false;
  END IF;
  UPDATE patchloom.message m SET public_id = n.public_id
  FROM (
    SELECT c.id, coalesce(
      p.id,
      own.public_id,
      CASE WHEN EXISTS (
        SELECT FROM patchloom.reserved_id o
        WHERE o.mailing_list_id = list AND o.message_id = c.message_id AND o.public_id = c.public_id
          AND o.resource NOT IN ('series', CASE c.kind WHEN 'pull-request' THEN 'patch' ELSE c.kind END)
          AND NOT (c.kind = 'comment' AND o.resource = 'cover-comment')
      ) THEN nextval('patchloom.message_row_id') ELSE c.public_id END) AS public_id
    FROM unnest(ids) AS u (id)
    JOIN patchloom.message c ON c.id = u.id
    LEFT JOIN patchloom.patch p ON p.message = c.id AND c.kind IN ('patch', 'pull-request')
    LEFT JOIN LATERAL (
      SELECT min(r.public_id) AS public_id
      FROM patchloom.reserved_id r
      WHERE c.is_first AND r.mailing_list_id = list AND r.message_id = c.message_id
        AND (r.resource = CASE c.kind WHEN 'pull-request' THEN 'patch' ELSE c.kind END
          OR c.kind = 'comment' AND r.resource = 'cover-comment')
        AND NOT EXISTS (
          SELECT FROM patchloom.message o
          WHERE o.thread_node_id = c.thread_node_id AND o.id <> c.id AND o.public_id = r.public_id)
    ) own ON true
    WHERE c.kind IN ('patch', 'pull-request', 'cover', 'comment')
  ) n
  WHERE m.id = n.id AND m.public_id <> n.public_id;

  touched := ARRAY(
    SELECT c.series_id FROM unnest(ids) AS u (id) JOIN patchloom.message c ON c.id = u.id WHERE c.series_id IS NOT NULL
    UNION
    SELECT s.id FROM unnest(ids) AS u (id)
    JOIN patchloom.message c ON c.id = u.id
    JOIN patchloom.reserved_id r
      ON r.mailing_list_id = list AND r.message_id = c.message_id AND r.resource = 'series'
    JOIN patchloom.series s ON s.public_id = r.public_id);
  -- Below zero first: two series may change places.
  UPDATE patchloom.series s SET public_id = -n.public_id
  FROM (
    SELECT t.id, coalesce(
      (SELECT min(r.public_id) FROM patchloom.message c
       JOIN patchloom.reserved_id r
         ON r.mailing_list_id = list AND r.message_id = c.message_id AND r.resource = 'series'
       WHERE c.series_id = t.id AND c.is_first),
      CASE WHEN EXISTS (
        SELECT FROM patchloom.reserved_id r WHERE r.resource = 'series' AND r.public_id = t.public_id
      ) THEN nextval('patchloom.series_id') ELSE t.public_id END) AS public_id
    FROM patchloom.series t WHERE t.id = ANY (touched)
  ) n
  WHERE s.id = n.id AND s.public_id <> n.public_id;
  UPDATE patchloom.series s SET public_id = -s.public_id WHERE s.public_id < 0;
  INSERT INTO patchloom.series_redirect AS d (former_id, former_public_id, series_id)
  SELECT nextval('patchloom.series_id'), r.public_id, s.id
  FROM patchloom.series s
  JOIN patchloom.message c ON c.series_id = s.id AND c.is_first
  JOIN patchloom.reserved_id r
    ON r.mailing_list_id = list AND r.message_id = c.message_id AND r.resource = 'series' AND r.public_id <> s.public_id
  WHERE s.id = ANY (touched) AND NOT EXISTS (
    SELECT FROM patchloom.series_redirect o WHERE o.former_public_id = r.public_id AND o.series_id = s.id)
  ON CONFLICT (former_public_id) DO UPDATE SET series_id = excluded.series_id;
  DELETE FROM patchloom.series_redirect d USING patchloom.series s
  WHERE s.id = ANY (touched) AND d.former_public_id = s.public_id;
  RETURN true;
END $$;
COMMENT ON FUNCTION patchloom.take_reserved_ids IS 'Gives messages and series their imported ids; its body begins with the contract.';

CREATE FUNCTION patchloom.apply_imported_review(list int, ids bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
-- Gives patches and comments what an imported Patchwork said of them, each once.
-- In: a list, and rows in message whose ids and patch rows are written. Only the copy of a message that has its
-- reserved id gets it.
DECLARE
  checked bigint[];
BEGIN
  UPDATE patchloom.patch p SET state_id = i.state_id, archived = i.archived, delegate_id = i.delegate_id,
    commit_ref = i.commit_ref, pull_url = CASE WHEN i.pull_url IS DISTINCT FROM m.pull_url THEN i.pull_url END
  FROM unnest(ids) AS u (id)
  JOIN patchloom.message m ON m.id = u.id
  JOIN patchloom.imported_review i ON i.mailing_list_id = list AND i.message_id = m.message_id
    AND NOT i.is_applied AND i.state_id IS NOT NULL
  JOIN patchloom.reserved_id r ON r.mailing_list_id = list AND r.message_id = m.message_id AND r.resource = 'patch'
  WHERE p.message = m.id AND p.id = r.public_id;
  INSERT INTO patchloom.comment_review AS v (message, addressed)
  SELECT m.id, i.addressed
  FROM unnest(ids) AS u (id)
  JOIN patchloom.message m ON m.id = u.id AND m.kind = 'comment'
  JOIN patchloom.imported_review i ON i.mailing_list_id = list AND i.message_id = m.message_id
    AND NOT i.is_applied AND i.addressed IS NOT NULL
  WHERE EXISTS (
    SELECT FROM patchloom.reserved_id r WHERE r.mailing_list_id = list AND r.message_id = m.message_id
      AND r.resource IN ('comment', 'cover-comment') AND r.public_id = m.public_id)
  ON CONFLICT (message) DO UPDATE SET addressed = excluded.addressed;
  UPDATE patchloom.imported_review i SET is_applied = true
  FROM unnest(ids) AS u (id)
  JOIN patchloom.message m ON m.id = u.id
  LEFT JOIN patchloom.patch p ON p.message = m.id
  WHERE i.mailing_list_id = list AND i.message_id = m.message_id AND NOT i.is_applied
    AND CASE WHEN i.state_id IS NOT NULL THEN p.id IS NOT NULL ELSE m.kind = 'comment' END;

  WITH applied AS (
    UPDATE patchloom.imported_check i SET is_applied = true
    FROM unnest(ids) AS u (id)
    JOIN patchloom.message m ON m.id = u.id
    JOIN patchloom.reserved_id r ON r.mailing_list_id = list AND r.message_id = m.message_id AND r.resource = 'patch'
    JOIN patchloom.patch p ON p.message = m.id AND p.id = r.public_id
    WHERE i.mailing_list_id = list AND i.message_id = m.message_id AND NOT i.is_applied
    RETURNING i.id, p.id AS patch_id, i.user_id, i.created_at, i.state, i.target_url, i.context, i.description
  ), added AS (
    INSERT INTO patchloom.patch_check AS c (id, patch_id, user_id, created_at, state, target_url, context, description)
    SELECT a.id, a.patch_id, a.user_id, a.created_at, a.state, a.target_url, a.context, a.description FROM applied a
    ON CONFLICT (id) DO UPDATE SET state = excluded.state, target_url = excluded.target_url,
      description = excluded.description
    RETURNING c.patch_id)
  SELECT array_agg(DISTINCT a.patch_id) INTO checked FROM added a;
  UPDATE patchloom.patch p SET check_state = coalesce((
    SELECT newest.state
    FROM (
      SELECT DISTINCT ON (c.user_id, c.context) c.state
      FROM patchloom.patch_check c WHERE c.patch_id = p.id
      ORDER BY c.user_id, c.context, c.id DESC
    ) newest
    ORDER BY array_position(ARRAY['fail', 'warning', 'pending', 'success'], newest.state) LIMIT 1
  ), 'pending')
  WHERE p.id = ANY (checked);

  WITH applied AS (
    UPDATE patchloom.imported_bundle_patch i SET is_applied = true
    FROM unnest(ids) AS u (id)
    JOIN patchloom.message m ON m.id = u.id
    JOIN patchloom.reserved_id r ON r.mailing_list_id = list AND r.message_id = m.message_id AND r.resource = 'patch'
    JOIN patchloom.patch p ON p.message = m.id AND p.id = r.public_id
    WHERE i.mailing_list_id = list AND i.message_id = m.message_id AND NOT i.is_applied
    RETURNING i.bundle_id, i.position, p.id AS patch_id)
  INSERT INTO patchloom.bundle_patch (bundle_id, position, patch_id)
  SELECT a.bundle_id, a.position, a.patch_id FROM applied a
  ON CONFLICT DO NOTHING;
END $$;
COMMENT ON FUNCTION patchloom.apply_imported_review IS 'Gives messages what was imported for them; its body begins with the contract.';
