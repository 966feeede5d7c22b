import { test } from 'node:test';
import assert from 'node:assert/strict';
import { hunkHeader } from '../../src/patch/hunk-header.ts';

test('a missing count of a hunk header is 1', () => {
  assert.deepEqual(hunkHeader('@@ -5 +7,0 @@ f()'), {
    oldStart: 5,
    oldLineCount: 1,
    newStart: 7,
    newLineCount: 0,
  });
});

for (const line of [
  '',
  '@@',
  '@@ - +1 @@',
  '@@ -1, +1 @@',
  '@@ -1 +1',
  '@@ -1 +1@@',
  '@@ -1  +1 @@',
  '@@@ -1 -1 +1 @@@',
  '@@ -x +y @@',
  ' @@ -1 +1 @@',
  `@@ -${'1'.repeat(11)} +1 @@`,
]) {
  test(`'${line}' is no hunk header`, () => {
    assert.equal(hunkHeader(line), null);
  });
}
