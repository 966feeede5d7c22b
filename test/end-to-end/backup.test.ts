import assert from 'node:assert/strict';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Database } from '../../src/store/database.ts';
import { openScene, untilIndexed } from '../support/daemon-scene.ts';
import type { Scene } from '../support/daemon-scene.ts';
import { PostgresProcess } from '../support/postgres-process.ts';
import { sampleMail } from '../support/sample-mail.ts';
import { sendAll, sendBurst } from '../support/send-mail.ts';
import { syntheticList } from '../support/synthetic-list.ts';
import { makeTestFolder } from '../support/test-folder.ts';
import { until } from '../support/until.ts';

const seed = 11;

/** Runs a command to its end; fails unless it exits with 0. */
async function succeed(scene: Scene, ...args: string[]): Promise<void> {
  const { code, stderr } = await scene.run(args);
  assert.equal(code, 0, stderr);
}

async function makeFile(context: TestContext): Promise<string> {
  const folder = await makeTestFolder();
  context.after(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'backup.gz');
}

/** Lines of a backup without its head, which says when it was made. */
async function contentOf(file: string): Promise<string[]> {
  return gunzipSync(await readFile(file))
    .toString()
    .split('\n')
    .slice(1);
}

async function replayed(scene: Scene, mails: readonly Buffer[]): Promise<void> {
  const mbox = Buffer.concat(
    mails.flatMap((mail) => [
      Buffer.from('From x@y Mon Mar  2 09:00:00 2026\n'),
      mail,
      Buffer.from('\n\n'),
    ]),
  );
  const { code, stderr } = await scene.run(['replay', '-'], { input: mbox });
  assert.equal(code, 0, stderr);
}

test('what is restored on an empty machine is what was backed up: every row and number, the export, the ids of the API', async (context) => {
  const original = await openScene(context);
  await replayed(original, syntheticList(seed, 12));
  const file = await makeFile(context);
  await succeed(original, 'backup', file);
  const copy = await openScene(context);
  await succeed(copy, 'restore', file);
  assert.equal(await copy.exported(), await original.exported());
  const again = await makeFile(context);
  await succeed(copy, 'backup', again);
  assert.deepEqual(await contentOf(again), await contentOf(file));
  assert.equal((await stat(file)).mode & 0o777, 0o600);
});

interface ShownIds {
  readonly messages: readonly string[];
  readonly series: readonly string[];
  readonly people: readonly string[];
}

/** What the API shows of each: "12 <a1@brook.example>". */
async function shownIds(database: Database): Promise<ShownIds> {
  const lines = async (query: string): Promise<string[]> =>
    (await database.query<{ line: string }>(query)).rows.map(({ line }) => line).toSorted();
  return {
    messages: await lines(
      `SELECT public_id || ' ' || encode(content_key, 'hex') AS line FROM patchloom.message`,
    ),
    series: await lines(`SELECT public_id || ' ' || id AS line FROM patchloom.series`),
    people: await lines(`SELECT id || ' ' || email AS line FROM patchloom.person`),
  };
}

test('a backup made while mail comes in has all that was acknowledged before; what was not indexed then is indexed after the restore', async (context) => {
  const original = await openScene(context);
  const { smtpAddress, stop } = await original.serve();
  const mails = syntheticList(seed, 60);
  const burst = sendBurst(smtpAddress, mails, 4);
  await until('mail is coming in', () => burst.acknowledged.length > 40);
  const acknowledgedBefore = [...burst.acknowledged];
  const file = await makeFile(context);
  await succeed(original, 'backup', file);
  assert.ok(burst.acknowledged.length < mails.length, 'mail came in all the while');
  await burst.ended;
  const database = await original.database();
  await untilIndexed(database, mails.length);
  const idsOfOriginal = await shownIds(database);
  await stop();

  const copy = await openScene(context);
  await succeed(copy, 'restore', file);
  const daemon = await copy.serve();
  const restored = await copy.database();
  const idsAtBackup = await shownIds(restored);
  assert.deepEqual(missingFrom(idsOfOriginal.messages, idsAtBackup.messages), []);
  assert.deepEqual(missingFrom(idsOfOriginal.people, idsAtBackup.people), []);
  await until('all is indexed', async () => (await waitingCount(restored)) === 0);
  const again = await sendAll(daemon.smtpAddress, acknowledgedBefore);
  assert.deepEqual([...new Set(again)], ['250 2.0.0 stored already']);
  const sent = await sendAll(daemon.smtpAddress, mails);
  assert.ok(sent.every((reply) => reply.startsWith('250')));
  await until('all is indexed', async () => (await waitingCount(restored)) === 0);
  await daemon.stop();
  assert.equal(await copy.exported(), await original.exported());
});

function missingFrom(all: readonly string[], some: readonly string[]): string[] {
  const known = new Set(all);
  return some.filter((one) => !known.has(one));
}

