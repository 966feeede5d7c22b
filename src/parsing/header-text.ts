import { toUSVString } from 'node:util';
import { decode as decodeQuotedPrintable } from 'libqp';
import { encodedWords, type EncodedWord } from '../message/encoded-word.ts';
import { collapseWhiteSpace } from '../message/white-space.ts';
import { charsetText } from './charset-text.ts';

/** A run of a header value in one charset: encoded words in a row may share a character, so their bytes are joined before they are read. */
interface HeaderRun {
  /** Lower case; null for text that was not encoded. */
  readonly charset: string | null;
  readonly text: string;
  readonly bytes: readonly Buffer[];
}

/** Bytes of an encoded word; null for base64 of a length that none has. Source: RFC 2047 section 4. */
function wordBytes({ encoding, encoded }: EncodedWord): Buffer | null {
  const isAscii = /^[\0-\x7f]*$/.test(encoded);
  const octets = isAscii ? encoded : Buffer.from(encoded, 'utf8').toString('latin1');
  if (encoding === 'q') return decodeQuotedPrintable(octets.replaceAll('_', '=20'));
  const digits = octets.replaceAll(/[^0-9A-Za-z+/]/g, '');
  return digits.length % 4 === 1 ? null : Buffer.from(digits, 'base64');
}

/** The plain text and encoded words of a value, in order; white space between two encoded words is dropped. Null when a word is broken. */
function headerRuns(value: string, words: readonly EncodedWord[]): HeaderRun[] | null {
  const runs: HeaderRun[] = [];
  let at = 0;
  for (const word of words) {
    const plain = value.slice(at, word.start);
    const isBetweenWords = at > 0 && plain.trim() === '';
    if (plain !== '' && !isBetweenWords) runs.push({ charset: null, text: plain, bytes: [] });
    const bytes = wordBytes(word);
    if (bytes === null) return null;
    runs.push({ charset: word.charset.toLowerCase(), text: '', bytes: [bytes] });
    at = word.end;
  }
  if (at < value.length) runs.push({ charset: null, text: value.slice(at), bytes: [] });
  return runs;
}

function joinSameCharset(runs: readonly HeaderRun[]): HeaderRun[] {
  const joined: { charset: string | null; text: string; bytes: Buffer[] }[] = [];
  for (const { charset, text, bytes } of runs) {
    const last = joined.at(-1);
    if (last?.charset === charset && charset !== null) last.bytes.push(...bytes);
    else joined.push({ charset, text, bytes: [...bytes] });
  }
  return joined;
}

function runText({ charset, text, bytes }: HeaderRun): string {
  return charset === null ? text : charsetText(Buffer.concat(bytes), charset).text;
}

/** White space, parentheses and backslashes need no space beside an encoded word. */
const standsAlone = /[\s()\\]/;

/** Whether a run is plain text, encoded ASCII or encoded text of another charset: Python puts a space where two kinds touch. */
function runKind({ charset }: HeaderRun): 'plain' | 'ascii' | 'encoded' {
  if (charset === null) return 'plain';
  return charset === 'us-ascii' ? 'ascii' : 'encoded';
}

/** Texts of the runs, with a space where plain text and an encoded word touch, as Python writes them. */
function joinedText(runs: readonly HeaderRun[]): string {
  const pieces: string[] = [];
  let last = '';
  let lastKind: string | null = null;
  for (const run of runs) {
    const text = runText(run);
    const kind = runKind(run);
    if (lastKind !== null && lastKind !== kind) {
      const touching = kind === 'encoded' ? last.slice(-1) : text.slice(0, 1);
      if (!standsAlone.test(touching)) pieces.push(' ');
    }
    pieces.push(text);
    last = text;
    lastKind = kind;
  }
  return pieces.join('');
}

/**
 * Readable text of a header value, white space collapsed, without NUL and line breaks: "test =?utf-8?q?s=c3=bcbject?=" -> "test sübject". Words in an unknown
 * charset or with wrong bytes are guessed. null when a word's base64 is broken. Linear, never throws.
 * Source: RFC 2047 sections 2 and 6.2; Patchwork's rule R7.
 */
export function decodeHeaderText(value: string): string | null {
  const words = value.includes('=?') ? encodedWords(value) : [];
  if (words.length === 0) return collapseWhiteSpace(value);
  const runs = headerRuns(value, words);
  return runs === null ? null : collapseWhiteSpace(toUSVString(joinedText(joinSameCharset(runs))));
}
