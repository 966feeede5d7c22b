import { test } from 'node:test';
import assert from 'node:assert/strict';
import { hasBareLineEnd, withCrlfLineEnds } from '../../src/smtp/line-ends.ts';

test('a CR or an LF alone is a bare line end, wherever it stands', () => {
  for (const text of [
    '\n',
    '\r',
    'a\nb',
    'a\rb',
    'a\r\n\n',
    '\r\r\n',
    'a\r\nb\r',
    '\n\r',
    'a\n\r\n',
  ]) {
    assert.equal(hasBareLineEnd(Buffer.from(text)), true, JSON.stringify(text));
  }
  for (const text of ['', 'a', '\r\n', 'a\r\nb', '\r\n\r\n', 'a\0\r\n.']) {
    assert.equal(hasBareLineEnd(Buffer.from(text)), false, JSON.stringify(text));
  }
});

test('bare LFs become CRLF, a bare CR stays', () => {
  const lines: [string, string][] = [
    ['a\nb\n', 'a\r\nb\r\n'],
    ['\n\n', '\r\n\r\n'],
    ['a\r\nb\nc', 'a\r\nb\r\nc'],
    ['a\rb\r\n', 'a\rb\r\n'],
    ['', ''],
  ];
  for (const [text, expected] of lines) {
    assert.equal(withCrlfLineEnds(Buffer.from(text)).toString(), expected);
  }
});
