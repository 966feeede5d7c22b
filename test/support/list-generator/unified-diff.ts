import type { SeededRandom } from '../seeded-random.ts';
import { seededRandom } from '../seeded-random.ts';
import { between } from './draw.ts';
import { codeLineOf, filePathOf, identifierOf } from './words.ts';

/** A diff as git format-patch writes it, with its diffstat. */
export interface UnifiedDiff {
  /** " core/float/depth.c | 4 ++--\n 1 file changed, …\n" */
  readonly diffstat: string;
  readonly text: string;
}

interface FileDiff {
  readonly path: string;
  readonly text: string;
  readonly addedCount: number;
  readonly removedCount: number;
}

/** The diff that belongs to a seed: mostly one or two small files, now and then dozens; changed, new or only renamed. */
export function unifiedDiff(seed: number): UnifiedDiff {
  const random = seededRandom(seed);
  const files = Array.from({ length: fileCountOf(random) }, () => fileDiff(random));
  return { diffstat: diffstatOf(files), text: files.map((file) => file.text).join('') };
}

function fileCountOf(random: SeededRandom): number {
  const place = random.below(100);
  if (place < 80) return between(random, 1, 2);
  return place < 96 ? between(random, 3, 6) : between(random, 7, 40);
}

function fileDiff(random: SeededRandom): FileDiff {
  const path = filePathOf(random);
  const kind = random.below(20);
  if (kind === 0) return renamedFile(path, filePathOf(random));
  if (kind <= 2) return newFile(random, path);
  return changedFile(random, path);
}

function renamedFile(from: string, to: string): FileDiff {
  const names = `rename from ${from}\nrename to ${to}\n`;
  const text = `diff --git a/${from} b/${to}\nsimilarity index 100%\n${names}`;
  return { path: to, text, addedCount: 0, removedCount: 0 };
}

function newFile(random: SeededRandom, path: string): FileDiff {
  const added = codeLines(random, between(random, 4, 12));
  const text = [
    `diff --git a/${path} b/${path}`,
    'new file mode 100644',
    `index 000000000000..${blobId(random)}`,
    '--- /dev/null',
    `+++ b/${path}`,
    `@@ -0,0 +1,${added.length} @@`,
    ...added.map((line) => `+${line}`),
    '',
  ].join('\n');
  return { path, text, addedCount: added.length, removedCount: 0 };
}

function changedFile(random: SeededRandom, path: string): FileDiff {
  const hunks = Array.from({ length: between(random, 1, 2) }, (_, place) =>
    hunk(random, 20 + 300 * place),
  );
  const head = [
    `diff --git a/${path} b/${path}`,
    `index ${blobId(random)}..${blobId(random)} 100644`,
    `--- a/${path}`,
    `+++ b/${path}`,
    '',
  ].join('\n');
  return {
    path,
    text: head + hunks.map(({ text }) => text).join(''),
    addedCount: hunks.reduce((sum, { addedCount }) => sum + addedCount, 0),
    removedCount: hunks.reduce((sum, { removedCount }) => sum + removedCount, 0),
  };
}

function hunk(
  random: SeededRandom,
  start: number,
): Pick<FileDiff, 'text' | 'addedCount' | 'removedCount'> {
  const at = start + random.below(200);
  const removed = codeLines(random, between(random, 0, 4));
  const added = codeLines(random, between(random, 1, 8));
  const [before, after] = [codeLines(random, 3), codeLines(random, 3)];
  const [oldCount, newCount] = [6 + removed.length, 6 + added.length];
  const lines = [
    `@@ -${at},${oldCount} +${at},${newCount} @@ static int ${identifierOf(random)}(struct dev *dev)`,
    ...before.map((line) => ` ${line}`),
    ...removed.map((line) => `-${line}`),
    ...added.map((line) => `+${line}`),
    ...after.map((line) => ` ${line}`),
    '',
  ];
  return { text: lines.join('\n'), addedCount: added.length, removedCount: removed.length };
}

function codeLines(random: SeededRandom, count: number): string[] {
  return Array.from({ length: count }, () => codeLineOf(random));
}

function blobId(random: SeededRandom): string {
  const half = (): string => (0x100000 + random.below(0xefffff)).toString(16);
  return half() + half();
}

function diffstatOf(files: readonly FileDiff[]): string {
  const width = Math.max(...files.map(({ path }) => path.length));
  const lines = files.map(({ path, addedCount, removedCount }) => {
    const signs = '+'.repeat(addedCount) + '-'.repeat(removedCount);
    return ` ${path.padEnd(width)} | ${addedCount + removedCount} ${signs}\n`;
  });
  const added = files.reduce((sum, { addedCount }) => sum + addedCount, 0);
  const removed = files.reduce((sum, { removedCount }) => sum + removedCount, 0);
  const changed = `${files.length} file${files.length === 1 ? '' : 's'} changed`;
  return `${lines.join('')} ${changed}, ${added} insertions(+), ${removed} deletions(-)\n`;
}
