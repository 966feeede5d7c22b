const escapes: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['b', 8],
  ['t', 9],
  ['n', 10],
  ['v', 11],
  ['f', 12],
  ['r', 13],
  ['"', 34],
  ['\\', 92],
]);

/** A path as git quotes it, and where the text goes on after its closing quote. */
export interface QuotedPath {
  readonly path: string;
  readonly end: number;
}

/**
 * The path in C quotes at the beginning of a text: '"a/\\303\\251.c" "b/x"' -> { path: "a/é.c", end: 12 }.
 * Octal escapes are bytes of UTF-8. null when the text does not begin with a quote, or the quote is never closed.
 * Source: git-config(1), core.quotePath.
 */
export function quotedPath(text: string): QuotedPath | null {
  if (!text.startsWith('"')) return null;
  let bytes = '';
  for (let at = 1; at < text.length;) {
    const special = nextSpecial(text, at);
    if (special === -1) return null;
    if (special > at) bytes += Buffer.from(text.slice(at, special), 'utf8').toString('latin1');
    if (text[special] === '"') {
      return { path: Buffer.from(bytes, 'latin1').toString('utf8'), end: special + 1 };
    }
    const octal = /^[0-3][0-7]{2}/.exec(text.slice(special + 1, special + 4))?.[0];
    const byte =
      octal === undefined ? escapes.get(text[special + 1] ?? '') : Number.parseInt(octal, 8);
    if (byte === undefined) return null;
    bytes += String.fromCharCode(byte);
    at = special + (octal === undefined ? 2 : 4);
  }
  return null;
}

/** Offset of the next quote or backslash; -1 when there is none. */
function nextSpecial(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 34 || code === 92) return at;
  }
  return -1;
}
