/** Element types of an array of texts, by their numbers in pg_type. */
const elementOids = { json: 114, text: 25 } as const;

const nullLength = -1;
const int32Bytes = 4;
const headerInt32Count = 5;

/**
 * Texts as a parameter of type text[] or json[], in the form in which Postgres sends arrays: each text is its bytes.
 * As a list of strings pg would write it with escapes, which makes several copies of each text, and of one that is full
 * of backslashes some hundred times its size. Source: array_recv and array_send in Postgres, `src/backend/utils/adt/arrayfuncs.c`.
 */
export function binaryArray(
  elementType: keyof typeof elementOids,
  texts: readonly (string | null)[],
): Buffer {
  const lengths = texts.map((text) => (text === null ? nullLength : Buffer.byteLength(text)));
  const bytes = Buffer.allocUnsafe(arrayBytes(lengths));
  const hasNulls = lengths.includes(nullLength) ? 1 : 0;
  const header = [1, hasNulls, elementOids[elementType], texts.length, 1];
  let at = 0;
  for (const value of header) at = bytes.writeInt32BE(value, at);
  for (const [index, text] of texts.entries()) {
    at = bytes.writeInt32BE(lengths[index]!, at);
    if (text !== null) at += bytes.write(text, at);
  }
  return bytes;
}

function arrayBytes(lengths: readonly number[]): number {
  return lengths.reduce(
    (sum, length) => sum + int32Bytes + Math.max(length, 0),
    headerInt32Count * int32Bytes,
  );
}
