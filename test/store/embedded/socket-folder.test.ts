import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from 'pg';
import {
  connectionStringOf,
  quotedFolder,
  socketFolderOf,
} from '../../../src/store/embedded/socket-folder.ts';

test('a socket lies in the home folder where the path is short enough', () => {
  assert.equal(socketFolderOf('/srv/patchloom', 7), '/srv/patchloom/postgres-socket');
});

test('a path is too long for a socket by its bytes, not by its letters', () => {
  const home = `/srv/${'ü'.repeat(40)}`;
  assert.match(socketFolderOf(home, 7), /^\/tmp\/patchloom-7-[0-9a-f]{16}$/);
});

test('two long homes have two socket folders', () => {
  const home = `/srv/${'x'.repeat(100)}`;
  assert.notEqual(socketFolderOf(`${home}a`, 7), socketFolderOf(`${home}b`, 7));
});

test('pg reads any folder name back from the connection string', () => {
  const folder = '/srv/a b,c"d/100% +ü/é?&=#';
  const client = new Client({ connectionString: connectionStringOf(folder, 'patchloom') });
  assert.equal(client.host, folder);
  assert.equal(client.port, 5432);
  assert.equal(client.user, 'patchloom');
  assert.equal(client.database, 'patchloom');
  assert.equal(client.ssl, false);
});

test('a folder with comma and quote stays one folder of unix_socket_directories', () => {
  assert.equal(quotedFolder('/srv/a,b"c'), '"/srv/a,b""c"');
});
