import assert from 'node:assert/strict';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { findPostmaster, isPostmasterOf } from '../../src/store/embedded/postmaster-process.ts';
import {
  closeHolder,
  open,
  query,
  serverPid,
  startHolder,
  temporaryFolder,
} from './embedded-scene.ts';

test('a first start makes a durable database that only a private socket reaches, and close stops it', async (t) => {
  const dataFolder = join(await temporaryFolder(t), 'new', '.patchloom');
  const postgres = await open(t, dataFolder);
  assert.equal(postgres.startedHere, true);
  const [settings] = await query(
    postgres.connectionString,
    `select current_setting('fsync') as fsync, current_setting('full_page_writes') as pages,
      current_setting('synchronous_commit') as commit, current_setting('listen_addresses') as tcp,
      current_setting('server_encoding') as encoding, current_database() as name, lower('É') as lower`,
  );
  assert.deepEqual(settings, {
    fsync: 'on',
    pages: 'on',
    commit: 'on',
    tcp: '',
    encoding: 'UTF8',
    name: 'patchloom',
    lower: 'é',
  });
  for (const folder of ['postgres', 'postgres-socket']) {
    assert.equal((await stat(join(dataFolder, folder))).mode & 0o777, 0o700, folder);
  }
  const pid = await serverPid(join(dataFolder, 'postgres'));
  await postgres.close();
  assert.equal(await isPostmasterOf(pid, join(dataFolder, 'postgres')), false);
  assert.deepEqual(await readdir(join(dataFolder, 'postgres-socket')), []);
});

test('a second start finds the rows of the first', async (t) => {
  const dataFolder = await temporaryFolder(t);
  const first = await open(t, dataFolder);
  await query(first.connectionString, 'create table kept as select 33 as total');
  await first.close();
  await first.close();
  const second = await open(t, dataFolder);
  assert.equal(second.connectionString, first.connectionString);
  assert.deepEqual(await query(second.connectionString, 'select total from kept'), [{ total: 33 }]);
});

test('processes share one server, and the last one out stops it', async (t) => {
  const dataFolder = await temporaryFolder(t);
  const postgres = await open(t, dataFolder);
  const pid = await serverPid(join(dataFolder, 'postgres'));
  const holder = startHolder(t, dataFolder);
  assert.equal((await holder.nextReport()).startedHere, false);
  await postgres.close();
  assert.equal(await serverPid(join(dataFolder, 'postgres')), pid);
  assert.equal((await closeHolder(holder)).event, 'closed');
  assert.equal(await isPostmasterOf(pid, join(dataFolder, 'postgres')), false);
});

test('of four first starts at once one makes the database, and closing all at once stops it', async (t) => {
  const dataFolder = await temporaryFolder(t);
  const opened = await Promise.all([1, 2, 3, 4].map(async () => await open(t, dataFolder)));
  assert.equal(opened.filter((postgres) => postgres.startedHere).length, 1);
  const pid = await serverPid(join(dataFolder, 'postgres'));
  const names = await readdir(dataFolder);
  assert.deepEqual(
    names.filter((name) => name.includes('.new-')),
    [],
  );
  await Promise.all(opened.map(async (postgres) => await postgres.close()));
  assert.equal(await isPostmasterOf(pid, join(dataFolder, 'postgres')), false);
});

test('two processes that start and stop over and over never keep each other out', async (t) => {
  const dataFolder = await temporaryFolder(t);
  const openAndClose = async (): Promise<void> => {
    for (let round = 0; round < 8; round++) {
      const postgres = await open(t, dataFolder);
      assert.equal((await query(postgres.connectionString, 'select')).length, 1);
      await postgres.close();
    }
  };
  await assert.doesNotReject(Promise.all([openAndClose(), openAndClose(), openAndClose()]));
  assert.equal(await findPostmaster(join(dataFolder, 'postgres')), null);
});
