import { test } from 'node:test';
import assert from 'node:assert/strict';
import { diffFiles, type DiffFile } from '../../src/patch/diff-files.ts';

const hunk = '@@ -1,3 +1,4 @@ f()\n a\n-b\n+c\n+d\n e\n';
const modified = (path: string): DiffFile => ({
  oldPath: path,
  newPath: path,
  change: 'modified',
  isBinary: false,
  addedLineCount: 2,
  deletedLineCount: 1,
});
const unchanged = { isBinary: false, addedLineCount: 0, deletedLineCount: 0 };

function names(oldName: string, newName: string): string {
  return `--- ${oldName}\n+++ ${newName}\n`;
}

/** What diffFiles makes of a diff of one file. */
function onlyFile(diff: string): DiffFile | undefined {
  const { files, isLimited } = diffFiles(diff);
  assert.equal(isLimited, false);
  assert.ok(files.length <= 1, JSON.stringify(files));
  return files[0];
}

test('a file of git has its path without a/ and b/, and the counts of its changed lines', () => {
  const diff = `diff --git a/fs/x.c b/fs/x.c\nindex 1234567..89abcde 100644\n${names('a/fs/x.c', 'b/fs/x.c')}${hunk}`;
  assert.deepEqual(onlyFile(diff), modified('fs/x.c'));
});

for (const [what, oldName, newName, path] of [
  ['mnemonic prefixes', 'i/fs/x.c', 'w/fs/x.c', 'fs/x.c'],
  ['the directories of quilt', 'linux.orig/fs/x.c', 'linux/fs/x.c', 'fs/x.c'],
  ['no prefix', 'fs/x.c', 'fs/x.c', 'fs/x.c'],
  ['no directory', 'x.c', 'x.c', 'x.c'],
  ['a real directory a', 'a/x.c', 'a/x.c', 'a/x.c'],
  ['a date after a tab', 'a/x.c\t2020-01-01 00:00:00 +0000', 'b/x.c\t(working copy)', 'x.c'],
  ['a date after a blank', 'a/x.c 2020-01-01 00:00:00.0 +0000', 'b/x.c 2020-01-02 00:00', 'x.c'],
  ['a blank in it', 'a/x y.c\t', 'b/x y.c\t', 'x y.c'],
  ['a CR at its end', 'a/x.c\r', 'b/x.c\r', 'x.c'],
  ['octal escapes', '"a/\\303\\251.c"', '"b/\\303\\251.c"', 'é.c'],
  ['other escapes', '"a/\\t\\"\\\\x"', '"b/\\t\\"\\\\x"', '\t"\\x'],
  ['an unknown escape', '"a/\\qx"', '"b/\\qx"', '\\qx"'],
  ['a quote that never ends', '"a/x', '"b/x', 'x'],
  ['a percent sign', 'a/100%d', 'b/100%d', '100%d'],
  ['the name of a prototype', 'a/__proto__', 'b/__proto__', '__proto__'],
  ['a way out', 'a/../../etc/passwd', 'b/../../etc/passwd', '../../etc/passwd'],
] as const) {
  test(`a path with ${what} is ${path}`, () => {
    assert.deepEqual(onlyFile(names(oldName, newName) + hunk), modified(path));
  });
}

test('an added file has no old path', () => {
  const added = { oldPath: null, change: 'added', ...unchanged } as const;
  const git = 'diff --git a/n b/n\nnew file mode 100644\nindex 0000000..e69de29\n';
  const lines = `${names('/dev/null', 'b/n')}@@ -0,0 +1,2 @@\n+a\n+b\n`;
  assert.deepEqual(onlyFile(git), { ...added, newPath: 'n' });
  assert.deepEqual(onlyFile(git + lines), { ...added, newPath: 'n', addedLineCount: 2 });
  assert.deepEqual(onlyFile(lines), { ...added, newPath: 'n', addedLineCount: 2 });
  const quilt = `${names('linux.orig/n', 'linux/n')}@@ -0,0 +1 @@\n+a\n`;
  assert.deepEqual(onlyFile(quilt), { ...added, newPath: 'n', addedLineCount: 1 });
});

test('a deleted file has no new path', () => {
  const deleted = { oldPath: 'n', newPath: null, change: 'deleted', ...unchanged } as const;
  const git = 'diff --git a/n b/n\ndeleted file mode 100644\nindex e69de29..0000000\n';
  const lines = `${names('a/n', '/dev/null')}@@ -1 +0,0 @@\n-a\n`;
  assert.deepEqual(onlyFile(git), deleted);
  assert.deepEqual(onlyFile(git + lines), { ...deleted, deletedLineCount: 1 });
  assert.deepEqual(onlyFile(lines), { ...deleted, deletedLineCount: 1 });
  const quilt = `${names('linux.orig/n', 'linux/n')}@@ -1 +0,0 @@\n-a\n`;
  assert.deepEqual(onlyFile(quilt), { ...deleted, deletedLineCount: 1 });
});

