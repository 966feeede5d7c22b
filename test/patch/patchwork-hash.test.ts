import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/package-root.ts';
import { patchworkHash } from '../../src/patch/patchwork-hash.ts';

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

const seed = join(packageRoot, '../shared/seed/patch-807493.json');

test(
  'the hash of a real patch is the one that Patchwork gave it',
  { skip: existsSync(seed) ? false : `no seed at ${seed}` },
  () => {
    const { diff }: { diff: string } = JSON.parse(readFileSync(seed, 'utf8'));
    assert.equal(patchworkHash(diff), '29b6822ce2bb647dc303dd4f8757789275ae30df');
  },
);

const hashedText = '--- a/f.c\n+++ b/f.c\n@@ -2 +2 @@\n-a\n+b\n c\n';

for (const [what, diff] of Object.entries({
  'the lines that count alone': hashedText.replace('@@ -2 +2 @@', '@@ -1,2 +1,2 @@'),
  'git headers': `diff --git a/f.c b/f.c\nindex 1234567..89abcde 100644\n${hashedText.replace('@@ -2 +2 @@', '@@ -1,2 +1,2 @@')}`,
  'other line numbers and a function': hashedText.replace(
    '@@ -2 +2 @@',
    '@@ -70,2 +71,2 @@ int f(void)',
  ),
  'another first directory and a date':
    '--- linux.orig/f.c\t2020-01-01\n+++ linux/f.c\t2020-01-02\n@@ -1,2 +1,2 @@\n-a\n+b\n c\n',
  'CRLF line ends': hashedText.replace('@@ -2 +2 @@', '@@ -1,2 +1,2 @@').replaceAll('\n', '\r\n'),
  'a no-newline mark': `${hashedText.replace('@@ -2 +2 @@', '@@ -1,2 +1,2 @@')}\\ No newline at end of file\n`,
  'white space around it': `\u001c\n${hashedText.replace('@@ -2 +2 @@', '@@ -1,2 +1,2 @@')} \n\u0085\n`,
  'no last line end': hashedText.replace('@@ -2 +2 @@', '@@ -1,2 +1,2 @@').trimEnd(),
  'an empty line': hashedText.replace('@@ -2 +2 @@', '@@ -1,2 +1,2 @@\n'),
})) {
  test(`a diff with ${what} has the hash of its lines that count`, () => {
    assert.equal(patchworkHash(diff), sha1(hashedText));
  });
}

test('a missing line count in a hunk header is 1', () => {
  assert.equal(patchworkHash('@@ -9 +9,0 @@\n-a\n'), sha1('@@ -1 +0 @@\n-a\n'));
});

test('/dev/null loses its first directory like any name', () => {
  assert.equal(
    patchworkHash('--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+a\n'),
    sha1('--- a/dev/null\n+++ b/f\n@@ -0 +1 @@\n+a\n'),
  );
});

test('a removed line that reads like an old name is hashed like one', () => {
  assert.equal(patchworkHash('@@ -1 +0,0 @@\n--- x/y z\n'), sha1('@@ -1 +0 @@\n--- a/y\n'));
  assert.equal(patchworkHash('@@ -1 +0,0 @@\n--- x\n'), sha1('@@ -1 +0 @@\n--- a/\n'));
  assert.equal(patchworkHash('@@ -1 +0,0 @@\n---  x\n'), sha1('@@ -1 +0 @@\n---  x\n'));
});

test('characters beyond ASCII are hashed as UTF-8', () => {
  assert.equal(patchworkHash('+é\n'), sha1('+é\n'));
});

test('pure renames and binary patches share the hash of nothing', () => {
  const rename = 'diff --git a/f b/g\nsimilarity index 100%\nrename from f\nrename to g\n';
  assert.equal(patchworkHash(rename), 'da39a3ee5e6b4b0d3255bfef95601890afd80709');
});
