import { test } from 'node:test';
import assert from 'node:assert/strict';
import { joinComponents } from '../../src/thread/join-components.ts';

test('keys that links tie together, directly or over others, have one component', () => {
  const components = joinComponents([['a', 'b'], ['c'], ['d', 'e'], ['b', 'd', 'f'], []]);
  const ofA = components.get('a');
  assert.deepEqual(
    ['b', 'd', 'e', 'f'].map((key) => components.get(key)),
    [ofA, ofA, ofA, ofA],
  );
  assert.equal(components.get('c'), 'c');
  assert.equal(components.size, 6);
});

test('a chain of 100,000 links is one component, in either order', () => {
  const links = Array.from({ length: 100_000 }, (_, at) => [at, at + 1]);
  assert.equal(new Set(joinComponents(links).values()).size, 1);
  assert.equal(new Set(joinComponents(links.toReversed()).values()).size, 1);
});