test('renames and copies have both paths, with and without changed lines', () => {
  for (const [verb, change] of [
    ['rename', 'renamed'],
    ['copy', 'copied'],
  ] as const) {
    const header = `diff --git a/x b/d/y\nsimilarity index 90%\n${verb} from x\n${verb} to d/y\n`;
    const file = { oldPath: 'x', newPath: 'd/y', change, ...unchanged };
    assert.deepEqual(onlyFile(header), file);
    assert.deepEqual(onlyFile(header + names('a/x', 'b/d/y') + hunk), {
      ...modified('x'),
      newPath: 'd/y',
      change,
    });
  }
});

test('a rename from and to quoted names is unquoted', () => {
  const diff =
    'diff --git "a/\\303\\251" "b/\\303\\252"\nrename from "\\303\\251"\nrename to "\\303\\252"\n';
  assert.deepEqual(onlyFile(diff), {
    oldPath: 'é',
    newPath: 'ê',
    change: 'renamed',
    ...unchanged,
  });
});

for (const [what, line, path] of [
  ['plain', 'a/x b/x', 'x'],
  ['with a blank', 'a/x y b/x y', 'x y'],
  ['quoted', '"a/\\303\\251" "b/\\303\\251"', 'é'],
  ['half quoted', 'a/x "b/x"', 'x'],
  ['half quoted before', '"a/x" b/x', 'x'],
  ['without prefixes', 'd/x d/x', 'd/x'],
  ['with unequal prefixes', 'old/x b/x', 'x'],
  ['without any directory', 'xx xx', 'xx'],
] as const) {
  test(`a mode change under ${what} names on the diff line is found by them`, () => {
    const diff = `diff --git ${line}\nold mode 100644\nnew mode 100755\n`;
    assert.deepEqual(onlyFile(diff), {
      oldPath: path,
      newPath: path,
      change: 'mode',
      ...unchanged,
    });
  });
}

test('a mode change with changed lines is a modification', () => {
  const diff = `diff --git a/x b/x\nold mode 100644\nnew mode 100755\n${names('a/x', 'b/x')}${hunk}`;
  assert.deepEqual(onlyFile(diff), modified('x'));
});

test('binary files are marked, with their data and without', () => {
  const header = 'diff --git a/p b/p\nindex 1234567..89abcde 100644\n';
  const data = 'GIT binary patch\nliteral 3\nKcmZQzWMT#Y01f~L\n\nliteral 0\nHcmV?d00001\n\n';
  const binary = { ...modified('p'), ...unchanged, isBinary: true };
  assert.deepEqual(onlyFile(header + data), binary);
  assert.deepEqual(onlyFile(`${header}Binary files a/p and b/p differ\n`), binary);
  assert.deepEqual(onlyFile('diff -ru a/p b/p\nBinary files a/p and b/p differ\n'), binary);
  assert.deepEqual(onlyFile('diff -ru a/p b/p\nBinary files /dev/null and b/p differ\n'), {
    ...binary,
    oldPath: null,
    change: 'added',
  });
  const { files } = diffFiles(`${header}${data}${names('a/x', 'b/x')}${hunk}diff --git a/y b/y\n`);
  assert.deepEqual(files, [binary]);
});

test('a binary patch is followed by the next file', () => {
  const diff = `diff --git a/p b/p\nindex 1..2\nGIT binary patch\nliteral 0\n\ndiff --git a/x b/x\n${names('a/x', 'b/x')}${hunk}`;
  assert.deepEqual(
    diffFiles(diff).files.map(({ newPath }) => newPath),
    ['p', 'x'],
  );
});

test('text that reads like a header is no file', () => {
  const ghosts = [
    'Binary files a and b differ\n',
    'diff is my favourite\n',
    '--- interrupt: c01 at f\n',
    names('a/x', 'b/x'),
    'diff --git a/x b/x\n',
    '@@ -1 +1 @@\n-a\n+b\n',
  ];
  for (const ghost of ghosts) assert.deepEqual(diffFiles(ghost).files, [], ghost);
  assert.deepEqual(onlyFile(ghosts.join('') + names('a/x', 'b/x') + hunk), modified('x'));
});

test('files of a plain diff follow one another without a diff line', () => {
  const diff = names('a/x', 'b/x') + hunk + hunk + names('a/y', 'b/y') + hunk;
  assert.deepEqual(diffFiles(diff).files, [
    { ...modified('x'), addedLineCount: 4, deletedLineCount: 2 },
    modified('y'),
  ]);
});

