import { test } from 'node:test';
import assert from 'node:assert/strict';
import { diffFiles } from '../../src/patch/diff-files.ts';
import { hunkHeader } from '../../src/patch/hunk-header.ts';
import { patchId } from '../../src/patch/patch-id.ts';
import { patchworkHash } from '../../src/patch/patchwork-hash.ts';
import { pullUrl } from '../../src/patch/pull-request.ts';
import { withoutSignature } from '../../src/patch/signature.ts';
import { splitDiff } from '../../src/patch/split-diff.ts';
import { trailers } from '../../src/patch/trailers.ts';

const functions: Readonly<Record<string, (text: string) => unknown>> = {
  splitDiff,
  diffFiles,
  patchId,
  patchworkHash,
  pullUrl,
  withoutSignature,
  trailers,
  hunkHeader,
};

const names = '--- a/x\n+++ b/x\n';
const digits = (count: number): string => '1'.repeat(count);
const repeated =
  (seed: string, start = '') =>
  (length: number): string =>
    start + seed.repeat(Math.ceil(length / seed.length));

/** Text of about so many characters that takes a careless parser quadratic time or worse. */
const hostileTexts: Readonly<Record<string, (length: number) => string>> = {
  'a hunk header of digits': (length) =>
    `${names}@@ -${digits(length / 2)} +${digits(length / 2)}\n x\n`,
  'hunk headers of 986 characters': repeated(`${names}@@ -${digits(480)} +${digits(480)}\n`),
  'a diff --git line of a/': (length) =>
    `diff --git ${'a/'.repeat(length / 2)}\n${names}@@ -1 +1 @@\n`,
  'no newline marks after hunk headers': repeated(
    '@@ -1 +1 @@\n\\ No newline at end of file\n',
    names,
  ),
  'diff words': repeated('diff '),
  'diff lines': repeated('diff \n'),
  'diff --git lines': repeated('diff --git a/x b/x\n'),
  'old names': repeated('--- '),
  'old name lines': repeated('--- a\n'),
  'name pairs': repeated(names),
  'hunk headers': repeated('@@ -1,1 +1,1 @@\n'),
  'hunk headers of a file': repeated('@@ -1,1 +1,1 @@\n', names),
  'empty hunks': repeated('@@ -0,0 +0,0 @@\n', names),
  'an endless hunk': repeated('+\n', `${names}@@ -1,9999999999 +1,9999999999 @@\n`),
  'small files': repeated(`diff --git a/x b/x\n${names}@@ -0,0 +1 @@\n+\n`),
  'small files without diff lines': repeated(`${names}@@ -0,0 +1 @@\n+\n`),
  'mode changes': repeated('diff --git a/x b/x\nold mode 1\nnew mode 2\n'),
  'binary patches': repeated('diff --git a/x b/x\nindex 1..2\nGIT binary patch\n'),
  'binary files': repeated('Binary files a and b differ\n', 'diff --git a b\nindex 1..2\n'),
  'one line': repeated('x'),
  'one line of blanks': repeated(' '),
  'empty lines': repeated('\n'),
  'carriage returns': repeated('\r'),
  NULs: repeated('\0', 'diff x\n'),
  'signature marks': repeated('-- '),
  'signature lines': repeated('-- x\n-- '),
  underscores: repeated('_'),
  'underscore lines': repeated('__________x\n'),
  'open quotes': repeated('"', 'diff --git '),
  'octal escapes': repeated('\\101', '--- "'),
  'quoted names': repeated('--- "a\n+++ "b\n@@ -1 +1 @@\n'),
  'dates after a name': repeated(' 2020-01-01 00:0', '--- a'),
  'index lines': repeated('index 1234567', 'diff --git a/x b/x\n'),
  'pull request phrases': repeated(
    'are available in the git repository at:\n',
    'The following changes since commit\n',
  ),
  'pull request blanks': repeated(
    `are available in the git repository at:${' '.repeat(99)}\n${' \n'.repeat(99)}`,
    'The following changes since commit\n',
  ),
  'pull request words': repeated(
    'are\navailable\nin\nthe\ngit\nrepository\n',
    'The following changes since commit\n',
  ),
  'kinds without end': repeated('A-'),
  'empty trailers': repeated('Acked-by:\n'),
  'folded trailers': repeated(' x\n', 'Acked-by: y\n'),
  'folded blanks': repeated(' \n', 'Acked-by: y\n'),
  'trailers with blanks': repeated(`Cc: ${' '.repeat(200)}\n`),
};

function cpuMs(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const megabyte = 1 << 20;
/** A measurement below this is noise; linear functions are here or below. */
const noiseMs = 150;

for (const [form, hostileText] of Object.entries(hostileTexts)) {
  test(`1 MB of ${form} takes linear time`, () => {
    const part = hostileText(megabyte / 8);
    const whole = hostileText(megabyte);
    for (const [name, run] of Object.entries(functions)) {
      const partMs = cpuMs(() => run(part));
      // Quadratic time would show in the part already: 64 times as much must not be waited for.
      assert.ok(partMs < 500, `${name}: ${partMs} ms for 128 KB`);
      const wholeMs = cpuMs(() => run(whole));
      if (process.env['GROWTH_FIGURES'] !== undefined && wholeMs > 40)
        console.log(name, form, wholeMs);
      assert.ok(
        wholeMs < Math.max(noiseMs * 4, 24 * partMs),
        `${name}: ${partMs} ms, ${wholeMs} ms`,
      );
      assert.ok(wholeMs < 2000, `${name}: ${wholeMs} ms for 1 MB`);
    }
  });
}
