import { test } from 'node:test';
import assert from 'node:assert/strict';
import { chooseParents } from '../../src/thread/choose-parents.ts';
import type { KnownMessage } from '../../src/thread/known-message.ts';
import { message } from '../support/known-message.ts';

/** "parent rule" of each message, in its order. */
function choices(...messages: KnownMessage[]): string[] {
  const parents = chooseParents(messages);
  return messages.map((one) => {
    const { parent, rule } = parents.get(one)!;
    return `${parent ?? '-'} ${rule}`;
  });
}

test('the parent is the closest message referred to', () => {
  assert.deepEqual(choices(message(1, []), message(2, [1]), message(3, [2, 1])), [
    '- no-reference',
    '1 closest-reference',
    '2 closest-reference',
  ]);
});

test('where the closest never came, the parent is the nearest that did', () => {
  assert.deepEqual(choices(message(1, []), message(3, [2, 1])), [
    '- no-reference',
    '1 nearest-known-reference',
  ]);
});

test('a message that refers only to messages that never came has no parent', () => {
  assert.deepEqual(choices(message(3, [2, 1])), ['- ghosts-only']);
});

test('a parent that comes late takes its place', () => {
  const [root, parent, child] = [message(1, []), message(2, [1]), message(3, [2, 1])];
  assert.deepEqual(choices(root, child)[1], '1 nearest-known-reference');
  assert.deepEqual(choices(root, child, parent)[1], '2 closest-reference');
});

test('a message that refers to itself is no child of its own', () => {
  assert.deepEqual(choices(message(1, [1])), ['- ghosts-only']);
});

test('a cycle of two is cut at its first message', () => {
  assert.deepEqual(choices(message(1, [2]), message(2, [1])), [
    '- cycle-cut',
    '1 closest-reference',
  ]);
});

test('a cycle of three is cut at its first by date, whatever hangs on it', () => {
  const early = { date: '2020-01-01T00:00:00Z' };
  assert.deepEqual(
    choices(message(1, [2]), message(2, [3], early), message(3, [1]), message(4, [3])),
    ['2 closest-reference', '- cycle-cut', '1 closest-reference', '3 closest-reference'],
  );
});

test('messages of a cycle without dates are cut by message-id', () => {
  const undated = { date: null };
  assert.deepEqual(choices(message(2, [1], undated), message(1, [2], undated)), [
    '1 closest-reference',
    '- cycle-cut',
  ]);
});

test('two cycles are cut each', () => {
  assert.deepEqual(
    choices(message(1, [2]), message(2, [1]), message(3, [4]), message(4, [3])).map(
      (choice) => choice.split(' ')[1],
    ),
    ['cycle-cut', 'closest-reference', 'cycle-cut', 'closest-reference'],
  );
});

test('of two messages with one Message-ID the first in date stands for both', () => {
  const first = message(1, [9], { contentKey: 'ff', date: '2024-01-01T00:00:00Z' });
  const second = message(1, [2], { contentKey: '00' });
  // Only the first counts for cycles: the second refers to its own answer.
  assert.deepEqual(choices(second, first, message(2, [1])), [
    '2 closest-reference',
    '- ghosts-only',
    '1 closest-reference',
  ]);
});

test('a chain of 100,000 answers needs no stack', () => {
  const chain = Array.from({ length: 100_000 }, (_, node) => message(node, [node - 1]));
  assert.equal(chooseParents(chain).get(chain[99_999]!)?.parent, 99_998);
});

test('a cycle of 100,000 is cut once', () => {
  const cycle = Array.from({ length: 100_000 }, (_, node) =>
    message(node, [(node + 99_999) % 100_000], { date: null }),
  );
  const cuts = [...chooseParents(cycle)].filter(([, { rule }]) => rule === 'cycle-cut');
  assert.deepEqual(
    cuts.map(([{ node }]) => node),
    [0],
  );
});
