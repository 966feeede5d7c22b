import { lineEnd } from './line-end.ts';

/** One trailer line of a commit message or reply: "Reviewed-by: Petr Vorel <pvorel@suse.cz>". */
export interface Trailer {
  /** As written, without the colon: "Reviewed-by". */
  readonly kind: string;
  /** The rest of the line, continuation lines joined by one space. */
  readonly value: string;
}

/** Kinds beside those that end in -by, in lower case. */
const namedKinds: ReadonlySet<string> = new Set([
  'base-commit',
  'based-on',
  'buglink',
  'cc',
  'change-id',
  'closes',
  'depends-on',
  'fixes',
  'link',
  'message-id',
  'obsoletes',
  'prerequisite-change-id',
  'prerequisite-message-id',
  'prerequisite-patch-id',
  'resolves',
  'supersedes',
]);

/** So many trailers of a text are read; the longest real one has some hundred. */
export const maxTrailers = 10_000;

/** And so many characters of their values, or a few more, as the one that reaches this is still read. */
const maxTotalLength = 1024 * 1024;

/** What is longer is no trailer. */
const maxValueLength = 64 * 1024;

const maxKindLength = 64;
/** Letters, digits and hyphens, beginning with a letter; the colon directly behind. */
const kindAtStart = new RegExp(`^[A-Za-z][A-Za-z0-9-]{0,${maxKindLength - 1}}:`);

/** "Reviewed-by" of the line at an offset; null when the line is no trailer. */
function trailerKind(text: string, at: number): string | null {
  const kind = kindAtStart.exec(text.slice(at, at + maxKindLength + 1))?.[0].slice(0, -1);
  if (kind === undefined) return null;
  const lower = kind.toLowerCase();
  const isKnown = namedKinds.has(lower) || (lower.endsWith('-by') && lower.length > '-by'.length);
  return isKnown ? kind : null;
}

function isBlankAt(text: string, at: number): boolean {
  return text[at] === ' ' || text[at] === '\t';
}

/** A header block that a mail program quoted ("From: … Sent: … Cc: … Subject: …"): its Cc is no trailer. */
function isQuotedHeaderLine(text: string, at: number): boolean {
  const start = text.slice(at, at + 9).toLowerCase();
  return start.startsWith('from:') || start.startsWith('subject:') || start.startsWith('sent:');
}

/** A trailer and what stands above it: there a reply says which patches it is meant for. */
export interface TrailerInText {
  readonly trailer: Trailer;
  /** The closest line above that is neither empty nor a trailer, with its end; "" when there is none. */
  readonly lineAbove: string;
}

interface Scan {
  readonly text: string;
  readonly found: TrailerInText[];
  /** Trailers since the last empty line. */
  paragraph: TrailerInText[];
  hasQuotedHeader: boolean;
  lineAbove: string;
  valuesLength: number;
}

function isFull({ found, paragraph, valuesLength }: Scan): boolean {
  return found.length + paragraph.length >= maxTrailers || valuesLength >= maxTotalLength;
}

function endParagraph(scan: Scan): void {
  for (const inText of scan.paragraph) {
    if (scan.hasQuotedHeader && inText.trailer.kind.toLowerCase() === 'cc') continue;
    scan.found.push(inText);
  }
  scan.paragraph = [];
  scan.hasQuotedHeader = false;
}

/** Reads the trailer whose value begins at an offset, continuation lines included; where the next line begins. */
function readTrailer(scan: Scan, kind: string, valueAt: number): number {
  const { text } = scan;
  let end = lineEnd(text, valueAt);
  const parts = [text.slice(valueAt, end).trim()];
  while (isBlankAt(text, end)) {
    const next = lineEnd(text, end);
    const part = text.slice(end, next).trim();
    if (part === '') break;
    if (next - valueAt <= maxValueLength) parts.push(part);
    end = next;
  }
  if (end - valueAt > maxValueLength) return end;
  const value = parts.filter((part) => part !== '').join(' ');
  if (value !== '') scan.paragraph.push({ trailer: { kind, value }, lineAbove: scan.lineAbove });
  scan.valuesLength += value.length;
  return end;
}

/**
 * The trailers of a commit message or reply in order, repeats included: [{ kind: "Reviewed-by", value: "A <a@example.com>" }].
 * A trailer is a line that begins, at its first column, with a kind and a colon. Kinds, in any case: all that end in "-by"
 * (Signed-off-by, Reported-and-tested-by), and Fixes, Link, Closes, Resolves, BugLink, Cc, Message-Id, Depends-on, Based-on, Supersedes, Obsoletes,
 * change-id, base-commit, prerequisite-patch-id, -change-id, -message-id. Lines that begin with a blank go on with its value. So quoted lines
 * ("> Acked-by") and indented ones do not count, and neither does a Cc in a header block that a mail program quoted, nor a trailer
 * without a value or with one of more than 64 KiB. Unlike git-interpret-trailers(1) the place in the message does not matter: replies hold trailers between prose.
 * The first 10,000 are read, and no more after 1 MiB of values. Linear; never throws. Source: Patchwork's rules R53, R54.
 */
export function trailers(text: string): Trailer[] {
  return trailersInText(text).map(({ trailer }) => trailer);
}

/** Whether a text may hold more trailers than were read of it. */
export function areTrailersLimited(found: readonly Trailer[]): boolean {
  const valuesLength = found.reduce((sum, { value }) => sum + value.length, 0);
  return found.length >= maxTrailers || valuesLength >= maxTotalLength;
}

/** The same trailers, each with the line above it. Linear; never throws. */
export function trailersInText(text: string): TrailerInText[] {
  const scan: Scan = {
    text,
    found: [],
    paragraph: [],
    hasQuotedHeader: false,
    lineAbove: '',
    valuesLength: 0,
  };
  for (let at = 0; at < text.length && !isFull(scan);) {
    const kind = trailerKind(text, at);
    if (kind !== null) {
      at = readTrailer(scan, kind, at + kind.length + 1);
      continue;
    }
    const end = lineEnd(text, at);
    readOtherLine(scan, at, end);
    at = end;
  }
  endParagraph(scan);
  return scan.found;
}

function readOtherLine(scan: Scan, at: number, end: number): void {
  const line = scan.text.slice(at, end);
  if (line.trim() === '') endParagraph(scan);
  else {
    scan.lineAbove = line;
    if (isQuotedHeaderLine(scan.text, at)) scan.hasQuotedHeader = true;
  }
}
