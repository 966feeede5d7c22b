import { test } from 'node:test';
import assert from 'node:assert/strict';
import { messageRole } from '../../src/message/message-role.ts';

const plain = { isIgnored: false, isReply: false, number: null, hasDiff: false, hasPullUrl: false };

test('a diff makes a patch, unless the message is a reply', () => {
  assert.deepEqual(messageRole({ ...plain, hasDiff: true }), { role: 'patch', roleRule: 'diff' });
  assert.deepEqual(messageRole({ ...plain, hasDiff: true, isReply: true }), {
    role: 'discussion',
    roleRule: 'reply',
  });
});

test('number 0 is a cover letter, with an interdiff too', () => {
  const cover = { role: 'cover', roleRule: 'number-zero' };
  assert.deepEqual(messageRole({ ...plain, number: 0 }), cover);
  assert.deepEqual(messageRole({ ...plain, number: 0, hasDiff: true }), cover);
});

test('a pull request is one as number 0 of a series, with or without a diff', () => {
  const pull = { role: 'pull-request', roleRule: 'pull-request' };
  for (const hasDiff of [false, true]) {
    assert.deepEqual(messageRole({ ...plain, hasPullUrl: true, hasDiff }), pull);
    assert.deepEqual(messageRole({ ...plain, number: 0, hasPullUrl: true, hasDiff }), pull);
  }
});

test('a numbered message without a diff is discussion', () => {
  assert.deepEqual(messageRole({ ...plain, number: 1 }), {
    role: 'discussion',
    roleRule: 'no-diff',
  });
});

test('what its sender wants ignored is discussion, whatever it holds', () => {
  const ignored = { role: 'discussion', roleRule: 'hint-ignore' };
  const all = { isReply: false, number: 0, hasDiff: true, hasPullUrl: true };
  assert.deepEqual(messageRole({ ...all, isIgnored: true }), ignored);
});
