import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { hashedTexts, hashWithoutSpace } from '../../src/patch/hash-text.ts';
import { replacedText } from '../../src/patch/replaced-text.ts';
import { areTrailersLimited, maxTrailers, trailers } from '../../src/patch/trailers.ts';

const pieceLength = 64 * 1024;

function sha1(text: string): string {
  return createHash('sha1').update(text, 'utf8').digest('hex');
}

test('a text that is replaced in pieces is as if replaced at once, wherever a piece ends', () => {
  for (const before of [pieceLength - 2, pieceLength - 1, pieceLength, pieceLength + 1]) {
    for (const searched of ['\r\n', '\0', '\r']) {
      const text = 'x'.repeat(before) + searched.repeat(3) + '\r\0\n'.repeat(pieceLength);
      const expected = text.replaceAll(searched, 'é');
      assert.ok(replacedText(text, searched, 'é') === expected, JSON.stringify(searched));
    }
  }
  const untouched = 'no such thing';
  assert.equal(replacedText(untouched, '\0', ''), untouched);
  assert.equal(replacedText('', '\0', ''), '');
});

test('a text that is hashed in pieces has the hash of the whole, also where a piece ends inside of a character', () => {
  for (const before of [pieceLength - 2, pieceLength - 1, pieceLength]) {
    const text = `${'x'.repeat(before)}😀 é\t\r\n`.repeat(3);
    const hash = createHash('sha1');
    assert.equal(hashWithoutSpace(hash, text), true);
    assert.equal(hash.digest('hex'), sha1(text.replaceAll(/[ \t\r\n]/g, '')));
    const collected = hashedTexts(createHash('sha1'));
    for (const line of text.split(/(?<=\n)/)) collected.add(line);
    assert.equal(collected.digest(), sha1(text));
  }
  assert.equal(hashWithoutSpace(createHash('sha1'), ' \n'.repeat(pieceLength)), false);
});

test('the first 10,000 trailers of a text are read, and none with more than 64 KiB', () => {
  const many = 'Acked-by: A\n'.repeat(maxTrailers + 5);
  assert.equal(trailers(many).length, maxTrailers);
  const long = `Link: ${'x'.repeat(pieceLength)}\nAcked-by: A\nLink: x${'\n x'.repeat(pieceLength)}\nAcked-by: B\n`;
  assert.deepEqual(
    trailers(long).map(({ value }) => value),
    ['A', 'B'],
  );
});

test('no more trailers are read after 1 MiB of values', () => {
  const long = 'x'.repeat(60_000);
  const found = trailers(`Link: ${long}\n`.repeat(100));
  assert.equal(found.length, Math.ceil((1024 * 1024) / long.length));
  assert.equal(areTrailersLimited(found), true);
  assert.equal(areTrailersLimited(found.slice(1)), false);
});
