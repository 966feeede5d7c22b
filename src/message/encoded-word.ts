/** One encoded word of a header, still encoded: "=?utf-8?q?=C3=A9?=". */
export interface EncodedWord {
  readonly start: number;
  /** Offset after its "?=". */
  readonly end: number;
  /** As written, without a language: "utf-8". */
  readonly charset: string;
  readonly encoding: 'q' | 'b';
  /** "=C3=A9" */
  readonly encoded: string;
}

const maxCharsetLength = 60;

/** Offset of a text's next occurrence of `needle`, looked for again only once it has been passed: a scan that asks for each offset stays linear. */
function forwardSearch(text: string, needle: string): (from: number) => number {
  let found = -2;
  return (from) => {
    if (found !== -1 && found < from) found = text.indexOf(needle, from);
    return found;
  };
}

/**
 * The encoded words of a header value, in order. One holds no line break, but may hold blanks and stand amid a word, as Python reads them.
 * Linear on any input. Source: RFC 2047 section 2; RFC 2231 section 5 for the language.
 */
export function encodedWords(text: string): EncodedWord[] {
  const words: EncodedWord[] = [];
  const nextEnd = forwardSearch(text, '?=');
  const nextNewline = forwardSearch(text, '\n');
  let start = text.indexOf('=?');
  while (start !== -1) {
    const charsetEnd = text.slice(start + 2, start + 3 + maxCharsetLength).indexOf('?') + start + 2;
    const encoding = text[charsetEnd + 1]?.toLowerCase();
    let next = start + 2;
    if (
      charsetEnd > start + 2 &&
      (encoding === 'q' || encoding === 'b') &&
      text[charsetEnd + 2] === '?'
    ) {
      const end = nextEnd(charsetEnd + 3);
      if (end === -1) break;
      const newline = nextNewline(start);
      if (newline === -1 || newline > end) {
        const charset = text.slice(start + 2, charsetEnd).split('*', 1)[0] ?? '';
        const encoded = text.slice(charsetEnd + 3, end);
        words.push({ start, end: end + 2, charset, encoding, encoded });
        next = end + 2;
      }
    }
    start = text.indexOf('=?', next);
  }
  return words;
}
