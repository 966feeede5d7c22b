import { replacedText } from '../patch/replaced-text.ts';
import { splitDiff } from '../patch/split-diff.ts';

/** A file that `git format-patch` wrote, taken apart. */
export interface PatchFile {
  /** Its header lines, without the "From <commit>" line: "From: Peter Xu <peterx@redhat.com>\nSubject: [PATCH] Fix the leak". */
  readonly header: string;
  /** What stands around the diff: commit message, diffstat, signature. */
  readonly message: string;
  readonly diff: string | null;
  readonly isDamaged: boolean;
}

const firstLines = /^(?:From [0-9a-f]{40,64} |(?:From|Subject|Date): )/;

/**
 * Takes apart an attached patch that is a whole mail by itself, which begins "From 92bf9b8f… Mon Sep 17 00:00:00 2001" or with a From:, Subject: or
 * Date: header; null for any other text. Source: git-format-patch(1).
 */
export function patchFile(text: string): PatchFile | null {
  const lines = replacedText(text, '\r\n', '\n');
  if (!firstLines.test(lines)) return null;
  const blank = lines.indexOf('\n\n');
  if (blank === -1) return null;
  const headerStart = lines.startsWith('From ') ? lines.indexOf('\n') + 1 : 0;
  const { comment, wholeDiff: diff, isDamaged } = splitDiff(text.slice(text.search(/\n\r?\n/)));
  return { header: lines.slice(headerStart, blank), message: comment, diff, isDamaged };
}
