/** Types by their object identifiers, which are the same in every database (pg_type.dat of Postgres). */
export const typeOids = { json: 114, text: 25 } as const;

const headerBytes = 20;

/** Stands for the length of an element that is NULL. */
const nullLength = -1;

/**
 * A parameter for an array of one dimension in Postgres's binary form: nothing is quoted here and nothing unquoted there.
 * `elements` are in the binary form of their type: UTF-8 for text and json. Source: array_recv in Postgres.
 */
export function binaryArray(elementOid: number, elements: readonly (Uint8Array | null)[]): Buffer {
  const array = Buffer.allocUnsafe(
    elements.reduce((sum, element) => sum + 4 + (element?.length ?? 0), headerBytes),
  );
  const lowerBound = 1;
  const hasNull = elements.includes(null) ? 1 : 0;
  let at = 0;
  for (const field of [1, hasNull, elementOid, elements.length, lowerBound]) {
    at = array.writeInt32BE(field, at);
  }
  for (const element of elements) {
    at = array.writeInt32BE(element?.length ?? nullLength, at);
    if (element === null) continue;
    array.set(element, at);
    at += element.length;
  }
  return array;
}
