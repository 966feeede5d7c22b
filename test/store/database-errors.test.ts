import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isConflict, isFaultOfMessage, sqlState } from '../../src/store/database-errors.ts';

function postgresError(code: string): Error {
  return Object.assign(new Error('refused'), { code });
}

test('an error of Postgres has a SQLSTATE, one of the system or of our own has none', () => {
  assert.equal(sqlState(postgresError('23505')), '23505');
  assert.equal(sqlState(postgresError('57P01')), '57P01');
  assert.equal(sqlState(postgresError('ECONNREFUSED')), null);
  assert.equal(sqlState(new Error('ours')), null);
  assert.equal(sqlState('no error at all'), null);
});

test('bad text, a broken constraint, a size limit and our own mistakes are the fault of one message', () => {
  for (const code of ['22021', '22P05', '23514', '54000']) {
    assert.ok(isFaultOfMessage(postgresError(code)), code);
  }
  assert.ok(isFaultOfMessage(new TypeError('undefined is not a function')));
  assert.ok(isFaultOfMessage(new RangeError('Invalid string length')));
});

test('a database that is full, stopping, busy or out of reach is no message’s fault', () => {
  for (const code of [
    '42P01',
    '53100',
    '53300',
    '57P01',
    '57P03',
    '40P01',
    '08006',
    'ECONNRESET',
  ]) {
    assert.ok(!isFaultOfMessage(postgresError(code)), code);
  }
  assert.ok(!isFaultOfMessage(new Error('timeout expired')));
});

test('a deadlock and a serialization failure are conflicts, worth an attempt at once', () => {
  assert.ok(isConflict(postgresError('40P01')));
  assert.ok(isConflict(postgresError('40001')));
  assert.ok(!isConflict(postgresError('23505')));
});
