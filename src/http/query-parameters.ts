/** Parameters of a query, repeats kept in order: "state=new&state=rfc" -> { state: ["new", "rfc"] } */
export type QueryParameters = ReadonlyMap<string, readonly string[]>;

const noParameters: QueryParameters = new Map();

/** Parameters of a request's target: "/api/patches/?q=a+b" -> { q: ["a b"] }. Percent signs that mean nothing stay. */
export function queryParameters(target: string): QueryParameters {
  const at = target.indexOf('?');
  if (at === -1 || at === target.length - 1) return noParameters;
  const parameters = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(target.slice(at + 1))) {
    const values = parameters.get(name);
    if (values === undefined) parameters.set(name, [value]);
    else values.push(value);
  }
  return parameters;
}

/** The last value of a parameter, as Patchwork takes it where one value is meant; null without one. */
export function lastValue(parameters: QueryParameters, name: string): string | null {
  return parameters.get(name)?.at(-1) ?? null;
}

/** "page=2&q=a+b&state=new&state=rfc": names sorted, without "?"; what Patchwork writes into its Link header. */
export function queryText(parameters: QueryParameters): string {
  return [...parameters]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, values]) => values.map((value) => `${encode(name)}=${encode(value)}`))
    .join('&');
}

/** Letters, digits and _.-~ stay; so "," and ";" never stand raw in a Link header, at which clients split. */
function encode(value: string): string {
  return encodeURIComponent(value)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
