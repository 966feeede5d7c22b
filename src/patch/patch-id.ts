import { createHash, type Hash } from 'node:crypto';
import { hashWithoutSpace } from './hash-text.ts';
import { hunkHeader } from './hunk-header.ts';
import { lineEnd } from './line-end.ts';

const plus = 43;
const minus = 45;
const space = 32;

/**
 * What the next line is taken for. A `--- ` line is followed by one line of the new side, so that "+++ " is counted like a hunk's content;
 * a hunk that overruns its old side leads back to the header, as with git.
 */
type State = 'comment' | 'header' | 'hunk' | 'hunk-end' | 'binary' | 'end';

interface Scan {
  readonly text: string;
  state: State;
  oldLineCount: number;
  newLineCount: number;
  /** Object ids of the file's index line: all that a binary file contributes. */
  objectIds: string;
  /** Of the current file's text in earlier runs of lines; the current run reaches from runStart to runEnd. */
  fileHash: Hash;
  runStart: number;
  runEnd: number;
  hasText: boolean;
  readonly sum: Uint8Array;
}

/** Adds the line to the current file's text; runs of adjacent lines are cut out of the diff at once. */
function keepLine(scan: Scan, at: number, end: number): void {
  if (scan.runEnd !== at) {
    hashRun(scan);
    scan.runStart = at;
  }
  scan.runEnd = end;
}

function addText(scan: Scan, text: string): void {
  if (hashWithoutSpace(scan.fileHash, text)) scan.hasText = true;
}

/** Adds the current run to the current file's hash; the next begins where it ended. */
function hashRun(scan: Scan): void {
  addText(scan, scan.text.slice(scan.runStart, scan.runEnd));
  scan.runStart = scan.runEnd;
}

/** Adds SHA-1 of the current file's text to the sum, as numbers of 160 bits whose first byte is the lowest. */
function addFile(scan: Scan): void {
  hashRun(scan);
  const hash = scan.fileHash.digest();
  scan.fileHash = createHash('sha1');
  let carry = 0;
  for (const [index, byte] of hash.entries()) {
    carry += byte + (scan.sum[index] ?? 0);
    scan.sum[index] = carry & 0xff;
    carry >>= 8;
  }
}

function readHeader(scan: Scan, at: number, end: number): void {
  const { text } = scan;
  if (text.startsWith('index ', at)) {
    scan.objectIds = indexObjectIds(text.slice(at + 6, Math.min(end, at + 200)));
  } else if (text.startsWith('GIT binary patch', at) || text.startsWith('Binary files', at)) {
    hashRun(scan);
    addText(scan, scan.objectIds);
    addFile(scan);
    scan.state = 'binary';
  } else if (text.startsWith('--- ', at)) {
    keepLine(scan, at, end);
    scan.oldLineCount = 0;
    scan.newLineCount = 1;
    scan.state = 'hunk';
  } else if (/[A-Za-z]/.test(text[at] ?? '')) {
    keepLine(scan, at, end);
  } else {
    scan.state = 'end';
  }
}

/** "92bf9b8..f6130db 100644" -> "92bf9b8f6130db" */
function indexObjectIds(line: string): string {
  const dots = line.indexOf('..');
  if (dots === -1) return '';
  const after = line.slice(dots + 2);
  const [newId = ''] = after.split(/[ \n]/, 1);
  return line.slice(0, dots) + newId;
}

function readHunk(scan: Scan, at: number, end: number): void {
  const first = scan.text.charCodeAt(at);
  if (first === minus || first === space) scan.oldLineCount -= 1;
  if (first === plus || first === space) scan.newLineCount -= 1;
  keepLine(scan, at, end);
  if (scan.oldLineCount === -1) scan.state = 'header';
  else if (scan.oldLineCount === 0 && scan.newLineCount === 0) scan.state = 'hunk-end';
}

function readHunkEnd(scan: Scan, at: number, end: number): void {
  if (scan.text.startsWith('@@ -', at)) {
    const header = hunkHeader(scan.text, at);
    scan.oldLineCount = header?.oldLineCount ?? 0;
    scan.newLineCount = header?.newLineCount ?? 0;
    if (scan.oldLineCount !== 0 || scan.newLineCount !== 0) scan.state = 'hunk';
  } else if (scan.text.startsWith('diff ', at)) {
    addFile(scan);
    keepLine(scan, at, end);
    scan.state = 'header';
  } else {
    scan.state = 'end';
  }
}

function readLine(scan: Scan, at: number, end: number): void {
  if (scan.text.startsWith('\\ ', at) && end - at > 12) return;
  switch (scan.state) {
    case 'comment':
      if (!scan.text.startsWith('diff ', at)) return;
      keepLine(scan, at, end);
      scan.state = 'header';
      return;
    case 'binary':
      // @NOTE git does not hash the `diff ` line that ends a binary patch.
      if (scan.text.startsWith('diff ', at)) scan.state = 'header';
      return;
    case 'header':
      return readHeader(scan, at, end);
    case 'hunk':
      return readHunk(scan, at, end);
    case 'hunk-end':
      return readHunkEnd(scan, at, end);
    case 'end':
      return;
    default:
      scan.state satisfies never;
  }
}

/** A line ends at a NUL for git. */
function withoutNuls(diff: string): string {
  return diff.includes('\0') ? diff.replace(/\0[^\n]*/g, '') : diff;
}

/**
 * What `git patch-id --stable` prints for a diff, SHA-1 in hex: it is equal for a mail and the commit that came of it, wherever the lines moved,
 * whatever white space changed, in whatever order the files stand. null when git prints none: no line begins with "diff ".
 * Text before it does not count, nor does what follows the last file. Source: git-patch-id(1), and git 2.39 as oracle.
 */
export function patchId(diff: string): string | null {
  const text = withoutNuls(diff);
  const scan: Scan = {
    text,
    state: 'comment',
    oldLineCount: 0,
    newLineCount: 0,
    objectIds: '',
    fileHash: createHash('sha1'),
    runStart: 0,
    runEnd: 0,
    hasText: false,
    sum: new Uint8Array(20),
  };
  for (let at = 0; at < text.length && scan.state !== 'end';) {
    const end = lineEnd(text, at);
    readLine(scan, at, end);
    at = end;
  }
  if (scan.state === 'comment') return null;
  addFile(scan);
  return scan.hasText ? Buffer.from(scan.sum).toString('hex') : null;
}
