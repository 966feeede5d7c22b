import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { EmbeddedPostgres } from '../../src/store/embedded/embedded-postgres.ts';
import { findPostmaster, isPostmasterOf } from '../../src/store/embedded/postmaster-process.ts';
import {
  afterwards,
  closeHolder,
  killHolder,
  open,
  query,
  serverPid,
  startHolder,
  temporaryFolder,
  until,
} from './embedded-scene.ts';

test('a server whose process was killed with -9 is adopted, and stopped by the last one out', async (t) => {
  const dataFolder = await temporaryFolder(t);
  const holder = startHolder(t, dataFolder);
  const { connectionString = '' } = await holder.nextReport();
  await query(connectionString, 'create table kept as select 33 as total');
  const pid = await serverPid(join(dataFolder, 'postgres'));
  await killHolder(holder);
  const postgres = await open(t, dataFolder);
  assert.equal(postgres.startedHere, false);
  assert.equal(await serverPid(join(dataFolder, 'postgres')), pid);
  assert.deepEqual(await query(postgres.connectionString, 'select total from kept'), [
    { total: 33 },
  ]);
  await postgres.close();
  assert.equal(await isPostmasterOf(pid, join(dataFolder, 'postgres')), false);
});

test('a process that forgets to close ends all the same, and the next one takes over', async (t) => {
  const dataFolder = await temporaryFolder(t);
  const holder = startHolder(t, dataFolder, { mode: 'forget' });
  const exit = once(holder.child, 'exit');
  assert.equal((await holder.nextReport()).event, 'opened');
  assert.deepEqual(await exit, [0, null]);
  const postgres = await open(t, dataFolder);
  assert.equal(postgres.startedHere, false);
});

test('a server killed with -9 is started again with all committed rows, by whoever has it open', async (t) => {
  const dataFolder = await temporaryFolder(t);
  const clusterFolder = join(dataFolder, 'postgres');
  let restartCount = 0;
  const postgres = await open(t, dataFolder, { onRestart: () => restartCount++ });
  const holder = startHolder(t, dataFolder);
  await holder.nextReport();
  await query(postgres.connectionString, 'create table kept as select generate_series(1, 500)');
  const pid = await serverPid(clusterFolder);
  process.kill(pid, 'SIGKILL');
  assert.equal((await holder.nextReport()).event, 'restarted');
  await until(() => restartCount === 1);
  assert.notEqual(await serverPid(clusterFolder), pid);
  assert.deepEqual(await query(postgres.connectionString, 'select count(*)::int from kept'), [
    { count: 500 },
  ]);
  await closeHolder(holder);
  const second = await serverPid(clusterFolder);
  await postgres.close();
  assert.equal(await isPostmasterOf(second, clusterFolder), false);
});

test('a killed backend, which ends all connections, ends no claim: the last one out still stops the server', async (t) => {
  const dataFolder = await temporaryFolder(t);
  let restartCount = 0;
  const postgres = await open(t, dataFolder, { onRestart: () => restartCount++ });
  await killPresenceBackend(postgres);
  await until(() => restartCount === 1);
  const pid = await serverPid(join(dataFolder, 'postgres'));
  await postgres.close();
  assert.equal(await isPostmasterOf(pid, join(dataFolder, 'postgres')), false);
});

test('closing at the moment a backend is killed still stops the server', async (t) => {
  const dataFolder = await temporaryFolder(t);
  const postgres = await open(t, dataFolder);
  await killPresenceBackend(postgres);
  await postgres.close();
  assert.equal(await findPostmaster(join(dataFolder, 'postgres')), null);
});

test('closing while the connection that a killed backend ended is made again still stops the server', async (t) => {
  const dataFolder = await temporaryFolder(t);
  const closings: Promise<void>[] = [];
  const postgres = await open(t, dataFolder, {
    onLog: (line) => {
      if (line.startsWith('lost')) setImmediate(() => closings.push(postgres.close()));
    },
  });
  await killPresenceBackend(postgres);
  await until(() => closings.length > 0);
  await Promise.all(closings);
  assert.equal(await findPostmaster(join(dataFolder, 'postgres')), null);
});

test('after kill -9 of process and server together the next start recovers', async (t) => {
  const dataFolder = await temporaryFolder(t);
  const holder = startHolder(t, dataFolder);
  const { connectionString = '' } = await holder.nextReport();
  await query(connectionString, 'create table kept as select generate_series(1, 500)');
  await killHolder(holder);
  process.kill(await serverPid(join(dataFolder, 'postgres')), 'SIGKILL');
  const postgres = await open(t, dataFolder);
  assert.equal(postgres.startedHere, true);
  assert.deepEqual(await query(postgres.connectionString, 'select count(*)::int from kept'), [
    { count: 500 },
  ]);
});

