import assert from 'node:assert/strict';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openScene } from '../support/daemon-scene.ts';
import { sampleMail } from '../support/sample-mail.ts';
import { sendAll } from '../support/send-mail.ts';
import { until } from '../support/until.ts';
import { startForeignPostgres } from './foreign-postgres.ts';
import { LossyDisk, needsOwnDisk } from './lossy-disk.ts';

const diskBytes = 256 * 1024 * 1024;
const blockBytes = 64 * 1024;
const recoverWithinMs = 10_000;

/** Writes until there is no room for another block. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'w');
  const block = Buffer.alloc(blockBytes);
  try {
    for (;;) await file.write(block);
  } catch (error) {
    assert.ok(error instanceof Error && 'code' in error && error.code === 'ENOSPC');
  } finally {
    await file.close();
  }
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
    const url = await startForeignPostgres(context, [], dataFolder);
    context.after(() => disk.remove());
    const scene = await openScene(context, { DATABASE_URL: url });
    const daemon = await scene.serve();
    const { smtpAddress } = daemon;
    const reply = async (raw: Buffer): Promise<string> => (await sendAll(smtpAddress, [raw]))[0]!;
    assert.match(await reply(sampleMail({ id: 'a1', subject: 'before' })), /^250/);
    const filler = join(disk.folder, 'filler');
    await fill(filler);
    let count = 0;
    await until('the disk is full', async () => {
      count += 1;
      return (await reply(largeMessage(`b${count}`))).startsWith('452 4.3.1');
    });
    await rm(filler);
    const last = largeMessage('c1');
    await until(
      'mail is taken again',
      async () => (await reply(last)).startsWith('250'),
      recoverWithinMs,
    );
    await daemon.stop();
  },
);
