import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  isConflict,
  isFaultOfMachine,
  isFaultOfMessage,
  sqlState,
} from '../../src/store/database-errors.ts';
import { durabilityFaults } from '../../src/store/durability.ts';

/** An error as Postgres, or the system, reports it. */
function coded(code: string): Error {
  return Object.assign(new Error('it failed'), { code });
}

const blame: readonly [string, Error, 'machine' | 'message' | 'unknown'][] = [
  ['a server that shuts down', coded('57P01'), 'machine'],
  ['a full disk', coded('53100'), 'machine'],
  ['too many connections', coded('53300'), 'machine'],
  ['a deadlock', coded('40P01'), 'machine'],
  ['a server that starts', coded('57P03'), 'machine'],
  ['a broken connection', coded('08006'), 'machine'],
  ['a read-only database', coded('25006'), 'machine'],
  ['a missing table', coded('42P01'), 'machine'],
  ['a missing right', coded('42501'), 'machine'],
  ['a connection that was reset', coded('ECONNRESET'), 'machine'],
  ['nobody at the address', coded('ECONNREFUSED'), 'machine'],
  ['a broken pipe, whose code is as long as an SQLSTATE', coded('EPIPE'), 'machine'],
  ['a lost connection', new Error('Connection terminated unexpectedly'), 'machine'],
  [
    'a pool without a free connection',
    new Error('timeout exceeded when trying to connect'),
    'machine',
  ],
  ['text that is no UTF-8', coded('22021'), 'message'],
  ['a NUL in JSON text', coded('22P05'), 'message'],
  ['a broken constraint', coded('23514'), 'message'],
  ['a row that is too long for an index', coded('54000'), 'message'],
  ['a mistake of ours', new TypeError('undefined is not a function'), 'message'],
  ['a string that is too long for us', new RangeError('Invalid string length'), 'message'],
  ['a statement that takes for ever', coded('57014'), 'unknown'],
  ['an exception of a trigger', coded('P0001'), 'unknown'],
  ['a body that does not unpack', coded('Z_DATA_ERROR'), 'unknown'],
  ['anything else', new Error('odd'), 'unknown'],
];

for (const [what, error, expected] of blame) {
  test(`${what}: to blame is the ${expected}`, () => {
    assert.equal(isFaultOfMachine(error), expected === 'machine');
    assert.equal(isFaultOfMessage(error), expected === 'message');
  });
}

test('an error of Postgres has a SQLSTATE, one of the system or of our own has none', () => {
  assert.equal(sqlState(coded('23505')), '23505');
  assert.equal(sqlState(coded('57P01')), '57P01');
  assert.equal(sqlState(coded('ECONNREFUSED')), null);
  assert.equal(sqlState(coded('EPIPE')), null);
  assert.equal(sqlState(new Error('ours')), null);
  assert.equal(sqlState('no error at all'), null);
});

test('a deadlock and a serialization failure are conflicts, worth an attempt at once', () => {
  assert.ok(isConflict(coded('40P01')));
  assert.ok(isConflict(coded('40001')));
  assert.ok(!isConflict(coded('23505')));
});

test('what makes an acknowledgement unsafe is named with its remedy', () => {
  const safe = { fsync: 'on', fullPageWrites: 'on', synchronousCommit: 'on' };
  assert.deepEqual(durabilityFaults(safe), []);
  assert.deepEqual(durabilityFaults({ ...safe, synchronousCommit: 'remote_apply' }), []);
  for (const synchronousCommit of ['off', 'local', 'remote_write']) {
    assert.equal(durabilityFaults({ ...safe, synchronousCommit }).length, 1, synchronousCommit);
  }
  const [fault = ''] = durabilityFaults({ ...safe, fsync: 'off' });
  assert.match(fault, /^fsync is off on the server: say ALTER SYSTEM SET fsync = on/);
});
