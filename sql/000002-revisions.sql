-- Revision chains: which posting a series is a new version of. Law: docs/decisions/0006-revisions.md.

ALTER TABLE patchloom.message
  ADD change_ids text[],
  ADD supersedes text[],
  ADD paths text[];
COMMENT ON COLUMN patchloom.message.change_ids IS 'Of a submission: change-ids of its trailers and headers; null without one.';
COMMENT ON COLUMN patchloom.message.supersedes IS 'Of a submission: message-ids that its Supersedes and Obsoletes trailers name; null without one.';
COMMENT ON COLUMN patchloom.message.paths IS 'Of a submission: files that its diff touches, the first 32; null without one.';

CREATE TABLE patchloom.revision_key (
  mailing_list_id int NOT NULL,
  key text COLLATE "C" NOT NULL,
  series_id bigint NOT NULL,
  major_version int NOT NULL,
  PRIMARY KEY (mailing_list_id, key, series_id)
);
COMMENT ON TABLE patchloom.revision_key IS 'What a series can have in common with its predecessor: series that share a key are candidates for each other. Without foreign keys: the keys of a series that was dissolved are still needed to find its neighbours.';
COMMENT ON COLUMN patchloom.revision_key.mailing_list_id IS 'The list of the series.';
COMMENT ON COLUMN patchloom.revision_key.key IS 'Kind, then text of up to 64 characters or a hash: c: change-id, m: message-id of its own, answered or superseded, t: submitter and title, d: submitter and patch-id, p: submitter and total of a posting that holds only some numbers.';
COMMENT ON COLUMN patchloom.revision_key.series_id IS 'Row in series, or one that was.';
COMMENT ON COLUMN patchloom.revision_key.major_version IS '5 of v5 and of v5.1: a series can only be the predecessor of one with the same or a higher one.';
-- The keys of a series.
CREATE INDEX revision_key_series ON patchloom.revision_key (series_id);

CREATE TABLE patchloom.revision (
  series_id bigint PRIMARY KEY REFERENCES patchloom.series ON DELETE CASCADE,
  predecessor_id bigint NOT NULL REFERENCES patchloom.series ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('revision', 'partial', 'resend')),
  score real NOT NULL CHECK (score > 0 AND score <= 1),
  evidence jsonb NOT NULL,
  patches jsonb NOT NULL
);
COMMENT ON TABLE patchloom.revision IS 'The posting that a series is a new version of; no row where none is known.';
COMMENT ON COLUMN patchloom.revision.series_id IS 'The newer series.';
COMMENT ON COLUMN patchloom.revision.predecessor_id IS 'The older one.';
COMMENT ON COLUMN patchloom.revision.kind IS 'revision: a new version; partial: new versions of some of its patches, the rest stays; resend: the same version once more.';
COMMENT ON COLUMN patchloom.revision.score IS 'How sure it is, from 0 to 1.';
COMMENT ON COLUMN patchloom.revision.evidence IS 'What says so: [{"kind": "title", "value": "…"}, {"kind": "patches", "matching": 3, "identical": 1, "of": 3, "before": 4}]; also change-id, supersedes, reference.';
COMMENT ON COLUMN patchloom.revision.patches IS 'Patches of the revision, carried ones included: [{"number": 1, "messageId": "<…>", "pairsWith": "<…>", "change": "=", "carried": false}]; change as in git range-diff: = ! < >.';
-- What a series is superseded by; deleting one.
CREATE INDEX revision_predecessor ON patchloom.revision (predecessor_id);
