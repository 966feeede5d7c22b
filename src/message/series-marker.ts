/** Number and total of a message in its series. */
export interface SeriesMarker {
  readonly number: number;
  readonly total: number;
}

const separators = ['/', ' of '];
/** More digits name a date or a ticket, not a patch, and would not fit a 32-bit column. */
const maxDigits = 9;

function isDigitAt(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

/** Offset of the first of the digits that end at an offset; the offset itself when none stands before it. */
function digitsStart(text: string, end: number): number {
  let start = end;
  while (start > 0 && isDigitAt(text, start - 1)) start -= 1;
  return start;
}

function markerOf(prefix: string): SeriesMarker | null {
  const totalStart = digitsStart(prefix, prefix.length);
  const separator = separators.find((word) => prefix.endsWith(word, totalStart));
  if (separator === undefined) return null;
  const numberEnd = totalStart - separator.length;
  const numberStart = digitsStart(prefix, numberEnd);
  const digitCounts = [prefix.length - totalStart, numberEnd - numberStart];
  if (digitCounts.some((count) => count === 0 || count > maxDigits)) return null;
  return {
    number: Number(prefix.slice(numberStart, numberEnd)),
    total: Number(prefix.slice(totalStart)),
  };
}

/**
 * Number and total of a series marker among subject prefixes: ["RFC", "v2", "08/33"] -> { number: 8, total: 33 }.
 * Also "1 of 2" (Mercurial) and glued forms ("PATCH1/8", "v2PATCH1/4"). The first prefix that has one counts; null when there is none.
 * Never throws, linear. Source: Patchwork's rule R17.
 */
export function seriesMarker(prefixes: readonly string[]): SeriesMarker | null {
  for (const prefix of prefixes) {
    const marker = markerOf(prefix);
    if (marker !== null) return marker;
  }
  return null;
}
