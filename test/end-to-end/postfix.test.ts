import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { openDatabase } from '../../src/store/database.ts';
import type { Database } from '../../src/store/database.ts';
import { countOutcomes } from '../../src/store/deliveries.ts';
import { packageRoot } from '../../src/package-root.ts';
import { openScene } from '../support/daemon-scene.ts';
import type { Scene } from '../support/daemon-scene.ts';
import { documentFiles, placedText } from '../support/document-files.ts';
import { freePort } from '../support/free-port.ts';
import { idOf, makePostfixFolder, postfixSkip, startPostfix } from '../support/postfix-server.ts';
import type { PostfixServer } from '../support/postfix-server.ts';
import { PostgresProcess } from '../support/postgres-process.ts';
import { messageIdOf, sampleMail } from '../support/sample-mail.ts';
import { sendAll } from '../support/send-mail.ts';
import { until } from '../support/until.ts';

const recipient = 'brook-devel@lists.example';
const messageCount = 200;
const deadlineMs = 600_000;

/** Where the document's recipe has its places, and where the test has them. */
type Places = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Starts Postfix with the recipe of docs/mta.md under `heading`, its places replaced by ours. */
async function startWithRecipe(
  context: TestContext,
  folder: string,
  { heading, places }: { readonly heading: string; readonly places: Places },
): Promise<PostfixServer> {
  const files = [...documentFiles('docs/mta.md', heading)]
    .filter(([path]) => dirname(path) === '/etc/postfix')
    .map(([path, text]): [string, string] => {
      const name = basename(path);
      return [name, placedText(text, { ...commonPlaces(folder)[name], ...places[name] })];
    });
  return startPostfix(context, folder, new Map(files));
}

function commonPlaces(folder: string): Places {
  return { 'main.cf': { '/etc/postfix/': `${folder}/postfix/` } };
}

function mails(from: number, to: number): Buffer[] {
  return Array.from({ length: to - from }, (_, index) =>
    sampleMail({
      id: `m${from + index}`,
      subject: `[PATCH] number ${from + index}`,
      minute: from + index,
    }),
  );
}

async function post(postfix: PostfixServer, from: number, to: number): Promise<void> {
  const replies = await sendAll(postfix.smtpAddress, mails(from, to), 'EHLO', recipient);
  assert.deepEqual(
    replies.filter((reply) => !reply.startsWith('250 2.0.0')),
    [],
  );
}

async function storedCount(database: Database): Promise<number> {
  return (await countOutcomes(database, null)).stored;
}

/** What came in between is there once, and Postfix has nothing left and bounced nothing. */
async function requireAllOnce(postfix: PostfixServer, database: Database): Promise<void> {
  await until('the queue of Postfix is empty', () => postfix.queueLength() === 0, deadlineMs);
  await until(
    'all is indexed',
    async () => (await storedCount(database)) >= messageCount,
    deadlineMs,
  );
  const { rows } = await database.query<{ message_id: string }>(
    'SELECT message_id FROM patchloom.message',
  );
  const expected = Array.from({ length: messageCount }, (_, index) => messageIdOf(`m${index}`));
  assert.deepEqual(rows.map((row) => row.message_id).toSorted(), expected.toSorted());
  const { dead, unrouted, stored } = await countOutcomes(database, null);
  assert.deepEqual({ dead, unrouted, stored }, { dead: 0, unrouted: 0, stored: messageCount });
  const log = await postfix.log();
  assert.match(log, /status=deferred/, 'the outage was seen');
  const troubles = log.split('\n').filter((line) => /status=bounced|warning: /.test(line));
  assert.deepEqual(troubles.slice(0, 5), []);
}

/** Mail comes while the daemon is down, while it starts, while it stops, and while it runs. */
async function playOutages(scene: Scene, postfix: PostfixServer): Promise<Database> {
  await post(postfix, 0, 60);
  await until('mail is deferred', async () => (await postfix.log()).includes('status=deferred'));
  const first = await scene.serve();
  const database = await scene.database();
  const during = post(postfix, 60, 140);
  await until('some is stored', async () => (await storedCount(database)) >= 20, deadlineMs);
  await first.stop();
  await during;
  await post(postfix, 140, 170);
  await scene.serve();
  await post(postfix, 170, messageCount);
  return database;
}

