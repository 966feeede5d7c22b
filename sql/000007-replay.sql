-- Where replays of archives go on after a stop.

CREATE TABLE patchloom.replay_mark (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  archive text COLLATE "C" NOT NULL,
  selection text COLLATE "C" NOT NULL,
  mark json NOT NULL,
  replayed_count bigint NOT NULL,
  marked_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (archive, selection)
);
COMMENT ON TABLE patchloom.replay_mark IS 'Up to where archives were replayed: what stands before the mark is in custody. Written with the deliveries, in one transaction.';
COMMENT ON COLUMN patchloom.replay_mark.id IS 'Short name of the row.';
COMMENT ON COLUMN patchloom.replay_mark.archive IS 'Absolute path, without symlinks, of the mbox, Maildir or public-inbox.';
COMMENT ON COLUMN patchloom.replay_mark.selection IS 'Options that choose what is replayed and for which list; empty for all, by the headers: list-id=ltp.lists.linux.it since=2024-01-01T00:00:00Z';
COMMENT ON COLUMN patchloom.replay_mark.mark IS 'Place after the last message, and by what the archive is known again; only the reader of its format (format) understands it.';
COMMENT ON COLUMN patchloom.replay_mark.replayed_count IS 'Messages of the selection before the mark.';
COMMENT ON COLUMN patchloom.replay_mark.marked_at IS 'When the mark was written.';
COMMENT ON COLUMN patchloom.delivery.source IS 'Way in: smtp, lmtp, deliver, or replay: and the archive''s name, with the file or repository in it.';
COMMENT ON COLUMN patchloom.delivery.position IS 'Place of the message in its file or repository: octet offset in an unpacked mbox, number in a Maildir or public-inbox; null for live mail.';
