import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { collectGarbageAfter } from '../../src/parsing/collect-garbage.ts';

test('what a large message leaves behind is freed at once', async () => {
  const left = new WeakRef(Buffer.alloc(5 * 1024 * 1024));
  await nextTurn();
  collectGarbageAfter([1000, 1000]);
  assert.notEqual(left.deref(), undefined);
  await nextTurn();
  collectGarbageAfter([1000, 5 * 1024 * 1024]);
  assert.equal(left.deref(), undefined);
});
