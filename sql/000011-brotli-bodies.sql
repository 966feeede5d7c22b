-- Raw messages are packed with brotli from now on; those that are stored stay as they are.

-- Not checked against stored rows, which the narrower rule has let in: no reading of the whole table.
ALTER TABLE patchloom.raw_message
  DROP CONSTRAINT raw_message_encoding_check,
  ADD CONSTRAINT raw_message_encoding_check CHECK (encoding IN ('identity', 'deflate', 'brotli')) NOT VALID;
COMMENT ON COLUMN patchloom.raw_message.encoding IS
  'How body holds the bytes: identity, brotli (RFC 7932), or in older rows deflate (RFC 1951, no header).';
