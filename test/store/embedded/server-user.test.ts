import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePasswd } from '../../../src/store/embedded/server-user.ts';

test('a passwd line gives name, uid and gid', () => {
  assert.deepEqual(parsePasswd('nobody:x:65534:65533:nobody:/nonexistent:/usr/sbin/nologin\n'), [
    { name: 'nobody', uid: 65534, gid: 65533 },
  ]);
});

test('lines of passwd that name no user are passed over', () => {
  assert.deepEqual(parsePasswd('\n+::::::\n# comment\nroot:x:zero:0::/:\nbroken:x\n'), []);
});
