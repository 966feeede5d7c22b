import { lineEnd } from './line-end.ts';
import { replacedText } from './replaced-text.ts';

function contentEnd(text: string, at: number, end: number): number {
  let stop = end;
  if (stop > at && text[stop - 1] === '\n') stop -= 1;
  if (stop > at && text[stop - 1] === '\r') stop -= 1;
  return stop;
}

/** A line that is exactly "-- ", or one or more underscores and nothing else. */
function isSeparator(text: string, at: number, end: number): boolean {
  const stop = contentEnd(text, at, end);
  if (stop === at + 3 && text.startsWith('-- ', at)) return true;
  if (stop === at) return false;
  for (let index = at; index < stop; index += 1) {
    if (text[index] !== '_') return false;
  }
  return true;
}

/**
 * A comment text without signature and list footer: "Fix the leak.\n-- \n2.7.4\n" -> "Fix the leak.".
 * Everything from the first line that is exactly "-- " or only underscores is cut, white space at both ends and NULs are removed.
 * "" when nothing is left. Source: Patchwork's rule R24.
 */
export function withoutSignature(text: string): string {
  let end = text.length;
  for (let at = 0; at < text.length;) {
    const next = lineEnd(text, at);
    if (isSeparator(text, at, next)) {
      end = at;
      break;
    }
    at = next;
  }
  return replacedText(text.slice(0, end), '\0', '').trim();
}
