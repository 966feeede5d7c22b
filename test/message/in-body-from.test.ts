import { test } from 'node:test';
import assert from 'node:assert/strict';
import { inBodyFrom } from '../../src/message/in-body-from.ts';
import { decodeHeaderText } from '../../src/parsing/header-text.ts';

const author = { name: 'Jörg Author', email: 'author@example.com' };

function authorIn(text: string): unknown {
  return inBodyFrom(text, decodeHeaderText);
}

test('a From line at the head of the text names the author', () => {
  assert.deepEqual(authorIn('From: Jörg Author <author@example.com>\n\nFix.'), author);
  assert.deepEqual(authorIn('\nFrom: =?utf-8?q?J=C3=B6rg?= Author <author@example.com>'), author);
});

test('other in-body headers may stand before it', () => {
  const text = 'Date: Mon, 1 Jan 2018 00:00:00 +0000\nFrom: Jörg Author <author@example.com>\n';
  assert.deepEqual(authorIn(text), author);
});

test('a From line after other text, or without an address, names nobody', () => {
  assert.equal(authorIn('Fix.\nFrom: Jörg Author <author@example.com>'), null);
  assert.equal(authorIn('From: here on it is simple'), null);
  assert.equal(authorIn(''), null);
});