test('closing while the server is being started again leaves none behind', async (t) => {
  const dataFolder = await temporaryFolder(t);
  let startCount = 0;
  const closings: Promise<void>[] = [];
  const postgres = await open(t, dataFolder, {
    onLog: (line) => {
      if (line.startsWith('started')) startCount++;
      if (startCount === 2) closings.push(postgres.close());
    },
  });
  process.kill(await serverPid(join(dataFolder, 'postgres')), 'SIGKILL');
  await until(() => closings.length > 0);
  await Promise.all(closings);
  assert.equal(await findPostmaster(join(dataFolder, 'postgres')), null);
});

test('a postmaster.pid and a socket lock whose number has gone to another process do not keep the server down', async (t) => {
  const dataFolder = await temporaryFolder(t);
  const first = await open(t, dataFolder);
  await first.close();
  const { uid, gid } = await stat(join(dataFolder, 'postgres'));
  const stranger = spawn('sleep', ['600'], { uid, gid, cwd: '/' });
  afterwards(t, () => stranger.kill('SIGKILL'));
  const lock = `${stranger.pid}\n${dataFolder}/postgres\n1\n5432\n${dataFolder}/postgres-socket\n\n\nready   \n`;
  await writeFile(join(dataFolder, 'postgres', 'postmaster.pid'), lock);
  await writeFile(join(dataFolder, 'postgres-socket', '.s.PGSQL.5432.lock'), lock);
  const second = await open(t, dataFolder);
  assert.equal(second.startedHere, true);
  assert.equal(stranger.exitCode, null);
});

test('a server that is alive but stuck is named, not killed', async (t) => {
  const dataFolder = await temporaryFolder(t);
  const postgres = await open(t, dataFolder);
  const pid = await serverPid(join(dataFolder, 'postgres'));
  process.kill(pid, 'SIGSTOP');
  try {
    await assert.rejects(open(t, dataFolder, { answerWithinMs: 200 }), {
      problem: 'no-answer',
      message: new RegExp(`process ${pid}.*is alive but does not answer.*kill -INT ${pid}`),
    });
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  assert.equal((await query(postgres.connectionString, 'select')).length, 1);
});

test('a server that cannot start is reported in its own words', async (t) => {
  const dataFolder = await temporaryFolder(t);
  const first = await open(t, dataFolder);
  await first.close();
  await appendFile(join(dataFolder, 'postgres', 'postgresql.conf'), '\nwork_mem = plenty\n');
  await assert.rejects(open(t, dataFolder), {
    problem: 'start-failed',
    message: /postgres\.log says:[^]*invalid value for parameter "work_mem"/,
  });
});

test('a database of another major version is left alone', async (t) => {
  const dataFolder = await temporaryFolder(t);
  const first = await open(t, dataFolder);
  await first.close();
  await writeFile(join(dataFolder, 'postgres', 'PG_VERSION'), '17\n');
  await assert.rejects(open(t, dataFolder), {
    problem: 'other-version',
    message: /is of PostgreSQL 17, this build runs 18/,
  });
});

test('a folder that is no database is left alone', async (t) => {
  const dataFolder = await temporaryFolder(t);
  await mkdir(join(dataFolder, 'postgres'));
  await writeFile(join(dataFolder, 'postgres', 'notes.txt'), 'mine');
  await assert.rejects(open(t, dataFolder), { problem: 'folder-unusable' });
  assert.equal(await readFile(join(dataFolder, 'postgres', 'notes.txt'), 'utf8'), 'mine');
});

test('what a killed initdb left is removed by the next start', async (t) => {
  const dataFolder = await temporaryFolder(t);
  const gone = spawn('true');
  await once(gone, 'exit');
  await mkdir(join(dataFolder, `postgres.new-${gone.pid}-00ff`));
  await open(t, dataFolder);
  const names = await readdir(dataFolder);
  assert.equal(
    names.some((name) => name.includes('.new-')),
    false,
  );
});

/** Kills the backend of a presence with -9: Postgres ends all others and recovers. */
async function killPresenceBackend({ connectionString }: EmbeddedPostgres): Promise<void> {
  const [backend] = await query<{ pid: number }>(
    connectionString,
    "select pid from pg_stat_activity where application_name = 'patchloom presence'",
  );
  assert.ok(backend);
  process.kill(backend.pid, 'SIGKILL');
}
