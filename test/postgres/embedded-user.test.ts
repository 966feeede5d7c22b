import assert from 'node:assert/strict';
import {
  chmod,
  chown,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  rmdir,
  stat,
  symlink,
} from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { findPlatformPackage } from '../../src/store/embedded/platform-package.ts';
import { isPostmasterOf } from '../../src/store/embedded/postmaster-process.ts';
import { prepareBinaries } from '../../src/store/embedded/server-binaries.ts';
import { systemFolder } from '../../src/store/embedded/server-place.ts';
import { chooseServerUser } from '../../src/store/embedded/server-user.ts';
import { socketFolderOf } from '../../src/store/embedded/socket-folder.ts';
import {
  afterwards,
  closeHolder,
  open,
  query,
  rootOnly,
  serverPid,
  startHolder,
  temporaryFolder,
  userNamed,
} from './embedded-scene.ts';

/** Owner of a running process. Linux only. */
async function ownerOf(pid: number): Promise<number> {
  return (await stat(`/proc/${pid}`)).uid;
}

test('root gives Postgres to nobody', { skip: rootOnly }, async (t) => {
  const dataFolder = await temporaryFolder(t);
  const postgres = await open(t, dataFolder);
  const { uid } = await userNamed('nobody');
  assert.equal(await ownerOf(await serverPid(join(dataFolder, 'postgres'))), uid);
  assert.equal((await query(postgres.connectionString, 'select')).length, 1);
});

test(
  'an ordinary user runs Postgres as itself, and root joins and leaves it',
  { skip: rootOnly },
  async (t) => {
    const user = await userNamed('nobody');
    const dataFolder = await temporaryFolder(t, user);
    const holder = startHolder(t, dataFolder, { user });
    const opened = await holder.nextReport();
    assert.equal(opened.startedHere, true, opened.message);
    const pid = await serverPid(join(dataFolder, 'postgres'));
    const postgres = await open(t, dataFolder);
    assert.equal(postgres.connectionString, opened.connectionString);
    await postgres.close();
    assert.equal(await isPostmasterOf(pid, join(dataFolder, 'postgres')), true);
    assert.equal((await closeHolder(holder)).event, 'closed');
    assert.equal(await isPostmasterOf(pid, join(dataFolder, 'postgres')), false);
  },
);

test(
  'root runs the Postgres of a data folder as the owner of that folder, who can go on with it',
  { skip: rootOnly },
  async (t) => {
    const user = await userNamed('nobody');
    const dataFolder = await temporaryFolder(t, user);
    const postgres = await open(t, dataFolder);
    assert.equal(await ownerOf(await serverPid(join(dataFolder, 'postgres'))), user.uid);
    await postgres.close();
    const holder = startHolder(t, dataFolder, { user });
    const opened = await holder.nextReport();
    assert.equal(opened.startedHere, true, opened.message);
    await closeHolder(holder);
  },
);

test(
  'a database of another user is refused with what can be done',
  { skip: rootOnly },
  async (t) => {
    const dataFolder = await temporaryFolder(t);
    const postgres = await open(t, dataFolder);
    const holder = startHolder(t, dataFolder, { user: await userNamed('daemon') });
    assert.equal((await holder.nextReport()).problem, 'not-owner');
    await postgres.close();
    await chown(join(dataFolder, 'postgres'), 0, 0);
    await assert.rejects(open(t, dataFolder), { problem: 'not-owner', message: /chown -R nobody/ });
  },
);

test('a data folder that the user may not write to is reported', { skip: rootOnly }, async (t) => {
  const folder = await temporaryFolder(t);
  const holder = startHolder(t, join(folder, 'data'), { user: await userNamed('nobody') });
  const failed = await holder.nextReport();
  assert.equal(failed.problem, 'folder-unusable');
  assert.match(failed.message ?? '', /permission denied.*set PATCHLOOM_DATA/);
});

test(
  'root keeps the database of a folder that nobody else can enter below /var/lib, and finds it again',
  { skip: rootOnly },
  async (t) => {
    const outer = await temporaryFolder(t);
    await chmod(outer, 0o700);
    const dataFolder = join(outer, '.patchloom');
    const umask = process.umask(0o077);
    const first = await open(t, dataFolder).finally(() => process.umask(umask));
    const home = (await readFile(join(dataFolder, 'postgres-location'), 'utf8')).trim();
    assert.ok(home.startsWith(`${systemFolder}/`));
    assert.equal(await readFile(join(home, 'data-folder'), 'utf8'), `${dataFolder}\n`);
    afterwards(t, async () => await removeBelowSystemFolder(home));
    await query(first.connectionString, 'create table kept as select 33 as total');
    await first.close();
    await chmod(outer, 0o755);
    const second = await open(t, dataFolder);
    assert.deepEqual(await query(second.connectionString, 'select total from kept'), [
      { total: 33 },
    ]);
    await second.close();
    await rm(home, { recursive: true });
    await assert.rejects(open(t, dataFolder), { problem: 'data-missing' });
  },
);

