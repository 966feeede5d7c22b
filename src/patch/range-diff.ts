import { hunkHeader } from './hunk-header.ts';
import { lineEdits, maxComparedLines } from './range-diff-edits.ts';
import type { LineEdit } from './range-diff-edits.ts';

/** One side of a pair of patches. */
export interface RangeDiffSide {
  readonly number: number;
  readonly title: string;
  /** null where the patch has none, such as a pull request. */
  readonly diff: string | null;
}

/** A patch before and after; null for the side on which it is not. */
export interface RangeDiffPair {
  /** `=` the same diff, `!` another, `<` dropped, `>` added. */
  readonly change: '=' | '!' | '<' | '>';
  readonly older: RangeDiffSide | null;
  readonly newer: RangeDiffSide | null;
}

/**
 * What changed between two revisions of a series, in the manner of git range-diff but from the diffs alone:
 *
 *     1: = 1: mm: fix a leak
 *     2: ! 3: mm: use it
 *          @@ mm_init
 *         -+free(page);
 *         ++put_page(page);
 *     -: > 2: mm: new
 *
 * Below a changed patch stand the lines of its diff that differ, with three lines around them; index lines and line
 * numbers do not count. Bounded: a diff of more than 10,000 lines is not compared, and the text says so.
 */
export function rangeDiff(pairs: readonly RangeDiffPair[]): string {
  return pairs
    .flatMap((pair) => [headLine(pair), ...changedLines(pair)])
    .map((line) => `${line}\n`)
    .join('');
}

function headLine({ change, older, newer }: RangeDiffPair): string {
  const title = (newer ?? older)?.title ?? '';
  return `${older?.number ?? '-'}: ${change} ${newer?.number ?? '-'}: ${title}`;
}

function changedLines({ change, older, newer }: RangeDiffPair): string[] {
  if (change !== '!') return [];
  const edits = lineEdits(maskedLines(older?.diff ?? ''), maskedLines(newer?.diff ?? ''));
  if (edits === null) return [`    (not compared: more than ${maxComparedLines} lines)`];
  return withContext(edits);
}

/** The lines of a diff that count: without index lines, line numbers of hunks, and the data of binary files. */
export function maskedLines(diff: string): string[] {
  const lines: string[] = [];
  let isBinary = false;
  for (let start = 0; start < diff.length;) {
    const found = diff.indexOf('\n', start);
    const end = found === -1 ? diff.length : found;
    const isData: boolean = isBinary && !diff.startsWith('diff ', start);
    isBinary = isData || diff.startsWith('GIT binary patch', start);
    const isShown = isData ? isBinarySize(diff, start) : !diff.startsWith('index ', start);
    if (isShown) lines.push(maskedLine(diff, start, end));
    // Of a text that is too long for a comparison nothing more is needed.
    if (lines.length > maxComparedLines) return lines;
    start = end + 1;
  }
  return lines;
}

function isBinarySize(diff: string, at: number): boolean {
  return diff.startsWith('literal ', at) || diff.startsWith('delta ', at);
}

function maskedLine(diff: string, start: number, end: number): string {
  const line = diff.slice(start, diff.charAt(end - 1) === '\r' ? end - 1 : end);
  if (!line.startsWith('@@') || hunkHeader(diff, start) === null) return line;
  return `@@${line.slice(line.indexOf('@@', 2) + 2)}`;
}

const contextLineCount = 3;

/** Changed lines with those around them; a line of dots stands for what is left out between. */
function withContext(edits: readonly LineEdit[]): string[] {
  const isShown = new Uint8Array(edits.length);
  for (const [at, { mark }] of edits.entries()) {
    if (mark !== ' ')
      isShown.fill(1, Math.max(0, at - contextLineCount), at + contextLineCount + 1);
  }
  const lines: string[] = [];
  let last = -1;
  for (const [at, { mark, line }] of edits.entries()) {
    if (isShown[at] === 0) continue;
    if (last !== -1 && at > last + 1) lines.push('    ...');
    lines.push(`    ${mark}${line}`);
    last = at;
  }
  return lines;
}