test(
  'Postfix over SMTP, by the recipe of docs/mta.md, loses, bounces and doubles nothing while Patchloom is stopped and started',
  { skip: postfixSkip },
  async (context) => {
    const address = `127.0.0.1:${await freePort()}`;
    const scene = await openScene(context, { SMTP_ADDRESS: address, LISTS: 'auto' });
    const places = {
      transport: { '[127.0.0.1]:2525': address.replace('127.0.0.1', '[127.0.0.1]') },
    };
    const folder = await makePostfixFolder(context);
    const postfix = await startWithRecipe(context, folder, { heading: 'Postfix: SMTP', places });
    await requireAllOnce(postfix, await playOutages(scene, postfix));
  },
);

/** Makes the folder of the document's line for tmpfiles.d: "d /run/patchloom 2750 patchloom postfix". */
async function makeSocketFolder(path: string): Promise<void> {
  const files = documentFiles('docs/mta.md', 'Postfix: LMTP');
  const line = files.get('/etc/tmpfiles.d/patchloom.conf') ?? assert.fail('a line for tmpfiles.d');
  const [kind, , mode = '', , group = ''] = line.trim().split(' ');
  assert.equal(kind, 'd');
  await mkdir(path);
  await chown(path, 0, idOf('-g', group));
  await chmod(path, Number.parseInt(mode, 8));
}

test(
  'Postfix over LMTP on a unix socket, by the recipe of docs/mta.md, loses, bounces and doubles nothing while Patchloom is stopped and started',
  { skip: postfixSkip },
  async (context) => {
    const folder = await makePostfixFolder(context);
    const socketFolder = join(folder, 'run');
    await makeSocketFolder(socketFolder);
    const socket = join(socketFolder, 'lmtp.sock');
    const scene = await openScene(context, { LMTP_ADDRESS: socket, LISTS: 'auto' });
    const places = { transport: { '/run/patchloom/lmtp.sock': socket } };
    const postfix = await startWithRecipe(context, folder, { heading: 'Postfix: LMTP', places });
    await requireAllOnce(postfix, await playOutages(scene, postfix));
  },
);

const nodeCommand = `${process.execPath} ${join(packageRoot, 'dist', 'src', 'cli', 'patchloom.js')}`;

test(
  'Postfix over a pipe, by the recipe of docs/mta.md, loses, bounces and doubles nothing while the database is stopped and started',
  { skip: postfixSkip || nobodySkip() },
  async (context) => {
    const postgres = await PostgresProcess.start(context);
    const scene = await openScene(context, { DATABASE_URL: postgres.url });
    await scene.serve();
    const folder = await makePostfixFolder(context);
    const places = {
      'master.cf': {
        'user=patchloom': 'user=nobody',
        'postgres:///patchloom?host=/run/postgresql': postgres.url,
        '/usr/local/bin/patchloom': nodeCommand,
      },
    };
    const postfix = await startWithRecipe(context, folder, { heading: 'Postfix: pipe', places });
    const database = openDatabase(postgres.url, {
      maxConnections: 2,
      applicationName: 'patchloom test',
      statementTimeoutMs: 60_000,
    });
    context.after(() => database.end());
    await post(postfix, 0, 100);
    await until('some is stored', async () => (await storedCount(database)) >= 20, deadlineMs);
    await postgres.stop();
    await post(postfix, 100, messageCount);
    await until('mail is deferred', async () => (await postfix.log()).includes('status=deferred'));
    await postgres.start();
    await requireAllOnce(postfix, database);
  },
);

function nobodySkip(): false | string {
  const nobody = { uid: idOf('-u', 'nobody'), gid: idOf('-g', 'nobody') };
  const read = `fs.accessSync(${JSON.stringify(join(packageRoot, 'package.json'))})`;
  const run = spawnSync(process.execPath, ['--eval', read], { ...nobody, cwd: '/' });
  return run.status === 0 ? false : 'nobody cannot read the project here';
}
