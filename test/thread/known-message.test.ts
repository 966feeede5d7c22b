import { test } from 'node:test';
import assert from 'node:assert/strict';
import { compareMessages } from '../../src/thread/known-message.ts';
import { firstOfEachNode } from '../../src/thread/first-of-each-node.ts';
import { message } from '../support/known-message.ts';

test('messages are ordered by date, then message-id, then content; without a date they are last', () => {
  const ordered = [
    message(9, [], { date: '2024-01-01T00:00:00Z' }),
    message(1, [], { date: '2024-01-02T00:00:00Z', contentKey: 'aa' }),
    message(1, [], { date: '2024-01-02T00:00:00Z', contentKey: 'bb' }),
    message(2, [], { date: '2024-01-02T00:00:00Z' }),
    message(1, [], { date: null }),
    message(2, [], { date: null }),
  ];
  assert.deepEqual(ordered.toReversed().toSorted(compareMessages), ordered);
});

test('one message stands for each Message-ID, the same in any order', () => {
  const first = message(1, [], { contentKey: 'aa' });
  const second = message(1, [], { contentKey: 'bb' });
  const other = message(2, []);
  for (const order of [
    [first, second, other],
    [other, second, first],
  ]) {
    const chosen = firstOfEachNode(order);
    assert.equal(chosen.get(first.node), first);
    assert.equal(chosen.size, 2);
  }
});
