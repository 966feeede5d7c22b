/** Header fields in order, repeats kept: [["From", "A <a@b>"], …] */
export type HeaderPairs = readonly (readonly [name: string, value: string])[];

/**
 * Header fields as the API shows them: an object in the order of first occurrence, under the spelling of the first; a
 * name that occurs more than once, in any case, has a list: { "Received": ["…", "…"], "From": "A <a@b>" }.
 */
export function headerObject(pairs: HeaderPairs): Record<string, string | string[]> {
  const spelling = new Map<string, string>();
  const values = new Map<string, string | string[]>();
  for (const [name, value] of pairs) {
    const key = name.toLowerCase();
    const first = spelling.get(key);
    if (first === undefined) {
      spelling.set(key, name);
      values.set(name, value);
      continue;
    }
    const known = values.get(first)!;
    if (Array.isArray(known)) known.push(value);
    else values.set(first, [known, value]);
  }
  return Object.fromEntries(values);
}
