import parseDiff from 'parse-diff';
import { diffSections, maxMarks, type DiffHunk, type DiffSection } from './diff-sections.ts';
import { pathsOf, type FileNames } from './file-names.ts';

/** One file of a diff; paths without a/ and b/. */
export interface DiffFile {
  /** null for a new file. */
  readonly oldPath: string | null;
  /** null for a deleted file. */
  readonly newPath: string | null;
  readonly change: 'modified' | 'added' | 'deleted' | 'renamed' | 'copied' | 'mode';
  readonly isBinary: boolean;
  readonly addedLineCount: number;
  readonly deletedLineCount: number;
}

const maxFiles = 10_000;
/** No file system takes a longer path; real ones in patches stay below 200. */
const maxPathLength = 1024;
/** Of all paths together; a diff of 10,000 files has some 1,000,000 characters of them. */
const maxPathsLength = 4 * 1024 * 1024;

interface LineCounts {
  readonly addedLineCount: number;
  readonly deletedLineCount: number;
}

/** Of a file too long for parse-diff, which keeps an object of some 100 bytes for each line. */
function longFileCounts(hunks: readonly DiffHunk[]): LineCounts {
  let addedLineCount = 0;
  let deletedLineCount = 0;
  for (const { oldLineCount, newLineCount, lineCount } of hunks) {
    addedLineCount += lineCount - oldLineCount;
    deletedLineCount += lineCount - newLineCount;
  }
  return { addedLineCount, deletedLineCount };
}

/**
 * Added and deleted lines of a file. parse-diff never sees text that came by mail: its hunk header expression takes minutes on a line of 4 KB,
 * and a hunk whose counts are wrong swallows the next. It gets headers that are made from the lines that are there, and of these
 * the first character.
 */
function lineCounts(hunks: readonly DiffHunk[]): LineCounts {
  const counted = hunks.filter((hunk) => hunk.lineCount > 0);
  const lineCount = counted.reduce((sum, hunk) => sum + hunk.lineCount, 0);
  if (lineCount > maxMarks) return longFileCounts(counted);
  const lines = ['--- a/file', '+++ b/file'];
  for (const { oldLineCount, newLineCount, marks } of counted) {
    lines.push(`@@ -1,${oldLineCount} +1,${newLineCount} @@`, ...marks);
  }
  const [file] = parseDiff(lines.join('\n'));
  return { addedLineCount: file?.additions ?? 0, deletedLineCount: file?.deletions ?? 0 };
}

/** Names with their first directory; `rename from` and its like have none and need none. */
function paths({ extended, headerNames, pairedNames }: DiffSection): FileNames | null {
  const from = extended.get('rename from') ?? extended.get('copy from');
  const to = extended.get('rename to') ?? extended.get('copy to');
  if (from !== undefined && to !== undefined) return { oldName: from, newName: to };
  const names = headerNames ?? pairedNames;
  return names === null ? null : pathsOf(names);
}

/** Whether a plain diff's only hunk has nothing on one side, as `diff -N` writes for a file that is on one side only. */
function isOneSided(section: DiffSection, side: 'old' | 'new'): boolean {
  const [hunk, ...more] = section.hunks;
  if (section.isGit || hunk === undefined || more.length > 0) return false;
  const { announced } = hunk;
  return side === 'old'
    ? announced.oldStart === 0 && announced.oldLineCount === 0
    : announced.newStart === 0 && announced.newLineCount === 0;
}

function change(section: DiffSection, { oldName, newName }: FileNames): DiffFile['change'] {
  const { extended, hunks, isBinary } = section;
  if (extended.has('copy from')) return 'copied';
  if (extended.has('rename from')) return 'renamed';
  if (oldName === null) return 'added';
  if (newName === null) return 'deleted';
  if (extended.has('new file mode') || isOneSided(section, 'old')) return 'added';
  if (extended.has('deleted file mode') || isOneSided(section, 'new')) return 'deleted';
  if (extended.has('new mode') && hunks.length === 0 && !isBinary) return 'mode';
  return 'modified';
}

/** null when the diff names no file here, or by a path that no file can have. */
function diffFile(section: DiffSection): DiffFile | null {
  const names = paths(section);
  if (names === null) return null;
  const { oldName, newName } = names;
  if (oldName === null && newName === null) return null;
  if ((oldName?.length ?? 0) > maxPathLength || (newName?.length ?? 0) > maxPathLength) return null;
  const kind = change(section, names);
  return {
    oldPath: kind === 'added' ? null : oldName,
    newPath: kind === 'deleted' ? null : newName,
    change: kind,
    isBinary: section.isBinary,
    ...lineCounts(section.hunks),
  };
}

/**
 * The files of a diff in order, with their changed lines: [{ oldPath: "fs/x.c", newPath: "fs/x.c", change: "modified", isBinary: false,
 * addedLineCount: 2, deletedLineCount: 1 }]. Counts are of the lines that are there, also in a damaged hunk. Paths are text and never opened.
 * isLimited: more than 10,000 files, more than 4 MiB of paths, or a file without a readable path of at most 1024 characters; those are left out.
 * Linear in the length of any text; never throws. Source: git-diff(1), "generating patch text"; oracle: `git apply --numstat --summary`.
 */
export function diffFiles(diff: string): { files: DiffFile[]; isLimited: boolean } {
  const { sections, isLimited } = diffSections(diff, maxFiles);
  const files = firstFiles(sections.map(diffFile).filter((file) => file !== null));
  return { files, isLimited: isLimited || files.length < sections.length };
}

/** Those whose paths are not too long together. */
function firstFiles(files: readonly DiffFile[]): DiffFile[] {
  let pathsLength = 0;
  return files.filter(({ oldPath, newPath }) => {
    pathsLength += (oldPath?.length ?? 0) + (newPath?.length ?? 0);
    return pathsLength <= maxPathsLength;
  });
}
