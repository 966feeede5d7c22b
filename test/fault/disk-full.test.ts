import assert from 'node:assert/strict';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { openDatabase } from '../../src/store/database.ts';
import { placeServer } from '../../src/store/embedded/server-place.ts';
import { connectionStringOf } from '../../src/store/embedded/socket-folder.ts';
import { openScene } from '../support/daemon-scene.ts';
import type { Daemon, Scene } from '../support/daemon-scene.ts';
import { PostgresProcess } from '../support/postgres-process.ts';
import { sampleMail, withCrlf } from '../support/sample-mail.ts';
import { until } from '../support/until.ts';
import { LossyDisk, needsOwnDisk } from './lossy-disk.ts';
import { assertNothingLost } from './nothing-lost.ts';
import { postgresOf, signalAll } from './process-tree.ts';
import { sha256Of } from './retrying-senders.ts';
import { timedReply } from './timed-reply.ts';

const diskBytes = 384 * 1024 * 1024;
const blockBytes = 64 * 1024;

/** The promise is 5 s; the rest is for the start of a command on a machine that does other things as well. */
const answerWithinMs = 15_000;
const recoverWithinMs = 10_000;
const indexWithinMs = 30_000;

/** How long a Postgres that is down is left to fail at its starts: they become rarer. */
const downMs = 15_000;

/** A daemon whose database lies on a small disk, what it acknowledged, and the slowest refusals. */
interface Field {
  readonly scene: Scene;
  readonly daemon: Daemon;
  readonly disk: LossyDisk;
  readonly acknowledged: Map<string, Buffer>;
  slowestReplyMs: number;
  deliverMs: number;
}

async function openField(scene: Scene, disk: LossyDisk): Promise<Field> {
  const acknowledged = new Map<string, Buffer>();
  const daemon = await scene.serve();
  const field = { scene, daemon, disk, acknowledged, slowestReplyMs: 0, deliverMs: 0 };
  for (let count = 0; count < 20; count += 1) {
    assert.match(await replyTo(field, sampleMail({ id: `a${count}`, subject: 'before' })), /^250/);
  }
  return field;
}

async function replyTo(field: Field, raw: Buffer): Promise<string> {
  const { reply, ms } = await timedReply(field.daemon.smtpAddress, raw);
  assert.ok(ms < answerWithinMs, `"${reply}" came after ${ms} ms`);
  field.slowestReplyMs = Math.max(field.slowestReplyMs, ms);
  const received = withCrlf(raw);
  if (reply.startsWith('250')) field.acknowledged.set(sha256Of(received), received);
  return reply;
}

/** Writes until there is no room for another block. */
async function fill({ disk }: Field): Promise<void> {
  const file = await open(fillerOf(disk), 'w');
  const block = Buffer.alloc(blockBytes);
  try {
    for (;;) await file.write(block);
  } catch (error) {
    assert.ok(error instanceof Error && 'code' in error && error.code === 'ENOSPC');
  } finally {
    await file.close();
  }
}

function fillerOf({ folder }: LossyDisk): string {
  return join(folder, 'filler');
}

async function assertDeliverIsTemporaryFailure(field: Field): Promise<void> {
  const startedAt = performance.now();
  const raw = largeMessage('d1');
  const { code, stderr } = await field.scene.run(['deliver'], { input: raw });
  field.deliverMs = performance.now() - startedAt;
  assert.equal(code, 75, stderr);
  assert.ok(field.deliverMs < answerWithinMs, `deliver took ${field.deliverMs} ms: ${stderr}`);
}

/** Makes room; mail is taken soon after, and all that was ever taken is indexed. */
async function assertRecovery(context: TestContext, field: Field, url: string): Promise<void> {
  await rm(fillerOf(field.disk));
  const repairedAt = performance.now();
  const last = largeMessage('c1');
  const isTaken = async (): Promise<boolean> => (await replyTo(field, last)).startsWith('250');
  await until('mail is taken again', isTaken, recoverWithinMs);
  const takenMs = performance.now() - repairedAt;
  const limits = { maxConnections: 2, statementTimeoutMs: 60_000 };
  const database = openDatabase(url, { applicationName: 'patchloom test', ...limits });
  try {
    await assertNothingLost(database, field.acknowledged);
  } finally {
    await database.end();
  }
  const indexedMs = performance.now() - repairedAt;
  assert.ok(indexedMs < indexWithinMs, `${indexedMs} ms`);
  const { slowestReplyMs, deliverMs } = field;
  context.diagnostic(
    `slowest reply ${Math.round(slowestReplyMs)} ms, deliver ${Math.round(deliverMs)} ms, taken ${Math.round(takenMs)} ms and indexed ${Math.round(indexedMs)} ms after the repair`,
  );
}

/** Larger than what a table has room for without growing. */
function largeMessage(id: string): Buffer {
  const lines = Array.from({ length: 40_000 }, (_, line) => `${(line * 7919) % 104_729} ${id}\n`);
  return sampleMail({ id, subject: 'large', body: lines.join('') });
}

test(
  'mail is answered by 452 while a database elsewhere has a full disk, and taken when there is room',
  {
    skip: needsOwnDisk,
  },
  async (context) => {
    const disk = await LossyDisk.make(diskBytes);
    const dataFolder = join(disk.folder, 'data');
    await mkdir(dataFolder);
    const { url } = await PostgresProcess.start(context, [], dataFolder);
    context.after(() => disk.remove());
    const scene = await openScene(context, { DATABASE_URL: url });
    const field = await openField(scene, disk);
    await fill(field);
    let count = 0;
    await until('the disk is full', async () => {
      count += 1;
      return (await replyTo(field, largeMessage(`b${count}`))).startsWith('452 4.3.1');
    });
    await assertDeliverIsTemporaryFailure(field);
    await assertRecovery(context, field, url);
    await field.daemon.stop();
  },
);

test(
  'mail is answered by 452 while a full disk keeps the embedded Postgres from starting, and taken when there is room',
  {
    skip: needsOwnDisk,
  },
  async (context) => {
    const disk = await LossyDisk.make(diskBytes);
    const dataFolder = join(disk.folder, 'data');
    await mkdir(dataFolder);
    const scene = await openScene(context, {
      PATCHLOOM_DATA: dataFolder,
      MAX_MESSAGE_BYTES: '2000000',
    });
    context.after(async () => {
      signalAll(await postgresOf(dataFolder).catch(() => []), 'SIGKILL');
      await disk.remove();
    });
    const field = await openField(scene, disk);
    await fill(field);
    signalAll(await postgresOf(dataFolder), 'SIGKILL');
    const downUntil = performance.now() + downMs;
    await until('Postgres has been down for long', async () => {
      assert.match(await replyTo(field, sampleMail({ id: 'b1', subject: 'meanwhile' })), /^452/);
      return performance.now() > downUntil;
    });
    await assertDeliverIsTemporaryFailure(field);
    const { socketFolder } = await placeServer(dataFolder);
    await assertRecovery(context, field, connectionStringOf(socketFolder, 'patchloom'));
    await field.daemon.stop();
  },
);
