import { test } from 'node:test';
import assert from 'node:assert/strict';
import { lineEdits, maxComparedLines } from '../../src/patch/range-diff-edits.ts';
import { maskedLines, rangeDiff } from '../../src/patch/range-diff.ts';
import type { RangeDiffSide } from '../../src/patch/range-diff.ts';

const seed = Number(process.env['SEED'] ?? 20200101);

/** A linear congruential generator: numbers from 0 up to, not including, `limit`. */
function randomNumbers(first: number): (limit: number) => number {
  let state = first;
  return (limit) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * limit);
  };
}

function longestCommon(a: readonly string[], b: readonly string[]): number {
  let last = Array.from({ length: b.length + 1 }, () => 0);
  for (const line of a) {
    const next = [0];
    for (const [index, other] of b.entries()) {
      next.push(line === other ? last[index]! + 1 : Math.max(last[index + 1]!, next[index]!));
    }
    last = next;
  }
  return last.at(-1)!;
}

test(`edits turn one text into the other and are the fewest (seed ${seed})`, () => {
  const below = randomNumbers(seed);
  for (let round = 0; round < 2_000; round += 1) {
    const wordCount = 1 + below(5);
    const text = (): string[] => Array.from({ length: below(14) }, () => `w${below(wordCount)}`);
    const [before, after] = [text(), text()];
    const edits = lineEdits(before, after)!;
    const without = (mark: string): string[] =>
      edits.filter((edit) => edit.mark !== mark).map(({ line }) => line);
    assert.deepEqual(without('+'), before);
    assert.deepEqual(without('-'), after);
    const keptCount = edits.filter(({ mark }) => mark === ' ').length;
    assert.equal(keptCount, longestCommon(before, after), `${before.join()} | ${after.join()}`);
  }
});

test('texts without a common line, and texts in reverse, take bounded work', () => {
  const lines = Array.from({ length: maxComparedLines }, (_, index) => `line ${index}`);
  assert.equal(lineEdits(lines, lines.toReversed())!.length >= maxComparedLines, true);
  const others = lines.map((line) => `other ${line}`);
  assert.equal(lineEdits(lines, others)!.length, 2 * maxComparedLines);
});

test('a text of more than 10,000 lines is not compared', () => {
  const lines = Array.from({ length: maxComparedLines + 1 }, () => 'x');
  assert.equal(lineEdits(lines, []), null);
  const diff = `${lines.join('\n')}\n`;
  const side = { number: 1, title: 'big', diff };
  const text = rangeDiff([{ change: '!', older: side, newer: { ...side, diff: 'x\n' } }]);
  assert.equal(text, '1: ! 1: big\n    (not compared: more than 10000 lines)\n');
});

const before = `diff --git a/mm.c b/mm.c
index 1111111..2222222 100644
--- a/mm.c
+++ b/mm.c
@@ -10,3 +10,4 @@ mm_init
 	a();
+	free(page);
 	b();
`;
const after = before
  .replace('1111111..2222222', '3333333..4444444')
  .replace('@@ -10,3 +10,4 @@', '@@ -22,3 +22,4 @@')
  .replace('free(page)', 'put_page(page)');

test('the range-diff shows what changed in a patch, without line numbers and index lines', () => {
  const text = rangeDiff([
    {
      change: '=',
      older: { number: 1, title: 'mm: a', diff: before },
      newer: { number: 1, title: 'mm: a', diff: before },
    },
    {
      change: '!',
      older: { number: 2, title: 'mm: b', diff: before },
      newer: { number: 3, title: 'mm: b', diff: after },
    },
    { change: '>', older: null, newer: { number: 2, title: 'mm: new', diff: after } },
    { change: '<', older: { number: 3, title: 'mm: old', diff: before }, newer: null },
  ]);
  assert.equal(
    text,
    `1: = 1: mm: a
2: ! 3: mm: b
     +++ b/mm.c
     @@ mm_init
      	a();
    -+	free(page);
    ++	put_page(page);
      	b();
-: > 2: mm: new
3: < -: mm: old
`,
  );
});

function sideOf(diff: readonly string[]): RangeDiffSide {
  return { number: 1, title: 't', diff: diff.join('\n') };
}

test('lines far from any change are left out, with a mark where they were', () => {
  const lines = Array.from({ length: 30 }, (_, index) => ` line ${index}`);
  const changed = lines.with(5, '+new').with(20, '+new');
  const text = rangeDiff([{ change: '!', older: sideOf(lines), newer: sideOf(changed) }]);
  assert.equal(text.split('\n').filter((line) => line === '    ...').length, 1);
  assert.equal(text.split('\n').filter((line) => line.startsWith('    +')).length, 2);
});

test('of a binary file only the sizes are compared', () => {
  const diff =
    'diff --git a/x b/x\nGIT binary patch\nliteral 5\nMc$abc\n\ndiff --git a/y b/y\n+y\n';
  assert.deepEqual(maskedLines(diff), [
    'diff --git a/x b/x',
    'GIT binary patch',
    'literal 5',
    'diff --git a/y b/y',
    '+y',
  ]);
});
