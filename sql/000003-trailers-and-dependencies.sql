-- What messages say of patches (trailers) and of what must be there before them (dependencies).
-- Both are facts of one message; what they count for is found by the views, so a patch or base may come later.

CREATE TABLE patchloom.trailer (
  message bigint NOT NULL REFERENCES patchloom.message ON DELETE CASCADE,
  position smallint NOT NULL,
  kind text NOT NULL,
  value text NOT NULL,
  person_name text,
  person_email text,
  named_patches int4multirange,
  PRIMARY KEY (message, position)
);
COMMENT ON TABLE patchloom.trailer IS 'Trailers of a message that say something about patches: all but Cc, base-commit and the prerequisites.';
COMMENT ON COLUMN patchloom.trailer.message IS 'Row in message of the message that has it.';
COMMENT ON COLUMN patchloom.trailer.position IS 'Place among the message''s trailers, from 0.';
COMMENT ON COLUMN patchloom.trailer.kind IS 'As it is usually written: Reviewed-by';
COMMENT ON COLUMN patchloom.trailer.value IS 'As written, continuation lines joined: Ada Brook <ada@brook.example>';
COMMENT ON COLUMN patchloom.trailer.person_name IS 'Name of the person whom the value names; null where it names none.';
COMMENT ON COLUMN patchloom.trailer.person_email IS 'Address of that person as written; null without one.';
COMMENT ON COLUMN patchloom.trailer.named_patches IS 'Numbers of the patches for which a reply says that it counts: {[1,4)} after "For patches 1-3:", {(,)} after "For the series:"; null: for what the message is about.';
-- b4's prerequisite-change-id: the series with a change-id. Longer ones are in no index and are not found.
CREATE INDEX trailer_change_id ON patchloom.trailer (value) WHERE kind = 'Change-Id' AND octet_length(value) <= 800;

CREATE TABLE patchloom.dependency (
  message bigint NOT NULL REFERENCES patchloom.message ON DELETE CASCADE,
  position smallint NOT NULL,
  kind text NOT NULL CHECK (kind IN ('Based-on', 'Depends-on', 'base-commit', 'prerequisite-change-id',
    'prerequisite-message-id', 'prerequisite-patch-id')),
  value text NOT NULL,
  target_message_id text COLLATE "C",
  target_patch_id bytea,
  base_commit text,
  change_id text,
  change_version int,
  PRIMARY KEY (message, position)
);
COMMENT ON TABLE patchloom.dependency IS 'What a message says must be there before its series. A target need not be known (yet).';
COMMENT ON COLUMN patchloom.dependency.message IS 'Row in message of the message that says so.';
COMMENT ON COLUMN patchloom.dependency.position IS 'Place among what the message says, from 0.';
COMMENT ON COLUMN patchloom.dependency.kind IS 'The trailer: Depends-on, Based-on, base-commit, prerequisite-patch-id, prerequisite-message-id or prerequisite-change-id.';
COMMENT ON COLUMN patchloom.dependency.value IS 'The trailer''s value as written.';
COMMENT ON COLUMN patchloom.dependency.target_message_id IS 'Message-id that the value names, with angle brackets; null where it names another thing.';
COMMENT ON COLUMN patchloom.dependency.target_patch_id IS 'Patch-id (git patch-id --stable) of a prerequisite-patch-id; null for others.';
COMMENT ON COLUMN patchloom.dependency.base_commit IS 'Commit of a base-commit, hex in lower case, as short as written; null for others.';
COMMENT ON COLUMN patchloom.dependency.change_id IS 'Change-id of a prerequisite-change-id without its version; null for others.';
COMMENT ON COLUMN patchloom.dependency.change_version IS '2 of a prerequisite-change-id that ends in :v2; null without one.';
