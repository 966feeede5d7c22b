import { test } from 'node:test';
import assert from 'node:assert/strict';
import { joinThreads, threadsTiedTogether } from '../../src/ingest/join-threads.ts';
import type { ThreadNode } from '../../src/store/thread-nodes.ts';
import { asNodeId } from '../support/list-drawing.ts';

function stored(messageId: string, id: number, threadId: number): ThreadNode {
  return { id: asNodeId(id), messageId, threadId };
}

const drawn = (ids: Record<string, number>) =>
  new Map(Object.entries(ids).map(([messageId, id]) => [messageId, asNodeId(id)]));

test('new message-ids that are tied together are one thread, named after the lowest', () => {
  const links = [['b', 'c'], ['a', 'b'], ['d']];
  const { newNodes, merges } = joinThreads(
    links,
    [],
    drawn({ b: 12, c: 11, a: 10, d: 13 }),
    new Map(),
  );
  assert.deepEqual(
    newNodes.map(({ messageId, id, threadId }) => [messageId, id, threadId]),
    [
      ['b', 12, 10],
      ['c', 11, 10],
      ['a', 10, 10],
      ['d', 13, 13],
    ],
  );
  assert.deepEqual(merges, []);
});

test('a new message-id joins the thread of what it is tied to, even where that has the higher id', () => {
  const { newNodes, merges } = joinThreads(
    [['new', 'old']],
    [stored('old', 20, 20)],
    drawn({ new: 5 }),
    new Map([[20, 1]]),
  );
  assert.deepEqual(newNodes, [stored('new', 5, 20)]);
  assert.deepEqual(merges, []);
});

test('stored threads that a message ties together move into the largest', () => {
  const { newNodes, merges } = joinThreads(
    [['new', 'a', 'b']],
    [stored('a', 1, 1), stored('b', 2, 2)],
    drawn({ new: 9 }),
    new Map([
      [1, 3],
      [2, 30],
    ]),
  );
  assert.deepEqual(newNodes, [stored('new', 9, 2)]);
  assert.deepEqual(merges, [{ from: 1, into: 2 }]);
});

test('of threads of one size the one with the lower id stays', () => {
  const { merges } = joinThreads(
    [
      ['b', 'a'],
      ['c', 'b'],
    ],
    [stored('c', 3, 3), stored('b', 2, 2), stored('a', 1, 1)],
    drawn({}),
    new Map([
      [1, 5],
      [2, 5],
    ]),
  );
  assert.deepEqual(merges, [
    { from: 3, into: 1 },
    { from: 2, into: 1 },
  ]);
});

test('a message without references is a thread of its own', () => {
  const { newNodes } = joinThreads([['alone']], [], drawn({ alone: 7 }), new Map());
  assert.deepEqual(newNodes, [stored('alone', 7, 7)]);
});

test('threads are tied together where a link, or several over new message-ids, name more than one', () => {
  const nodes = [stored('a', 1, 1), stored('b', 2, 2), stored('c', 3, 3), stored('d', 4, 3)];
  assert.deepEqual(
    threadsTiedTogether(
      [
        ['x', 'a'],
        ['x', 'b'],
        ['c', 'd', 'y'],
      ],
      nodes,
    ),
    [1, 2],
  );
  assert.deepEqual(
    threadsTiedTogether(
      [
        ['x', 'a'],
        ['y', 'b'],
      ],
      nodes.slice(0, 2),
    ),
    [],
  );
});
