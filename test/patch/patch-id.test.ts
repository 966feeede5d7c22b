import { test } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { patchId } from '../../src/patch/patch-id.ts';

const file = (name: string): string =>
  `diff --git a/${name} b/${name}\nindex 1234567..89abcde 100644\n--- a/${name}\n+++ b/${name}\n@@ -1,2 +1,2 @@ f()\n-a b\n+c\n d\n`;
const text = file('f.c');
const rename = 'diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n';
const binary = (name: string, ids = 'index 1234567..89abcde 100644\n'): string =>
  `diff --git a/${name} b/${name}\nnew file mode 100644\n${ids}GIT binary patch\nliteral 3\nKcmZQzWMT#Y01f~L\n\nliteral 0\nHcmV?d00001\n\n`;

const diffs: Readonly<Record<string, string>> = {
  'one file': text,
  'two files': text + file('g.c'),
  'two hunks': `${text}@@ -70 +70 @@\n-e\n+f\n`,
  'text before it': `From: A\n\nFix.\n${text}`,
  'a signature': `${text}-- \n2.39.5\n`,
  'a second patch after a signature': `${text}-- \n2.39.5\n\n${file('g.c')}`,
  'CRLF line ends': text.replaceAll('\n', '\r\n'),
  'other white space': text.replace('+c', '+\tc \u000b\u000c\u00a0'),
  'no newline at the end of its file': `${text}\\ No newline at end of file\n${file('g.c')}`,
  'a short line after a backslash': `${text}\\ No\n${file('g.c')}`,
  'no last line end': text.trimEnd(),
  'a stripped context line': text.replace('\n d\n', '\n\n') + file('g.c'),
  'more old lines than announced': text.replace('-a b\n', '-a\n-b\n-c\n') + file('g.c'),
  'a hunk of no lines': text.replace('@@ -1,2', '@@ -0,0 +0,0 @@\n@@ -1,2'),
  'an odd line in its header': text.replace('index', '_index'),
  'an index line without dots': text.replace('..', '-'),
  'a rename': rename,
  'two renames': rename + rename.replaceAll('x', 'z'),
  'a rename before a file': rename + text,
  'a rename after a file': text + rename,
  'a mode change': 'diff --git a/x b/x\nold mode 100644\nnew mode 100755\n',
  'an empty file': 'diff --git a/e b/e\nnew file mode 100644\nindex 0000000..e69de29\n',
  'a new file': `diff --git a/n b/n\nnew file mode 100644\nindex 0000000..1234567\n--- /dev/null\n+++ b/n\n@@ -0,0 +1 @@\n+a\n`,
  'a binary patch': binary('p.bin'),
  'a binary patch before a file': binary('p.bin') + text,
  'a binary patch after a file': text + binary('p.bin'),
  'two binary patches': binary('p.bin') + binary('q.bin'),
  'a binary patch without an index line after a file': text + binary('p.bin', ''),
  'a binary file without its data':
    'diff --git a/p b/p\nindex 1234567..89abcde 100644\nBinary files a/p and b/p differ\n',
  'a diff line alone': 'diff x\n',
  'no diff line': text.slice(text.indexOf('---')),
  'an Index line': `Index: f.c\n${text.slice(text.indexOf('---'))}`,
  'a diff line of diff -u': `diff -u f.c g.c\n${text.slice(text.indexOf('---'))}`,
  'characters beyond ASCII': text.replace('+c', '+é'),
  'a NUL': text.replace('+c', '+c\0d'),
  'text alone': 'Fix.\n',
};

const hasGit = spawnSync('git', ['--version']).status === 0;

function gitPatchId(diff: string): string | null {
  const { stdout } = spawnSync('git', ['patch-id', '--stable'], { input: diff, encoding: 'utf8' });
  return stdout === '' ? null : stdout.slice(0, 40);
}

for (const [what, diff] of Object.entries(diffs)) {
  test(
    `the patch-id of a diff with ${what} is git's`,
    { skip: hasGit ? false : 'no git here' },
    () => assert.equal(patchId(diff), gitPatchId(diff)),
  );
}

test('a patch-id does not change with line numbers, white space, or the order of files', () => {
  const moved = text.replace('@@ -1,2 +1,2 @@ f()', '@@ -9,2 +8,2 @@').replace('-a b', '- ab');
  assert.equal(patchId(moved), patchId(text));
  assert.equal(patchId(file('f') + file('g')), patchId(file('g') + file('f')));
});

test('a patch-id changes with the content and with the name', () => {
  assert.notEqual(patchId(text.replace('+c', '+e')), patchId(text));
  assert.notEqual(patchId(file('g.c')), patchId(text));
});
