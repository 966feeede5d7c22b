import { test } from 'node:test';
import assert from 'node:assert/strict';
import { trailers } from '../../src/patch/trailers.ts';

test('trailers come in order, with repeats, as written', () => {
  const text =
    'Fix f().\n\nFixes: 0123456789ab ("f: be quick")\nSigned-off-by: A <a@example.com>\nsigned-off-by: A <a@example.com>\n---\nv2: quicker\n';
  assert.deepEqual(trailers(text), [
    { kind: 'Fixes', value: '0123456789ab ("f: be quick")' },
    { kind: 'Signed-off-by', value: 'A <a@example.com>' },
    { kind: 'signed-off-by', value: 'A <a@example.com>' },
  ]);
});

for (const kind of [
  'Signed-off-by',
  'Acked-by',
  'Reviewed-By',
  'Tested-by',
  'Reported-and-tested-by',
  'Suggested-by',
  'Co-developed-by',
  'Fixes',
  'Link',
  'Closes',
  'Cc',
  'CC',
  'Depends-on',
  'Based-on',
  'Supersedes',
  'Obsoletes',
  'change-id',
  'base-commit',
  'prerequisite-patch-id',
]) {
  test(`${kind} is a trailer`, () => {
    assert.deepEqual(trailers(`Text.\n${kind}: x y\n`), [{ kind, value: 'x y' }]);
  });
}

for (const line of [
  '> Acked-by: A <a@example.com>',
  ' Acked-by: A <a@example.com>',
  'Acked-by A <a@example.com>',
  'Acked-by : A <a@example.com>',
  'Acked by: A <a@example.com>',
  'Acked-by:',
  'Acked-by:   ',
  '-by: A',
  'Note: not so',
  'https://example.com/',
  'From: A <a@example.com>',
  `${'A'.repeat(64)}-by: A`,
]) {
  test(`'${line}' is no trailer`, () => {
    assert.deepEqual(trailers(`Text.\n\n${line}\n`), []);
  });
}

test('a trailer needs no blank after its colon, and no line end', () => {
  assert.deepEqual(trailers('Acked-by:A'), [{ kind: 'Acked-by', value: 'A' }]);
});

test('continuation lines are joined by one space, to the next line without a blank', () => {
  const text =
    'Fixes: 0123456789ab\n ("f: be\n\t quick")  \n \nLink:\r\n https://example.com/\r\nEnd\n';
  assert.deepEqual(trailers(text), [
    { kind: 'Fixes', value: '0123456789ab ("f: be quick")' },
    { kind: 'Link', value: 'https://example.com/' },
  ]);
});

test('a trailer between the prose of a reply counts', () => {
  assert.deepEqual(trailers('Hi,\nlooks good.\nAcked-by: A\nBut see below.\n> x\n'), [
    { kind: 'Acked-by', value: 'A' },
  ]);
});

test('the Cc of a header block that a mail program quoted is no trailer', () => {
  const block = 'From: A\nSent: Monday\nTo: B\nCc: C\nSubject: x\n';
  assert.deepEqual(trailers(`Yes.\n\n${block}\nCc: D\n`), [{ kind: 'Cc', value: 'D' }]);
  assert.deepEqual(trailers('From: A\n\nFix.\n\nCc: D\n'), [{ kind: 'Cc', value: 'D' }]);
});

test('base and prerequisites below the diff count', () => {
  assert.deepEqual(trailers('\nbase-commit: 0123\nprerequisite-patch-id: 4567\n-- \n2.39.5\n'), [
    { kind: 'base-commit', value: '0123' },
    { kind: 'prerequisite-patch-id', value: '4567' },
  ]);
});
