import type { HunkHeader } from './hunk-header.ts';

const plus = 43;
const minus = 45;
const space = 32;
const backslash = 92;
const newline = 10;
const carriageReturn = 13;

/** How many announced lines of a hunk are still to come, and whether a line among them cannot be right. */
export interface HunkRest {
  oldLineCount: number;
  newLineCount: number;
  isDamaged: boolean;
}

/** What a hunk header announces: all lines are still to come. */
export function announcedLines(header: HunkHeader): HunkRest {
  return {
    oldLineCount: header.oldLineCount,
    newLineCount: header.newLineCount,
    isDamaged: false,
  };
}

/** Whether all announced lines of a hunk have come. */
export function isHunkDone(rest: HunkRest): boolean {
  return rest.oldLineCount <= 0 && rest.newLineCount <= 0;
}

/**
 * Counts the line at an offset as content of a hunk: "+" on the new side, "-" on the old side, "\ No newline at end of file" on none,
 * anything else on both. An empty line is a blank context line whose space was stripped under way; any other first character is
 * damage (a wrapped line, a hunk cut short).
 */
export function countHunkLine(rest: HunkRest, text: string, at: number): void {
  const first = text.charCodeAt(at);
  if (first === plus) {
    rest.newLineCount -= 1;
  } else if (first === minus) {
    rest.oldLineCount -= 1;
  } else if (first !== backslash) {
    rest.oldLineCount -= 1;
    rest.newLineCount -= 1;
    if (first !== space && first !== newline && first !== carriageReturn) rest.isDamaged = true;
  }
  if (rest.oldLineCount < 0 || rest.newLineCount < 0) rest.isDamaged = true;
}