test(
  'a database whose folder was closed to its user since is not silently begun anew',
  { skip: rootOnly },
  async (t) => {
    const dataFolder = await temporaryFolder(t);
    const postgres = await open(t, dataFolder);
    await postgres.close();
    await chmod(dataFolder, 0o700);
    await assert.rejects(open(t, dataFolder), {
      problem: 'folder-unusable',
      message: /chmod o\+x/,
    });
  },
);

test('a data folder too deep for a socket gets a short private socket folder, removed at the end', async (t) => {
  const dataFolder = join(await temporaryFolder(t), 'a deep, "odd" folder é '.repeat(5));
  const postgres = await open(t, dataFolder);
  const { uid } = await chooseServerUser(join(dataFolder, 'postgres'), dataFolder);
  const socketFolder = socketFolderOf(dataFolder, uid);
  assert.ok(socketFolder.startsWith('/tmp/patchloom-'));
  const found = await lstat(socketFolder);
  assert.equal(found.mode & 0o777, 0o700);
  assert.equal(found.uid, uid);
  assert.equal((await query(postgres.connectionString, 'select')).length, 1);
  await postgres.close();
  await assert.rejects(lstat(socketFolder), { code: 'ENOENT' });
});

test('odd letters in a short path do no harm', async (t) => {
  const dataFolder = join(await temporaryFolder(t), 'a, "b": ü% +');
  const postgres = await open(t, dataFolder);
  assert.equal((await query(postgres.connectionString, 'select')).length, 1);
});

test('a symbolic link planted for the short socket folder is not followed', async (t) => {
  const folder = await temporaryFolder(t);
  const dataFolder = join(folder, 'x'.repeat(120));
  const { uid } = await chooseServerUser(join(dataFolder, 'postgres'), dataFolder);
  const socketFolder = socketFolderOf(dataFolder, uid);
  await mkdir(join(folder, 'elsewhere'));
  await symlink(join(folder, 'elsewhere'), socketFolder);
  afterwards(t, async () => await rm(socketFolder, { force: true }));
  await assert.rejects(open(t, dataFolder), { problem: 'folder-unusable' });
});

test('binaries run without the links that an install script would have made', async (t) => {
  const homeFolder = await temporaryFolder(t);
  const nativePackage = await copyWithoutLinks(homeFolder);
  const user = await chooseServerUser(join(homeFolder, 'postgres'), homeFolder);
  const binaries = await prepareBinaries(nativePackage, { homeFolder, user });
  assert.equal(binaries.majorVersion, 18);
  assert.ok(binaries.postgres.startsWith(nativePackage.nativeFolder));
});

test(
  'binaries below a folder that nobody else can enter run from a copy',
  { skip: rootOnly },
  async (t) => {
    const homeFolder = await temporaryFolder(t);
    const closed = await mkdtemp(join(homeFolder, 'closed-'));
    const nativePackage = await copyWithoutLinks(closed);
    const user = await chooseServerUser(join(homeFolder, 'postgres'), homeFolder);
    const binaries = await prepareBinaries(
      { ...nativePackage, version: `test-${process.pid}` },
      { homeFolder, user },
    );
    const copy = join(binaries.postgres, '..', '..');
    afterwards(t, async () => await removeBelowSystemFolder(copy));
    assert.ok(copy.startsWith(`${systemFolder}/postgres-test-`));
    assert.equal(binaries.majorVersion, 18);
    assert.equal((await stat(join(copy, 'share', 'postgresql'))).mode & 0o777, 0o755);
  },
);

/** Removes what a test made there, and the system folder itself when that leaves it empty. */
async function removeBelowSystemFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await rmdir(systemFolder).catch(() => {});
}

/** A copy of the installed platform package as npm unpacks it when install scripts are off. */
async function copyWithoutLinks(
  folder: string,
): Promise<Awaited<ReturnType<typeof findPlatformPackage>>> {
  const { nativeFolder, version } = await findPlatformPackage();
  const copy = join(folder, 'native');
  await cp(nativeFolder, copy, {
    recursive: true,
    filter: async (path) => !(await lstat(path)).isSymbolicLink(),
  });
  return { nativeFolder: copy, version };
}
