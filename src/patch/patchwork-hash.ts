import { createHash } from 'node:crypto';
import { hunkHeader } from './hunk-header.ts';
import { hashedTexts } from './hash-text.ts';
import { isPythonSpace } from './python-space.ts';
import { replacedText } from './replaced-text.ts';

const plus = 43;
const minus = 45;
const space = 32;
const at = 64;

/** Without CRs and without white space at both ends, then one newline. */
function stripped(diff: string): string {
  const text = replacedText(diff, '\r', '');
  let start = 0;
  let end = text.length;
  while (end > start && isPythonSpace(text.charCodeAt(end - 1))) end -= 1;
  while (start < end && isPythonSpace(text.charCodeAt(start))) start += 1;
  return `${text.slice(start, end)}\n`;
}

/** "--- linux.orig/fs/x.c" -> "--- a/fs/x.c"; null for a line that names no file. */
function fileLine(line: string): string | null {
  const isOld = line.startsWith('--- ');
  if (!isOld && !line.startsWith('+++ ')) return null;
  let end = 4;
  while (end < line.length && !isPythonSpace(line.charCodeAt(end))) end += 1;
  if (end === 4) return null;
  const path = line.slice(4, end);
  const slash = path.indexOf('/');
  return `${isOld ? '--- a/' : '+++ b/'}${slash === -1 ? '' : path.slice(slash + 1)}\n`;
}

/** What a line adds to the hash, its newline included: "" for a line that does not count. */
function hashedLine(text: string, start: number, end: number): string {
  const first = text.charCodeAt(start);
  if (first === at) {
    const header = hunkHeader(text, start);
    return header === null ? '' : `@@ -${header.oldLineCount} +${header.newLineCount} @@\n`;
  }
  if (first !== plus && first !== minus && first !== space) return '';
  const line = text.slice(start, end);
  return fileLine(line) ?? line;
}

/**
 * Patchwork's hash of a diff, SHA-1 in hex, by which its clients find a patch again: "29b6822ce2bb647dc303dd4f8757789275ae30df".
 * It is over the changed and context lines, the file names without their first directory, and the hunks' line counts, so it does not change
 * when the patch moves. A diff without hunks (a pure rename, a binary patch) hashes to SHA-1 of nothing, da39a3ee…, as there.
 * Source: Patchwork's rules R51, R52.
 */
export function patchworkHash(diff: string): string {
  const text = stripped(diff);
  const hashed = hashedTexts(createHash('sha1'));
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start) + 1;
    hashed.add(hashedLine(text, start, end));
    start = end;
  }
  return hashed.digest();
}
