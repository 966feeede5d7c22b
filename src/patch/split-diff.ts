import { hunkHeader } from './hunk-header.ts';
import { announcedLines, countHunkLine, isHunkDone, type HunkRest } from './hunk-lines.ts';
import { isBinaryPatchStart, isExtendedHeader } from './extended-header.ts';
import { lineEnd } from './line-end.ts';

/** A message text taken apart; `comment` and `diff` together hold every character of it once, in order. */
export interface SplitText {
  /** What is not diff, signature and list footer included: "Fix the leak.\n\nSigned-off-by: A <a@example.com>\n---\n". */
  readonly comment: string;
  /** The diff's lines with their line ends as they came; null when the text has none. */
  readonly diff: string | null;
  /**
   * The same, with what Patchwork leaves in the comment after a binary file: the next file's extended header, and a
   * binary file after that one. Differs from `diff` in such texts only.
   */
  readonly wholeDiff: string | null;
  /** A hunk announced lines that are not all there: the message was cut short, or its lines were wrapped. */
  readonly isDamaged: boolean;
}

/**
 * Where the scanner stands:
 * - comment: outside of any diff;
 * - header: after `diff ` or `Index: `; old-name, new-name: after `--- `, after `+++ `: lines are held back;
 * - hunk: announced lines are still to come; hunk-end: none are; after-hunk: other text came then, and is held back;
 * - extended: after a line like `rename from`; binary: inside `GIT binary patch`.
 */
type State =
  | 'comment'
  | 'header'
  | 'old-name'
  | 'new-name'
  | 'hunk'
  | 'hunk-end'
  | 'after-hunk'
  | 'extended'
  | 'binary';

interface Scan {
  readonly text: string;
  /** Whether the line `diff ` after a binary file begins a header; to Patchwork it ends the diff until the next `--- `. */
  readonly isWhole: boolean;
  /** A binary file was followed by another file. */
  hasFileAfterBinary: boolean;
  state: State;
  /** Text before this offset has its place; from here to the current line it is held back. */
  placedEnd: number;
  isInDiff: boolean;
  pieces: { comment: string; diff: string };
  pieceStart: number;
  hasHunk: boolean;
  rest: HunkRest;
  isDamaged: boolean;
}

/** Gives all text before an offset, that has no place yet, to the diff or to the comment. */
function place(scan: Scan, isDiff: boolean, end: number): void {
  if (scan.placedEnd === end) return;
  if (scan.isInDiff !== isDiff) {
    closePiece(scan);
    scan.isInDiff = isDiff;
  }
  scan.placedEnd = end;
}

function closePiece(scan: Scan): void {
  const piece = scan.text.slice(scan.pieceStart, scan.placedEnd);
  if (scan.isInDiff) scan.pieces.diff += piece;
  else scan.pieces.comment += piece;
  scan.pieceStart = scan.placedEnd;
}

/** Before the first hunk what was held back is text after all; after it the held lines wait for the next hunk. */
function giveUpHeader(scan: Scan, at: number): void {
  if (!scan.hasHunk) place(scan, false, at);
  scan.state = scan.hasHunk ? 'after-hunk' : 'comment';
}

function startHunk(scan: Scan, at: number, end: number): boolean {
  const header = hunkHeader(scan.text, at);
  if (header === null) return false;
  place(scan, true, end);
  scan.hasHunk = true;
  scan.rest = announcedLines(header);
  scan.state = isHunkDone(scan.rest) ? 'hunk-end' : 'hunk';
  return true;
}

/** Whether the line begins a file; the state says how. */
function startFile(scan: Scan, at: number): boolean {
  const { text } = scan;
  const isName = text.startsWith('--- ', at);
  if (!isName && !text.startsWith('diff ', at) && !text.startsWith('Index: ', at)) return false;
  scan.state = isName ? 'old-name' : 'header';
  return true;
}

/** Whether the line makes what was held back a diff, with or without a hunk. */
function startExtended(scan: Scan, at: number, end: number): boolean {
  const isBinary = isBinaryPatchStart(scan.text, at);
  if (!isBinary && !isExtendedHeader(scan.text, at)) return false;
  place(scan, true, end);
  scan.state = isBinary ? 'binary' : 'extended';
  return true;
}

function readComment(scan: Scan, at: number, end: number): void {
  if (!startFile(scan, at)) place(scan, false, end);
}

function readHeader(scan: Scan, at: number, end: number): void {
  if (!startExtended(scan, at, end)) startFile(scan, at);
}

