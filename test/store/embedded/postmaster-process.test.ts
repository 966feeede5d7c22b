import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  isAlive,
  isPostmasterCommand,
  isPostmasterOf,
  parsePostmasterFile,
} from '../../../src/store/embedded/postmaster-process.ts';

const data = '/srv/patchloom/postgres';

test('postmaster.pid gives pid and status', () => {
  const text = `6381\n${data}\n1795445718\n5432\n/srv/socket\n\n  2146355        24\nready   \n`;
  assert.deepEqual(parsePostmasterFile(text), { pid: 6381, status: 'ready' });
});

test('a postmaster.pid just begun has no status or no pid yet', () => {
  assert.deepEqual(parsePostmasterFile('6381\n/srv'), { pid: 6381, status: '' });
  assert.equal(parsePostmasterFile(''), null);
});

test('a single-user Postgres, whose pid is negative there, is no postmaster', () => {
  assert.equal(parsePostmasterFile(`-6381\n${data}\n`), null);
});

test('only the server process itself of that data directory is its postmaster', () => {
  assert.equal(
    isPostmasterCommand(['/opt/bin/postgres', '-D', data, '-c', 'fsync=on', ''], data),
    true,
  );
  assert.equal(isPostmasterCommand(['/opt/bin/postgres', '-D', '/srv/other', ''], data), false);
  assert.equal(isPostmasterCommand(['postgres: checkpointer ', '', ''], data), false);
  assert.equal(isPostmasterCommand(['vi', '-D', data], data), false);
  assert.equal(isPostmasterCommand([''], data), false);
});

test('this test is alive and no postmaster', async () => {
  assert.equal(isAlive(process.pid), true);
  assert.equal(await isPostmasterOf(process.pid, data), false);
});