async function waitingCount(database: Database): Promise<number> {
  const { rows } = await database.query(
    'SELECT count(*) AS count FROM patchloom.delivery WHERE outcome IS NULL',
  );
  return rows[0].count;
}

test('mail in custody that no worker had seen is indexed after the restore', async (context) => {
  const original = await openScene(context);
  const listener = original.start(['smtp']);
  const [, smtpAddress = ''] = /^ready smtp=(\S+)/.exec(await listener.firstLine()) ?? [];
  await sendAll(smtpAddress, [sampleMail({ id: 'a1', subject: 'early' })]);
  const file = await makeFile(context);
  await succeed(original, 'backup', file);
  listener.signal('SIGTERM');
  await listener.result();

  const copy = await openScene(context);
  await succeed(copy, 'restore', file);
  const { stop } = await copy.serve();
  await untilIndexed(await copy.database(), 1);
  await stop();
  assert.match(await copy.exported(), /"message_id":"<a1@brook.example>"/);
});

test('a backup of the embedded database can be restored into a Postgres elsewhere, and back', async (context) => {
  const embedded = await openScene(context);
  await replayed(embedded, syntheticList(seed, 6));
  const [file, fileOfOther] = [await makeFile(context), await makeFile(context)];
  await succeed(embedded, 'backup', file);
  const postgres = await PostgresProcess.start(context);
  const elsewhere = await openScene(context, { DATABASE_URL: postgres.url });
  await succeed(elsewhere, 'restore', file);
  assert.equal(await elsewhere.exported(), await embedded.exported());
  await succeed(elsewhere, 'backup', fileOfOther);
  assert.deepEqual(await contentOf(fileOfOther), await contentOf(file));
});

test('standard output and input serve as well as files', async (context) => {
  const original = await openScene(context);
  await replayed(original, [sampleMail({ id: 'a1', subject: 'one' })]);
  const file = await makeFile(context);
  await succeed(original, 'backup', file);
  const copy = await openScene(context);
  const { code, stderr } = await copy.run(['restore', '-'], { input: await readFile(file) });
  assert.equal(code, 0, stderr);
  assert.equal(await copy.exported(), await original.exported());
  const { stdout } = await copy.run(['backup', '-']);
  assert.ok(stdout.length > 0);
});

test('a database that holds something, or that a daemon uses, is not restored into: exit 78 and what to do', async (context) => {
  const scene = await openScene(context);
  await replayed(scene, [sampleMail({ id: 'a1', subject: 'one' })]);
  const file = await makeFile(context);
  await succeed(scene, 'backup', file);
  const full = await scene.run(['restore', file]);
  assert.equal(full.code, 78);
  assert.match(full.stderr, /not empty .*: restore into a new one/);
  const empty = await openScene(context);
  const { stop } = await empty.serve();
  const busy = await empty.run(['restore', file]);
  assert.equal(busy.code, 78);
  assert.match(busy.stderr, /is running on this database: stop it first/);
  await stop();
});

test('a backup that is cut off, changed or of a newer build is refused and leaves the database as it was', async (context) => {
  const original = await openScene(context);
  await replayed(original, [sampleMail({ id: 'a1', subject: 'one' })]);
  const file = await makeFile(context);
  await succeed(original, 'backup', file);
  const whole = await readFile(file);
  const text = gunzipSync(whole).toString();
  const lines = text.split('\n');
  const newer = text.replace(/"schema":[0-9]+/, '"schema":999999');
  const damaged: readonly [Buffer, number, RegExp][] = [
    [whole.subarray(0, whole.length - 40), 65, /cannot be read/],
    [gzipSync(lines.slice(0, -2).join('\n') + '\n'), 65, /is cut off/],
    [gzipSync(lines.filter((line) => !line.startsWith('"(1,')).join('\n')), 65, /rows were saved/],
    [Buffer.from('no backup'), 65, /cannot be read/],
    [gzipSync('no backup\n'), 65, /this is no backup/],
    [gzipSync(newer), 78, /this build knows [0-9]+: restore it with the newer build/],
  ];
  const copy = await openScene(context);
  for (const [bytes, expected, reason] of damaged) {
    await writeFile(file, bytes);
    const { code, stderr } = await copy.run(['restore', file]);
    assert.match(stderr, reason);
    assert.equal(code, expected);
  }
  assert.equal(await copy.exported(), '');
});

test('a backup that fails leaves the former one, and nothing half done', async (context) => {
  const scene = await openScene(context);
  const file = await makeFile(context);
  await writeFile(file, 'the former one');
  const { code, stderr } = await scene.run(['backup', file]);
  assert.equal(code, 78);
  assert.match(stderr, /nothing is there to be backed up/);
  assert.equal(await readFile(file, 'utf8'), 'the former one');
  assert.deepEqual(await readdir(join(file, '..')), ['backup.gz']);
  const nowhere = await scene.run(['backup', join(file, 'no-folder')]);
  assert.equal(nowhere.code, 74);
  assert.match(nowhere.stderr, /no-folder cannot be written/);
});
