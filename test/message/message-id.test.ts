import { test } from 'node:test';
import assert from 'node:assert/strict';
import {
  asMessageId,
  isMessageId,
  isShortenedId,
  messageIdIn,
  referencedIds,
  syntheticMessageId,
} from '../../src/message/message-id.ts';

test('a message-id is the first text in angle brackets', () => {
  assert.equal(messageIdIn('<a@example.com> (added by relay)'), '<a@example.com>');
  assert.equal(messageIdIn('<> <a@example.com>'), '<a@example.com>');
});

test('an id without its opening bracket is wrapped, so references to it link', () => {
  assert.equal(messageIdIn('a@example.com>'), '<a@example.com>');
  assert.equal(messageIdIn('a@example.com'), '<a@example.com>');
  assert.deepEqual(referencedIds(null, ['a@example.com>'], []), ['<a@example.com>']);
});

test('an empty message-id is none, and is made out of the content key', () => {
  assert.equal(messageIdIn(''), null);
  assert.equal(messageIdIn('<>'), null);
  assert.equal(syntheticMessageId('ab12'), '<ab12@noid.invalid>');
});

test('an id over 998 octets is kept as its SHA-256, in references too', () => {
  const long = `<${'ü'.repeat(600)}@example.com>`;
  const id = messageIdIn(long);
  assert.match(id ?? '', /^<[0-9a-f]{64}@long\.invalid>$/);
  assert.equal(id !== null && isShortenedId(id), true);
  assert.deepEqual(referencedIds(null, [], [long]), [id]);
});

test('only a text in brackets of bounded length is taken for a message-id', () => {
  assert.equal(isMessageId('<a@b>'), true);
  assert.equal(isMessageId('a@b'), false);
  assert.throws(() => asMessageId('a@b'), TypeError);
});

test('references are closest first: In-Reply-To, then References from the end, no repeats', () => {
  assert.deepEqual(
    referencedIds(asMessageId('<6@x>'), ['<5@x>'], ['<1@x> <2@x> <3@x> <4@x> <5@x>']),
    ['<5@x>', '<4@x>', '<3@x>', '<2@x>', '<1@x>'],
  );
});

test('a comment beside the id in In-Reply-To is passed over', () => {
  const value = '<4574b99b@x> (message from A on Tue)';
  assert.deepEqual(referencedIds(null, [value], []), ['<4574b99b@x>']);
});

test('prose in In-Reply-To names no message', () => {
  assert.deepEqual(referencedIds(null, ['Your message of Monday', ''], []), []);
});

test('ids that touch each other, and words between them, are told apart', () => {
  assert.deepEqual(referencedIds(null, [], ['<a@x><b@x> (foo) bar <c@x>']), [
    '<c@x>',
    '<b@x>',
    '<a@x>',
  ]);
});

test('several References fields count each from its end', () => {
  assert.deepEqual(referencedIds(null, [], ['<1@x> <2@x>', '<3@x>']), ['<2@x>', '<1@x>', '<3@x>']);
});

test('a message is never among its own references', () => {
  assert.deepEqual(referencedIds(asMessageId('<a@x>'), ['<a@x>'], ['<b@x> <a@x>']), ['<b@x>']);
});

test('of 100,000 references the closest 1000 are kept', () => {
  const all = Array.from({ length: 100_000 }, (_, index) => `<${index}@x>`);
  const found = referencedIds(null, [], [all.join(' ')]);
  assert.equal(found.length, 1000);
  assert.equal(found[0], '<99999@x>');
});
