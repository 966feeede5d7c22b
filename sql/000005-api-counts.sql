-- What lists of the API need at any size: how many rows there are, kept as they change, and indexes for their orders and
-- searches.

CREATE TABLE patchloom.patch_count (
  mailing_list_id int NOT NULL REFERENCES patchloom.mailing_list,
  state_id int NOT NULL REFERENCES patchloom.patch_state,
  archived boolean NOT NULL,
  patch_count bigint NOT NULL,
  PRIMARY KEY (mailing_list_id, state_id, archived)
);
COMMENT ON TABLE patchloom.patch_count IS 'How many patches are shown, exactly; kept by triggers of patch.';
COMMENT ON COLUMN patchloom.patch_count.mailing_list_id IS 'The list.';
COMMENT ON COLUMN patchloom.patch_count.state_id IS 'Their state.';
COMMENT ON COLUMN patchloom.patch_count.archived IS 'Whether they are archived.';
COMMENT ON COLUMN patchloom.patch_count.patch_count IS 'How many.';
ALTER TABLE patchloom.patch_count SET (fillfactor = 50);

CREATE FUNCTION patchloom.count_patches() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
-- Adds what a statement changed to patch_count, in the order of the key, so that two statements cannot block each other.
-- A trigger sees only the rows of its own operation: INSERT those added, DELETE those removed, UPDATE both.
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO patchloom.patch_count AS c (mailing_list_id, state_id, archived, patch_count)
    SELECT a.mailing_list_id, a.state_id, a.archived, count(*)
    FROM added a WHERE a.is_shown
    GROUP BY a.mailing_list_id, a.state_id, a.archived
    ORDER BY a.mailing_list_id, a.state_id, a.archived
    ON CONFLICT ON CONSTRAINT patch_count_pkey DO UPDATE SET patch_count = c.patch_count + excluded.patch_count;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO patchloom.patch_count AS c (mailing_list_id, state_id, archived, patch_count)
    SELECT r.mailing_list_id, r.state_id, r.archived, -count(*)
    FROM removed r WHERE r.is_shown
    GROUP BY r.mailing_list_id, r.state_id, r.archived
    ORDER BY r.mailing_list_id, r.state_id, r.archived
    ON CONFLICT ON CONSTRAINT patch_count_pkey DO UPDATE SET patch_count = c.patch_count + excluded.patch_count;
  ELSE
    INSERT INTO patchloom.patch_count AS c (mailing_list_id, state_id, archived, patch_count)
    SELECT d.mailing_list_id, d.state_id, d.archived, sum(d.change)
    FROM (
      SELECT a.mailing_list_id, a.state_id, a.archived, 1 AS change FROM added a WHERE a.is_shown
      UNION ALL
      SELECT r.mailing_list_id, r.state_id, r.archived, -1 FROM removed r WHERE r.is_shown
    ) d
    GROUP BY d.mailing_list_id, d.state_id, d.archived
    HAVING sum(d.change) <> 0
    ORDER BY d.mailing_list_id, d.state_id, d.archived
    ON CONFLICT ON CONSTRAINT patch_count_pkey DO UPDATE SET patch_count = c.patch_count + excluded.patch_count;
  END IF;
  RETURN NULL;
END $$;
COMMENT ON FUNCTION patchloom.count_patches IS 'Keeps patch_count.';
CREATE TRIGGER count_added_patches AFTER INSERT ON patchloom.patch
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION patchloom.count_patches();
CREATE TRIGGER count_removed_patches AFTER DELETE ON patchloom.patch
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION patchloom.count_patches();
CREATE TRIGGER count_changed_patches AFTER UPDATE ON patchloom.patch
  REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION patchloom.count_patches();
INSERT INTO patchloom.patch_count (mailing_list_id, state_id, archived, patch_count)
SELECT mailing_list_id, state_id, archived, count(*) FROM patchloom.patch WHERE is_shown GROUP BY 1, 2, 3;

CREATE TABLE patchloom.list_count (
  mailing_list_id int NOT NULL REFERENCES patchloom.mailing_list,
  counted text NOT NULL,
  row_count bigint NOT NULL,
  PRIMARY KEY (mailing_list_id, counted)
);
COMMENT ON TABLE patchloom.list_count IS 'How many series, cover letters and events of each category a list has, exactly; kept by triggers.';
COMMENT ON COLUMN patchloom.list_count.mailing_list_id IS 'The list.';
COMMENT ON COLUMN patchloom.list_count.counted IS 'series, cover, or the category of events.';
COMMENT ON COLUMN patchloom.list_count.row_count IS 'How many.';
ALTER TABLE patchloom.list_count SET (fillfactor = 50);

