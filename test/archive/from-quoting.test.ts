import { test } from 'node:test';
import assert from 'node:assert/strict';
import { withoutFromQuoting } from '../../src/archive/from-quoting.ts';

function unquoted(text: string): string {
  return withoutFromQuoting(Buffer.from(text)).toString();
}

test('a quoted From line loses one mark, also in the first line', () => {
  assert.equal(unquoted('>From a\n>>From b\n>>>From c\n'), 'From a\n>From b\n>>From c\n');
});

test('other lines keep their marks', () => {
  const text = '> From a\n>Fromage\nx>From b\n >From c\nx>>From d\n>from e\n>';
  assert.equal(unquoted(text), text);
});

test('the result shares no memory with the text', () => {
  const text = Buffer.from('A: a\n\nFrom a');
  const copy = withoutFromQuoting(text);
  text.fill(0);
  assert.equal(copy.toString(), 'A: a\n\nFrom a');
});
