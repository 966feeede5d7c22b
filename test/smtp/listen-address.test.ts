import { test } from 'node:test';
import assert from 'node:assert/strict';
import {
  ListenAddressError,
  listenAddress,
  listenAddressText,
} from '../../src/smtp/listen-address.ts';

test('a listen address is a host with a port, or a path', () => {
  assert.deepEqual(listenAddress('127.0.0.1:2525'), { kind: 'tcp', host: '127.0.0.1', port: 2525 });
  assert.deepEqual(listenAddress('localhost:0'), { kind: 'tcp', host: 'localhost', port: 0 });
  assert.deepEqual(listenAddress('[::1]:2525'), { kind: 'tcp', host: '::1', port: 2525 });
  assert.deepEqual(listenAddress('/run/x:1.sock'), { kind: 'unix', path: '/run/x:1.sock' });
});

test('a listen address is written as it is read', () => {
  for (const text of ['127.0.0.1:2525', '[::1]:2525', 'localhost:1', '/run/lmtp.sock']) {
    assert.equal(listenAddressText(listenAddress(text)), text);
  }
});

test('anything else is refused with the forms that are right', () => {
  const mistakes = [
    '',
    '2525',
    ':2525',
    '127.0.0.1',
    '127.0.0.1:',
    '127.0.0.1:65536',
    '::1:2525',
    '[1.2.3.4]:1',
    'a b:1',
    'x.sock',
  ];
  for (const text of mistakes) {
    assert.throws(() => listenAddress(text), ListenAddressError, text);
  }
});
