import { replacedText } from '../patch/replaced-text.ts';

// Python's white space: unlike JavaScript's it has U+001C to U+001F and U+0085, and not U+FEFF.
const whiteSpace = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/g;

/**
 * A header text on one line: NULs dropped, each run of white space one space, none at the ends:
 * "meep,\n  meep " -> "meep, meep". Source: Patchwork's rule R7.
 */
export function collapseWhiteSpace(text: string): string {
  const withoutNul = replacedText(text, '\0', '');
  const collapsed = withoutNul.replace(whiteSpace, ' ');
  const start = collapsed.startsWith(' ') ? 1 : 0;
  const end = collapsed.endsWith(' ') ? collapsed.length - 1 : collapsed.length;
  return collapsed.slice(start, end);
}
