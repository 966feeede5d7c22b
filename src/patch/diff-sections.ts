import { isExtendedHeader, isBinaryPatchStart } from './extended-header.ts';
import { headerName, pairedNames, type FileNames } from './file-names.ts';
import { hunkHeader, type HunkHeader } from './hunk-header.ts';
import { announcedLines, countHunkLine, isHunkDone } from './hunk-lines.ts';
import { lineEnd } from './line-end.ts';
import { quotedPath } from './quoted-path.ts';

/** What a diff says about one file; names still have their first directory (a/, b/). */
export interface DiffSection {
  /** From `diff --git`, or from `Binary files … differ`. */
  pairedNames: FileNames | null;
  /** From `--- ` and `+++ `. */
  headerNames: FileNames | null;
  /** "rename from", "copy to", "new file mode", "old mode" -> what stood after it. */
  readonly extended: Map<string, string>;
  isGit: boolean;
  isBinary: boolean;
  readonly hunks: DiffHunk[];
}

/** One hunk reduced to what counts; its line counts are those of the lines that are there, not the announced ones. */
export interface DiffHunk {
  readonly announced: HunkHeader;
  readonly oldLineCount: number;
  readonly newLineCount: number;
  /** All lines that count: same, added and deleted ones. */
  readonly lineCount: number;
  /** The first character of each such line: " ", "+" or "-"; of the first maxMarks lines only. */
  readonly marks: readonly string[];
}

/** So many lines of a hunk are kept as marks: the rest of a longer one is only counted. */
export const maxMarks = 50_000;

const valueStart =
  /^(?:(?:old|new|deleted file|new file) mode|(?:copy|rename) (?:from|to)|(?:dis)?similarity index|index) /;

interface Scan {
  readonly text: string;
  readonly sections: DiffSection[];
  current: DiffSection | null;
}

function openSection(scan: Scan): DiffSection {
  const section: DiffSection = {
    pairedNames: null,
    headerNames: null,
    extended: new Map(),
    isGit: false,
    isBinary: false,
    hunks: [],
  };
  keepSection(scan);
  scan.current = section;
  return section;
}

/** A header that led to nothing is text that looked like one. */
function keepSection({ current, sections }: Scan): void {
  if (current === null) return;
  if (current.hunks.length > 0 || current.isBinary || current.extended.size > 0) {
    sections.push(current);
  }
}

/** The line from an offset without its line end. */
function lineText(text: string, at: number, end: number): string {
  const line = text.slice(at, end);
  if (line.endsWith('\r\n')) return line.slice(0, -2);
  return line.endsWith('\n') || line.endsWith('\r') ? line.slice(0, -1) : line;
}

function readDiffLine(scan: Scan, at: number, end: number): number {
  const section = openSection(scan);
  if (scan.text.startsWith('diff --git ', at)) {
    section.isGit = true;
    section.pairedNames = pairedNames(lineText(scan.text, at + 11, end), ' ');
  }
  return end;
}

function readExtendedHeader(section: DiffSection, line: string): void {
  const key = valueStart.exec(line)?.[0];
  if (key === undefined) return;
  const value = line.slice(key.length);
  section.extended.set(key.trimEnd(), quotedPath(value)?.path ?? value);
}

/** Passes the data of a binary patch: they run to the next `diff ` line. */
function binaryEnd(text: string, from: number): number {
  const next = text.indexOf('\ndiff ', from);
  return next === -1 ? text.length : next + 1;
}

function readBinaryFiles(section: DiffSection, line: string): void {
  section.isBinary = true;
  const names = line.slice('Binary files '.length, line.length - ' differ'.length);
  section.pairedNames ??= pairedNames(names, ' and ');
}

/** `--- `, `+++ ` and a hunk header, one after the other: where the hunk header begins; null when they do not stand there. */
function namesEnd(text: string, at: number): { newNameAt: number; hunkAt: number } | null {
  const newNameAt = lineEnd(text, at);
  if (!text.startsWith('+++ ', newNameAt)) return null;
  const hunkAt = lineEnd(text, newNameAt);
  return hunkHeader(text, hunkAt) === null ? null : { newNameAt, hunkAt };
}

function readNames(scan: Scan, at: number, end: number): number {
  const found = namesEnd(scan.text, at);
  if (found === null) return end;
  const isNext = scan.current === null || scan.current.hunks.length > 0 || scan.current.isBinary;
  const section = isNext ? openSection(scan) : scan.current;
  if (section === null) return end;
  section.headerNames = {
    oldName: headerName(lineText(scan.text, at + 4, end)),
    newName: headerName(lineText(scan.text, found.newNameAt + 4, found.hunkAt)),
  };
  return found.hunkAt;
}

const noLine = 92;
const markOfCode: ReadonlyMap<number, string> = new Map([
  [43, '+'],
  [45, '-'],
]);

/** Reads a hunk's lines by the counts that its header announces; where the next line begins. */
function readHunk(section: DiffSection, text: string, announced: HunkHeader, from: number): number {
  const rest = announcedLines(announced);
  const marks: string[] = [];
  let lineCount = 0;
  let at = from;
  for (; at < text.length && !isHunkDone(rest); at = lineEnd(text, at)) {
    countHunkLine(rest, text, at);
    const code = text.charCodeAt(at);
    if (code === noLine) continue;
    lineCount += 1;
    if (lineCount <= maxMarks) marks.push(markOfCode.get(code) ?? ' ');
  }
  const oldLineCount = announced.oldLineCount - rest.oldLineCount;
  const newLineCount = announced.newLineCount - rest.newLineCount;
  section.hunks.push({ announced, oldLineCount, newLineCount, lineCount, marks });
  return at;
}

/** Reads the line at an offset, or the hunk or binary patch that it begins; where the next one begins. */
function readLine(scan: Scan, at: number): number {
  const { text, current } = scan;
  const end = lineEnd(text, at);
  if (text.startsWith('diff ', at)) return readDiffLine(scan, at, end);
  if (text.startsWith('--- ', at)) return readNames(scan, at, end);
  if (current === null) return end;
  const header = current.headerNames === null ? null : hunkHeader(text, at);
  if (header !== null) return readHunk(current, text, header, end);
  if (current.hunks.length > 0) return end;
  if (isExtendedHeader(text, at)) {
    readExtendedHeader(current, lineText(text, at, end));
  } else if (isBinaryPatchStart(text, at)) {
    current.isBinary = true;
    return binaryEnd(text, at);
  } else if (text.startsWith('Binary files ', at)) {
    readBinaryFiles(current, lineText(text, at, end));
  }
  return end;
}

/**
 * A diff cut into its files, in order. Header lines that lead to no hunk, no binary patch and no extended header are text, not a file.
 * At most maxSections files are read; isLimited says that there were more. Linear; never throws.
 */
export function diffSections(
  text: string,
  maxSections: number,
): { sections: readonly DiffSection[]; isLimited: boolean } {
  const scan: Scan = { text, sections: [], current: null };
  for (let at = 0; at < text.length && scan.sections.length <= maxSections;) {
    at = readLine(scan, at);
  }
  keepSection(scan);
  return {
    sections: scan.sections.slice(0, maxSections),
    isLimited: scan.sections.length > maxSections,
  };
}
