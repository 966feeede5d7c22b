import { test } from 'node:test';
import assert from 'node:assert/strict';
import { chooseParents } from '../../src/thread/choose-parents.ts';
import { chooseTargets } from '../../src/thread/choose-targets.ts';
import type { KnownMessage } from '../../src/thread/known-message.ts';
import { message } from '../support/known-message.ts';

const patch = { role: 'patch' } as const;
const cover = { role: 'cover' } as const;

/** "target rule" of each message, in its order. */
function targets(...messages: KnownMessage[]): string[] {
  const chosen = chooseTargets(messages, chooseParents(messages));
  return messages.map((one) => {
    const { target, rule } = chosen.get(one)!;
    return `${target ?? '-'} ${rule}`;
  });
}

test('a comment is on the nearest patch or cover letter among its ancestors', () => {
  assert.deepEqual(
    targets(
      message(1, [], cover),
      message(2, [1], patch),
      message(3, [2, 1]),
      message(4, [3, 2, 1]),
      message(5, [1]),
    ),
    ['- none', '- none', '2 ancestor', '2 ancestor', '1 ancestor'],
  );
});

test('a pull request takes comments, and has no target itself', () => {
  assert.deepEqual(
    targets(message(1, [], patch), message(2, [1], { role: 'pull-request' }), message(3, [2])),
    ['- none', '- none', '2 ancestor'],
  );
});

test('discussion above which no patch stands is on nothing', () => {
  assert.deepEqual(targets(message(1, []), message(2, [1])), ['- none', '- none']);
});

test('where the ancestors break off, the closest patch that it refers to itself counts', () => {
  // 3 names its parent only, and the parent names nothing: the patch is known from 3 alone.
  assert.deepEqual(
    targets(message(1, [], patch), message(2, []), message(3, [2, 1]), message(4, [3])),
    ['- none', '- none', '1 reference', '1 ancestor'],
  );
});

test('a comment reaches its patch over messages that never came', () => {
  assert.deepEqual(targets(message(1, [], patch), message(4, [3, 2, 1])), ['- none', '1 ancestor']);
});

test('a patch that comes late gets the comments that were there', () => {
  const [late, comment] = [message(1, [], patch), message(2, [1])];
  assert.deepEqual(targets(comment), ['- none']);
  assert.deepEqual(targets(comment, late), ['1 ancestor', '- none']);
});

test('answers in a cycle with a patch are on it', () => {
  assert.deepEqual(targets(message(1, [2], patch), message(2, [3]), message(3, [1])), [
    '- none',
    '1 ancestor',
    '1 ancestor',
  ]);
});

test('100,000 answers below a patch need no stack', () => {
  const chain = Array.from({ length: 100_000 }, (_, node) =>
    message(node, node === 0 ? [] : [node - 1], node === 0 ? patch : {}),
  );
  const chosen = chooseTargets(chain.toReversed(), chooseParents(chain));
  assert.equal(chosen.get(chain[99_999]!)?.target, 0);
});
