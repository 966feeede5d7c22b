import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packTexts, packedParts } from '../../src/message/packed-texts.ts';

function unpacked(texts: readonly (string | null)[]): (string | null)[] {
  const parts = packedParts(packTexts(texts));
  return parts.map((part) => (part === null ? null : Buffer.from(part).toString()));
}

test('texts come out as they went in, absent ones and empty ones apart', () => {
  const texts = ['plain', null, '', 'Grüße, 世界 🎉', null, '"quoted", {braced}\\'];
  assert.deepEqual(unpacked(texts), texts);
});

test('no text at all takes no memory', () => {
  const packed = packTexts([null, null]);
  assert.equal(packed.bytes.length, 0);
  assert.deepEqual(packedParts(packed), [null, null]);
});

test('a lone surrogate becomes a replacement character', () => {
  assert.deepEqual(unpacked(['a\ud800b']), ['a\ufffdb']);
});

test('the memory is the texts alone, so that it can move to another thread', () => {
  const { bytes } = packTexts(['one', 'two']);
  assert.equal(bytes.buffer.byteLength, 6);
});
