import { encodedWords, type EncodedWord } from './encoded-word.ts';

/** One entry of an address header as it stands there; encoded words are left alone. */
export interface Mailbox {
  /** "Peter Xu" of `"Peter Xu" <peterx@redhat.com>` or of `peterx@redhat.com (Peter Xu)`; null when there is none. */
  readonly name: string | null;
  /** "peterx@redhat.com"; null when the entry has no address. */
  readonly email: string | null;
}

/** What has been read of an entry up to a comma. */
interface EntryText {
  phrase: string;
  comment: string;
  /** Text between angle brackets; null until a bracket opens. */
  angle: string | null;
  isQuoted: boolean;
}

function emptyEntry(): EntryText {
  return { phrase: '', comment: '', angle: null, isQuoted: false };
}

/** Offset of the character that closes the quotes or the comment opened at `open`, escapes and nested comments respected; -1 when none does. */
function closingOffset(text: string, open: number): number {
  const isComment = text[open] === '(';
  let depth = 1;
  for (let at = open + 1; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\') at += 1;
    else if (isComment && character === '(') depth += 1;
    else if (character === (isComment ? ')' : '"')) depth -= 1;
    if (depth === 0) return at;
  }
  return -1;
}

function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\(.)/gs, '$1') : text;
}

/** Address in a text: "a@b.c", or "a at b.c" as some archives write it; null when it holds none. */
function addressIn(text: string): string | null {
  const address = text.trim().replace(/^([^ ]{1,200}) at ([^ .]{1,100}\.[^ ]{1,200})$/, '$1@$2');
  const at = address.lastIndexOf('@');
  const isAddress = at > 0 && at < address.length - 1 && !/[\s<>,;]/.test(address);
  return isAddress ? address : null;
}

function mailbox(entry: EntryText): Mailbox {
  const phrase = entry.phrase.trim();
  const comment = entry.comment.trim() || null;
  if (entry.angle !== null) {
    return { name: phrase || comment, email: addressIn(entry.angle) };
  }
  const email = entry.isQuoted ? null : addressIn(phrase);
  return email === null ? { name: phrase || comment, email: null } : { name: comment, email };
}

const plainRun = /[^"(<,;=]+/y;

/** A scan through an address header; `literals` are the quotes and parentheses found to have no end, which stand for themselves from then on. */
interface AddressScan {
  readonly text: string;
  readonly words: ReadonlyMap<number, EncodedWord>;
  readonly literals: Set<string>;
  entry: EntryText;
}

/** Reads the quoted string or comment that opens at an offset; offset after it. */
function readQuoted(scan: AddressScan, at: number): number {
  const { text, entry, literals } = scan;
  const opener = text[at] ?? '';
  const close = literals.has(opener) ? -1 : closingOffset(text, at);
  if (close === -1) {
    literals.add(opener);
    entry.phrase += opener;
    return at + 1;
  }
  const content = unescaped(text.slice(at + 1, close));
  if (opener === '(') entry.comment += content;
  else {
    entry.phrase += content;
    entry.isQuoted = true;
  }
  return close + 1;
}

function readAngle(scan: AddressScan, at: number): number {
  const close = scan.text.indexOf('>', at);
  const end = close === -1 ? scan.text.length : close;
  scan.entry.angle ??= scan.text.slice(at + 1, end);
  return end + 1;
}

/** Reads a piece of an entry's text: an encoded word as a whole, since it may hold a comma, or the characters up to the next that may mean something. */
function readPhrase(scan: AddressScan, at: number): number {
  plainRun.lastIndex = at + 1;
  const end = scan.words.get(at)?.end ?? (plainRun.test(scan.text) ? plainRun.lastIndex : at + 1);
  scan.entry.phrase += scan.text.slice(at, end);
  return end;
}

/** Ends an entry at a comma; an empty one counts for nothing. */
function endEntry(scan: AddressScan, entries: Mailbox[]): void {
  const { phrase, comment, angle } = scan.entry;
  if (phrase === '' && comment === '' && angle === null) return;
  entries.push(mailbox(scan.entry));
  scan.entry = emptyEntry();
}

/** Joins an entry without an address to the one after it: the comma of `Xu, Peter <peterx@redhat.com>` stands in a name. */
function joinUnquotedCommas(entries: readonly Mailbox[]): Mailbox[] {
  const joined: Mailbox[] = [];
  let names: string[] = [];
  for (const { name, email } of entries) {
    if (email === null) {
      if (name !== null) names.push(name);
      continue;
    }
    const parts = name === null ? names : [...names, name];
    joined.push({ name: parts.join(', ') || null, email });
    names = [];
  }
  if (names.length > 0) joined.push({ name: names.join(', '), email: null });
  return joined;
}

/**
 * The entries of an address header, in order: `"Xu, Peter" <p@x.org>, q@y.org (Quentin)` -> [{ name: "Xu, Peter", email: "p@x.org" }, { name: "Quentin", email: "q@y.org" }].
 * A comma in an unquoted name is part of it; `user at domain (Name)` is read as an address. Entries without an address come last with email null.
 * Never throws, linear on any input. Source: RFC 5322 section 3.4; Patchwork's rules R32 and R33.
 */
export function mailboxes(value: string): Mailbox[] {
  const text = value.replaceAll('\n', ' ');
  const words = new Map(encodedWords(text).map((word) => [word.start, word]));
  const scan: AddressScan = { text, words, literals: new Set(), entry: emptyEntry() };
  const entries: Mailbox[] = [];
  for (let at = 0; at < text.length;) {
    const character = text[at];
    if (character === '"' || character === '(') at = readQuoted(scan, at);
    else if (character === '<') at = readAngle(scan, at);
    else if (character === ',' || character === ';') {
      endEntry(scan, entries);
      at += 1;
    } else at = readPhrase(scan, at);
  }
  endEntry(scan, entries);
  return joinUnquotedCommas(entries);
}
