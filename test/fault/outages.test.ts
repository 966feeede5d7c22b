import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { Client } from 'pg';
import type { Database } from '../../src/store/database.ts';
import { placeServer } from '../../src/store/embedded/server-place.ts';
import { connectionStringOf } from '../../src/store/embedded/socket-folder.ts';
import { openScene, untilIndexed } from '../support/daemon-scene.ts';
import { sampleMail } from '../support/sample-mail.ts';
import { until } from '../support/until.ts';
import { needsProc, postgresOf, signalAll } from './process-tree.ts';
import { timedReply } from './timed-reply.ts';

const first = sampleMail({ id: 'a1', subject: 'before' });
const second = sampleMail({ id: 'a2', subject: 'meanwhile' });

/** Custody has 5 s; the rest is for a machine that does other things as well. */
const answerWithinMs = 9_000;
const recoverWithinMs = 10_000;

async function untilAccepted(address: string, raw: Buffer): Promise<void> {
  const isAccepted = async (): Promise<boolean> => {
    const { reply } = await timedReply(address, raw);
    return reply.startsWith('250');
  };
  await until('mail is taken again', isAccepted, recoverWithinMs);
}

test(
  'mail that comes while Postgres is frozen is answered by 451 in time, and taken when Postgres goes on',
  {
    skip: needsProc,
  },
  async (context) => {
    const scene = await openScene(context);
    const daemon = await scene.serve();
    const { smtpAddress } = daemon;
    const database = await scene.database();
    assert.match((await timedReply(smtpAddress, first)).reply, /^250/);
    await untilIndexed(database, 1);
    const postgres = await postgresOf(scene.dataFolder);
    context.after(() => signalAll(postgres, 'SIGCONT'));
    signalAll(postgres, 'SIGSTOP');
    for (const raw of [second, first]) {
      const { reply, ms } = await timedReply(smtpAddress, raw);
      assert.match(reply, /^451 4\.3\.0/);
      assert.ok(ms < answerWithinMs, `${ms} ms`);
    }
    signalAll(postgres, 'SIGCONT');
    await untilAccepted(smtpAddress, second);
    await untilStored(database, 2);
    await daemon.stop();
  },
);

/** A message whose outcome was not known may have been stored, and then come again. */
async function untilStored(database: Database, count: number): Promise<void> {
  await until(`${count} messages stored`, async () => {
    const { rows } = await database.query('SELECT count(*) AS count FROM patchloom.message');
    return rows[0].count === count;
  });
}

test('mail that comes while the database is read-only is answered by 451, and taken when that ends', async (context) => {
  const scene = await openScene(context);
  const daemon = await scene.serve();
  const { smtpAddress } = daemon;
  const database = await scene.database();
  assert.match((await timedReply(smtpAddress, first)).reply, /^250/);
  await setReadOnly(database, 'on');
  await until('mail is refused', async () => {
    const { reply } = await timedReply(smtpAddress, second);
    return reply.startsWith('451 4.3.0');
  });
  const { code } = await scene.run(['deliver'], { input: second });
  assert.equal(code, 75);
  await setReadOnly(database, 'off');
  await untilAccepted(smtpAddress, second);
  await untilStored(database, 2);
  await daemon.stop();
});

async function setReadOnly(database: Database, value: 'on' | 'off'): Promise<void> {
  const client = await database.connect();
  try {
    await client.query('SET default_transaction_read_only = off');
    await client.query(`ALTER SYSTEM SET default_transaction_read_only = ${value}`);
    await client.query('SELECT pg_reload_conf()');
  } finally {
    client.release(true);
  }
}

test('mail is taken while others use up all connections of the server', async (context) => {
  const scene = await openScene(context);
  const daemon = await scene.serve();
  const { smtpAddress } = daemon;
  const database = await scene.database();
  assert.match((await timedReply(smtpAddress, first)).reply, /^250/);
  await untilIndexed(database, 1);
  const release = await takeAllConnections(context, scene.dataFolder);
  assert.match((await timedReply(smtpAddress, second)).reply, /^250/);
  await release();
  await untilStored(database, 2);
  await daemon.stop();
});

/** Connects until the server refuses; what is returned lets go again. */
async function takeAllConnections(
  context: TestContext,
  dataFolder: string,
): Promise<() => Promise<void>> {
  const { socketFolder } = await placeServer(dataFolder);
  const clients: Client[] = [];
  const release = async (): Promise<void> => {
    await Promise.all(clients.splice(0).map((client) => client.end()));
  };
  context.after(release);
  for (;;) {
    const client = new Client({ connectionString: connectionStringOf(socketFolder, 'patchloom') });
    client.on('error', () => undefined);
    try {
      await client.connect();
      clients.push(client);
    } catch (error) {
      assert.ok(error instanceof Error && 'code' in error);
      assert.equal(error.code, '53300', 'too many connections');
      return release;
    }
  }
}

test('mail is answered by 452, and deliver exits with 75, while the disk has no room for two of the largest messages', async (context) => {
  const scene = await openScene(context, { MAX_MESSAGE_BYTES: String(2 ** 50) });
  const daemon = await scene.serve();
  const { smtpAddress } = daemon;
  assert.match((await timedReply(smtpAddress, first)).reply, /^452 4\.3\.1/);
  const { code, stderr } = await scene.run(['deliver'], { input: first });
  assert.equal(code, 75);
  assert.match(stderr, /octets are free where .* are needed: make room there/);
  await daemon.stop();
});
