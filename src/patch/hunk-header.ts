/** The numbers of one hunk header: "@@ -470,6 +470,7 @@ static bool f()" -> 470, 6, 470, 7. */
export interface HunkHeader {
  readonly oldStart: number;
  readonly oldLineCount: number;
  readonly newStart: number;
  readonly newLineCount: number;
}

/** No file has 10^10 lines; a longer number is text that only looks like a hunk header. */
const maxDigits = 10;

const zero = 48;
const nine = 57;
const comma = 44;

function digitsEnd(text: string, at: number): number {
  let end = at;
  while (end - at <= maxDigits) {
    const code = text.charCodeAt(end);
    if (!(code >= zero && code <= nine)) break;
    end += 1;
  }
  return end;
}

interface LineRange {
  readonly start: number;
  readonly count: number;
  readonly end: number;
}

/** "470,6" or "1" (count 1) at an offset; null when no range of at most ten digits a number stands there. */
function lineRange(text: string, at: number): LineRange | null {
  const startEnd = digitsEnd(text, at);
  if (startEnd === at || startEnd - at > maxDigits) return null;
  const start = Number(text.slice(at, startEnd));
  if (text.charCodeAt(startEnd) !== comma) return { start, count: 1, end: startEnd };
  const countEnd = digitsEnd(text, startEnd + 1);
  if (countEnd === startEnd + 1 || countEnd - startEnd - 1 > maxDigits) return null;
  return { start, count: Number(text.slice(startEnd + 1, countEnd)), end: countEnd };
}

/**
 * The hunk header that begins at an offset of a text: "@@ -1,2 +3 @@" -> { oldStart: 1, oldLineCount: 2, newStart: 3, newLineCount: 1 }.
 * A missing count is 1. null when none stands there, also when a number has more than 10 digits.
 * Looks at 52 characters at most, whatever the text is. Source: git-diff(1), "generating patch text".
 */
export function hunkHeader(text: string, at = 0): HunkHeader | null {
  if (!text.startsWith('@@ -', at)) return null;
  const before = lineRange(text, at + 4);
  if (before === null || !text.startsWith(' +', before.end)) return null;
  const after = lineRange(text, before.end + 2);
  if (after === null || !text.startsWith(' @@', after.end)) return null;
  return {
    oldStart: before.start,
    oldLineCount: before.count,
    newStart: after.start,
    newLineCount: after.count,
  };
}