CREATE FUNCTION patchloom.count_series() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
-- Adds the series that a statement inserted or deleted to list_count.
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO patchloom.list_count AS c (mailing_list_id, counted, row_count)
    SELECT a.mailing_list_id, 'series', count(*) FROM added a GROUP BY a.mailing_list_id ORDER BY a.mailing_list_id
    ON CONFLICT ON CONSTRAINT list_count_pkey DO UPDATE SET row_count = c.row_count + excluded.row_count;
  ELSE
    INSERT INTO patchloom.list_count AS c (mailing_list_id, counted, row_count)
    SELECT r.mailing_list_id, 'series', -count(*) FROM removed r GROUP BY r.mailing_list_id ORDER BY r.mailing_list_id
    ON CONFLICT ON CONSTRAINT list_count_pkey DO UPDATE SET row_count = c.row_count + excluded.row_count;
  END IF;
  RETURN NULL;
END $$;
COMMENT ON FUNCTION patchloom.count_series IS 'Keeps the count of series.';
CREATE TRIGGER count_added_series AFTER INSERT ON patchloom.series
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION patchloom.count_series();
CREATE TRIGGER count_removed_series AFTER DELETE ON patchloom.series
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION patchloom.count_series();

CREATE FUNCTION patchloom.count_cover() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
-- Adds one message that became a cover letter, or was one, to list_count. By row: few messages are covers, and the conditions
-- of the triggers cost the others nothing.
DECLARE
  list int := CASE TG_OP WHEN 'DELETE' THEN OLD.mailing_list_id ELSE NEW.mailing_list_id END;
  change int := CASE WHEN TG_OP <> 'DELETE' AND NEW.kind = 'cover' THEN 1 ELSE -1 END;
BEGIN
  INSERT INTO patchloom.list_count AS c (mailing_list_id, counted, row_count) VALUES (list, 'cover', change)
  ON CONFLICT ON CONSTRAINT list_count_pkey DO UPDATE SET row_count = c.row_count + excluded.row_count;
  RETURN NULL;
END $$;
COMMENT ON FUNCTION patchloom.count_cover IS 'Keeps the count of cover letters.';
CREATE TRIGGER count_added_cover AFTER INSERT ON patchloom.message
  FOR EACH ROW WHEN (NEW.kind = 'cover') EXECUTE FUNCTION patchloom.count_cover();
CREATE TRIGGER count_removed_cover AFTER DELETE ON patchloom.message
  FOR EACH ROW WHEN (OLD.kind = 'cover') EXECUTE FUNCTION patchloom.count_cover();
CREATE TRIGGER count_changed_cover AFTER UPDATE OF kind ON patchloom.message
  FOR EACH ROW WHEN ((OLD.kind = 'cover') <> (NEW.kind = 'cover')) EXECUTE FUNCTION patchloom.count_cover();

CREATE FUNCTION patchloom.count_events() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $$
-- Adds appended events to list_count. Whoever appends holds the lock of event_counter, so nobody waits here.
BEGIN
  INSERT INTO patchloom.list_count AS c (mailing_list_id, counted, row_count)
  SELECT a.mailing_list_id, a.category, count(*) FROM added a
  GROUP BY a.mailing_list_id, a.category ORDER BY a.mailing_list_id, a.category
  ON CONFLICT ON CONSTRAINT list_count_pkey DO UPDATE SET row_count = c.row_count + excluded.row_count;
  RETURN NULL;
END $$;
COMMENT ON FUNCTION patchloom.count_events IS 'Keeps the counts of events.';
CREATE TRIGGER count_added_events AFTER INSERT ON patchloom.event
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION patchloom.count_events();

INSERT INTO patchloom.list_count (mailing_list_id, counted, row_count)
SELECT mailing_list_id, 'series', count(*) FROM patchloom.series GROUP BY 1
UNION ALL
SELECT mailing_list_id, 'cover', count(*) FROM patchloom.message WHERE kind = 'cover' GROUP BY 1
UNION ALL
SELECT mailing_list_id, category, count(*) FROM patchloom.event GROUP BY 1, 2;

-- Lists in order of date.
CREATE INDEX patch_date ON patchloom.patch (date, id) WHERE is_shown;
CREATE INDEX series_date ON patchloom.series (date, public_id);
CREATE INDEX message_cover_list ON patchloom.message (mailing_list_id, public_id) WHERE kind = 'cover';
CREATE INDEX message_cover_date ON patchloom.message ((coalesce(date, received_at)), public_id) WHERE kind = 'cover';
-- Events since a date.
CREATE INDEX event_created_at ON patchloom.event (created_at, seq);
CREATE INDEX event_list ON patchloom.event (mailing_list_id, seq);

-- Searches for a part of a name. Where the server has no pg_trgm, they read all names.
DO $$
DECLARE
  place text;
BEGIN
  IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_trgm') THEN
    CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA patchloom;
    SELECT n.nspname INTO place FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_trgm';
    EXECUTE format('CREATE INDEX message_name_words ON patchloom.message USING gin (name %I.gin_trgm_ops)
      WHERE kind IN (''patch'', ''pull-request'', ''cover'')', place);
    EXECUTE format('CREATE INDEX series_name_words ON patchloom.series USING gin (name %I.gin_trgm_ops)', place);
  END IF;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE WARNING 'this role may not create the extension pg_trgm: searches for names will be slow';
END $$;

-- What depends on a series.
CREATE INDEX dependency_target ON patchloom.dependency (target_message_id) WHERE target_message_id IS NOT NULL;