function readAfterHunk(scan: Scan, at: number, end: number): void {
  if (startFile(scan, at) || !startHunk(scan, at, end)) return;
  // A hunk of the same file after other text: the last line of the hunk before was wrapped, or its counts are wrong.
  scan.isDamaged = true;
}

function readExtended(scan: Scan, at: number, end: number): void {
  // @NOTE What git prints for a binary file without --binary: all that says so, hence diff.
  if (scan.text.startsWith('Binary files ', at)) place(scan, true, end);
  else if (!startExtended(scan, at, end)) reread(scan, at, end);
}

/** The line at this offset ends a header that led to no hunk; it may itself begin one. */
function reread(scan: Scan, at: number, end: number): void {
  giveUpHeader(scan, at);
  if (scan.state === 'comment') readComment(scan, at, end);
  else readAfterHunk(scan, at, end);
}

function readHunk(scan: Scan, at: number, end: number): void {
  countHunkLine(scan.rest, scan.text, at);
  place(scan, true, end);
  if (!isHunkDone(scan.rest)) return;
  scan.state = 'hunk-end';
  if (scan.rest.isDamaged) scan.isDamaged = true;
}

function readHunkEnd(scan: Scan, at: number, end: number): void {
  if (scan.text.startsWith('\\ ', at)) {
    place(scan, true, end);
  } else if (!startHunk(scan, at, end)) {
    scan.state = 'after-hunk';
    startFile(scan, at);
  }
}

function readBinary(scan: Scan, at: number, end: number): void {
  const isNextFile = scan.text.startsWith('diff ', at);
  if (isNextFile) scan.hasFileAfterBinary = true;
  if (isNextFile && scan.isWhole) {
    scan.state = 'header';
    return;
  }
  place(scan, true, end);
  if (isNextFile) scan.state = 'comment';
}

function readLine(scan: Scan, at: number, end: number): void {
  const { text } = scan;
  switch (scan.state) {
    case 'comment':
      return readComment(scan, at, end);
    case 'header':
      return readHeader(scan, at, end);
    case 'old-name':
      if (text.startsWith('+++ ', at)) scan.state = 'new-name';
      else reread(scan, at, end);
      return;
    case 'new-name':
      if (!startHunk(scan, at, end)) reread(scan, at, end);
      return;
    case 'hunk':
      return readHunk(scan, at, end);
    case 'hunk-end':
      return readHunkEnd(scan, at, end);
    case 'after-hunk':
      return readAfterHunk(scan, at, end);
    case 'extended':
      return readExtended(scan, at, end);
    case 'binary':
      return readBinary(scan, at, end);
    default:
      scan.state satisfies never;
  }
}

/**
 * Takes the diff out of a message's text, line by line and in linear time on any input:
 * "Fix.\n---\n f.c | 2 +-\n\ndiff --git a/f.c b/f.c\n…" -> { comment: "Fix.\n---\n f.c | 2 +-\n\n", diff: "diff --git a/f.c b/f.c\n…", isDamaged: false }.
 * A header begins at `diff `, `Index: ` or `--- `; hunks are taken by the line counts that they announce; lines after a hunk are held
 * back as a possible header until another hunk comes, else they are comment; extended headers (modes, renames, index) are diff without
 * a hunk; `GIT binary patch` runs to the next `diff `. Never throws. Source: Patchwork's rule R23.
 */
export function splitDiff(text: string): SplitText {
  const scan = scanText(text, false);
  const { comment, diff } = scan.pieces;
  const whole = scan.hasFileAfterBinary ? scanText(text, true).pieces.diff : diff;
  return {
    comment,
    diff: diff === '' ? null : diff,
    wholeDiff: whole === '' ? null : whole,
    isDamaged: scan.isDamaged,
  };
}

function scanText(text: string, isWhole: boolean): Scan {
  const scan: Scan = {
    text,
    isWhole,
    hasFileAfterBinary: false,
    state: 'comment',
    placedEnd: 0,
    isInDiff: false,
    pieces: { comment: '', diff: '' },
    pieceStart: 0,
    hasHunk: false,
    rest: { oldLineCount: 0, newLineCount: 0, isDamaged: false },
    isDamaged: false,
  };
  for (let at = 0; at < text.length;) {
    const end = lineEnd(text, at);
    readLine(scan, at, end);
    at = end;
  }
  if (scan.state === 'hunk') scan.isDamaged = true;
  place(scan, false, text.length);
  closePiece(scan);
  return scan;
}
