import { isAscii, isUtf8 } from 'node:buffer';
import { toUSVString } from 'node:util';
import iconv from 'iconv-lite';
import { decode as decodeJapanese } from 'libmime/lib/charset';
import type { MessageFlag } from '../message/decoded-message.ts';
import { replacedText } from '../patch/replaced-text.ts';

/** Bytes read as text, and what was wrong with their declared charset. */
export interface CharsetText {
  readonly text: string;
  readonly flag: Extract<MessageFlag, 'charset-unknown' | 'charset-mismatch'> | null;
}

/** iconv-lite knows these names, but they are no charsets. */
const noCharsets = new Set(['base64', 'hex', 'utf7imap', 'binary', 'internal']);
const asciiNames = new Set(['usascii', 'ascii', 'us', 'ansix341968', 'iso646us', '646']);
const utf8Names = new Set(['utf8', 'utf', 'u8', 'cp65001', 'unicode11utf8']);
const japaneseNames = /^(?:cs)?iso2022jp/;
/** Charsets in which each ASCII byte is that character, so that plain ASCII needs no table. */
const extendsAscii = /^(?:iso8859|windows12|cp125|koi8|gb|big5|euc|latin)/;
const replacement = '\uFFFD';

/** "ISO_8859-1" -> "iso88591" */
function canonicalName(charset: string): string {
  return charset
    .slice(0, 100)
    .toLowerCase()
    .replaceAll(/[^0-9a-z]/g, '');
}

/** Text, or null where a byte sequence means nothing in a charset: iconv-lite puts U+FFFD there. */
function withoutReplacement(text: string): string | null {
  return text.includes(replacement) ? null : text;
}

function utf8Text(bytes: Buffer): string | null {
  return isUtf8(bytes) ? bytes.toString('utf8') : null;
}

/** Text in a charset, null when the bytes are not valid in it, undefined when the name is unknown. */
function strictText(bytes: Buffer, name: string): string | null | undefined {
  if (utf8Names.has(name)) return utf8Text(bytes);
  const isPlain = isAscii(bytes);
  if (asciiNames.has(name)) return isPlain ? bytes.toString('latin1') : null;
  if (japaneseNames.test(name)) return withoutReplacement(decodeJapanese(bytes, 'iso-2022-jp'));
  if (noCharsets.has(name) || !iconv.encodingExists(name)) return undefined;
  if (isPlain && extendsAscii.test(name)) return bytes.toString('latin1');
  return withoutReplacement(iconv.decode(bytes, name, { stripBOM: false }));
}

/** utf-8, windows-1252 and iso-8859-1 in turn; the last one takes any byte. */
function guessedText(bytes: Buffer): { text: string; isCertain: boolean } {
  const utf8 = utf8Text(bytes);
  if (utf8 !== null) return { text: utf8, isCertain: true };
  const windows = strictText(bytes, 'windows1252');
  return { text: windows ?? bytes.toString('latin1'), isCertain: false };
}

/**
 * Text without what Postgres and JSON refuse: NUL and lone surrogates are U+FFFD.
 * Returns the same string when there was none.
 */
export function storableText(text: string): string {
  return replacedText(toUSVString(text), '\0', replacement);
}

/**
 * Bytes as text, by their declared charset; where it is missing, unknown ('charset-unknown') or wrong for these bytes ('charset-mismatch') by utf-8,
 * windows-1252 and iso-8859-1 in turn, so that no text is lost. iso-8859-1 is true latin-1, windows-1252 has no 0x81, as in Python.
 * Never throws. Source: Patchwork's rule R20, which skips a part with a wrong charset.
 */
export function charsetText(bytes: Buffer, charset: string | null): CharsetText {
  const declared = charset === null ? undefined : strictText(bytes, canonicalName(charset));
  if (typeof declared === 'string') return { text: declared, flag: null };
  const { text, isCertain } = guessedText(bytes);
  if (declared === null) return { text, flag: 'charset-mismatch' };
  return { text, flag: charset === null && isCertain ? null : 'charset-unknown' };
}