test('lines in a hunk that read like headers are its lines', () => {
  const diff = `${names('a/x', 'b/x')}@@ -1,3 +1,3 @@\n--- a/y\n-@@ -1 +1 @@\n diff --git a/z b/z\n+++ b/y\n++\n`;
  assert.deepEqual(onlyFile(diff), { ...modified('x'), deletedLineCount: 2 });
});

test('a no-newline mark counts as no line, also directly after a hunk header', () => {
  const mark = '\\ No newline at end of file\n';
  const diff = `${names('a/x', 'b/x')}@@ -1 +1 @@\n${mark}-a\n${mark}+b\n${mark}`;
  assert.deepEqual(onlyFile(diff), { ...modified('x'), addedLineCount: 1 });
});

test('a damaged hunk counts the lines that are there and spares the next file', () => {
  const overrun = `${names('a/x', 'b/x')}@@ -1 +1 @@\n-a\n-b\n+c\n`;
  const empty = `${names('a/y', 'b/y')}@@ -0,0 +0,0 @@\n`;
  const cut = `${names('a/z', 'b/z')}@@ -1,9 +1,9 @@\n-a\n`;
  const counts = diffFiles(overrun + empty + cut).files.map((file) => [
    file.newPath,
    file.addedLineCount,
    file.deletedLineCount,
  ]);
  assert.deepEqual(counts, [
    ['x', 1, 2],
    ['y', 0, 0],
    ['z', 0, 1],
  ]);
});

test('an empty hunk does not swallow the hunk after it', () => {
  const diff = `${names('a/x', 'b/x')}@@ -0,0 +0,0 @@\n${hunk}`;
  assert.deepEqual(onlyFile(diff), modified('x'));
});

test('text between the hunks of a file is no header of it', () => {
  const diff = `${names('a/x', 'b/x')}${hunk}rename from x\nrename to y\nGIT binary patch\n`;
  assert.deepEqual(onlyFile(diff), modified('x'));
});

test('a plain diff between two names has both paths', () => {
  assert.deepEqual(onlyFile(names('a/d/x', 'b/d/y') + hunk), {
    ...modified('d/x'),
    newPath: 'd/y',
  });
  assert.deepEqual(onlyFile(names('d/x', 'd/y') + hunk), { ...modified('d/x'), newPath: 'd/y' });
});

test('a file of 60,000 changed lines is counted', () => {
  const lines = `${'-a\n'.repeat(20_000)}${'+b\n'.repeat(40_000)} c\n`;
  const diff = `${names('a/x', 'b/x')}@@ -1,20001 +1,40001 @@\n${lines}`;
  assert.deepEqual(onlyFile(diff), {
    ...modified('x'),
    addedLineCount: 40_000,
    deletedLineCount: 20_000,
  });
});

test('more than 10,000 files are cut, and said so', () => {
  const diff = 'diff --git a/x b/x\nold mode 100644\nnew mode 100755\n'.repeat(10_001);
  const { files, isLimited } = diffFiles(diff);
  assert.equal(files.length, 10_000);
  assert.equal(isLimited, true);
});

test('files whose paths come after 4 MiB of paths are cut, and said so', () => {
  const path = 'x'.repeat(1000);
  const file = `--- a/${path}\n+++ b/${path}\n@@ -1 +1 @@\n-a\n+b\n`;
  const { files, isLimited } = diffFiles(file.repeat(3000));
  assert.equal(files.length, Math.floor((4 * 1024 * 1024) / (2 * path.length)));
  assert.equal(isLimited, true);
  assert.equal(diffFiles(file.repeat(2000)).isLimited, false);
});

test('a file whose path is over 1024 characters or unreadable is left out, and said so', () => {
  const long = 'x'.repeat(1025);
  const unreadable = 'diff --git x\nold mode 100644\nnew mode 100755\n';
  for (const diff of [
    names(`a/${long}`, `b/${long}`) + hunk,
    unreadable,
    names('/dev/null', '/dev/null') + hunk,
  ]) {
    assert.deepEqual(diffFiles(diff), { files: [], isLimited: true });
  }
});

test('lines that stop parse-diff for seconds or throw in it are counted at once', () => {
  const digits = '1'.repeat(1000);
  const poison = `@@ -${digits} +${digits}\n`;
  assert.deepEqual(diffFiles(names('a/x', 'b/x') + poison), { files: [], isLimited: false });
  assert.deepEqual(onlyFile(names('a/x', 'b/x') + hunk + poison), modified('x'));
  assert.deepEqual(onlyFile(`${names('a/x', 'b/x')}@@ -1 +1 @@\n-${poison}+b\n`), {
    ...modified('x'),
    addedLineCount: 1,
  });
});
