import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { openDatabase } from '../../src/store/database.ts';
import type { Database } from '../../src/store/database.ts';
import { placeServer } from '../../src/store/embedded/server-place.ts';
import { connectionStringOf } from '../../src/store/embedded/socket-folder.ts';
import { openScene } from '../support/daemon-scene.ts';
import type { Daemon, Scene } from '../support/daemon-scene.ts';
import { takeAll } from '../support/index-mail.ts';
import { sampleMail } from '../support/sample-mail.ts';
import { runSeed, seededRandom } from '../support/seeded-random.ts';
import { until } from '../support/until.ts';
import { LossyDisk, needsOwnDisk } from './lossy-disk.ts';
import { assertNothingLost, lostOf } from './nothing-lost.ts';
import { childrenOf, postmasterOf, signalAll } from './process-tree.ts';
import { needsRedis, RedisProcess } from './redis-process.ts';
import { sha256Of, startSenders } from './retrying-senders.ts';

const roundCount = Number(process.env['PATCHLOOM_POWER_CUTS'] ?? 2);
/** Twice this is the most that is acknowledged between two cuts before the next comes. */
const meanMessagesPerRound = 60;
const maxControlRounds = 8;
const diskBytes = 768 * 1024 * 1024;
const seed = runSeed();
const random = seededRandom(seed);

/** A daemon whose database, and whose Redis where it has one, lie on a disk that can lose its power. */
interface PoweredScene {
  readonly scene: Scene;
  readonly disk: LossyDisk;
  readonly dataFolder: string;
  readonly redis: PoweredRedis | null;
  daemon: Daemon;
}

interface PoweredRedis {
  readonly process: RedisProcess;
  readonly settings: readonly string[];
}

async function openPoweredScene(
  context: TestContext,
  { withRedis }: { readonly withRedis: boolean },
): Promise<PoweredScene> {
  const disk = await LossyDisk.make(diskBytes);
  const dataFolder = join(disk.folder, 'data');
  let powered: PoweredScene | null = null;
  let redis: PoweredRedis | null = null;
  context.after(async () => {
    signalAll(powered === null ? [] : await stopEverything(powered), 'SIGKILL');
    await redis?.process.kill();
    await disk.remove();
  });
  redis = withRedis ? await startRedisOn(context, disk) : null;
  const environment = redis === null ? {} : { REDIS_URL: redis.process.url };
  const scene = await openScene(context, { PATCHLOOM_DATA: dataFolder, ...environment });
  await mkdir(dataFolder);
  powered = { scene, disk, dataFolder, redis, daemon: await scene.serve() };
  return powered;
}

async function startRedisOn(context: TestContext, { folder }: LossyDisk): Promise<PoweredRedis> {
  const redisFolder = join(folder, 'redis');
  await mkdir(redisFolder);
  const settings = ['--dir', redisFolder];
  return { process: await RedisProcess.start(context, settings), settings };
}

/**
 * Stops the daemon, its workers and its Postgres, to go on never; returns their ids. To be called while the disk can be
 * read. Parents first: they start no more children then.
 */
async function stopEverything({ daemon, dataFolder, redis }: PoweredScene): Promise<number[]> {
  redis?.process.freeze();
  const postmaster = await postmasterOf(dataFolder).catch(() => null);
  const parents = postmaster === null ? [daemon.process.pid] : [daemon.process.pid, postmaster];
  signalAll(parents, 'SIGSTOP');
  const children = (await Promise.all(parents.map(childrenOf))).flat();
  signalAll(children, 'SIGSTOP');
  return [...parents, ...children];
}

/** Everything stops at once, the power goes and comes back, and the daemon is started again. */
async function cutPower(powered: PoweredScene): Promise<void> {
  const pids = await stopEverything(powered);
  await powered.disk.cutPower();
  signalAll(pids, 'SIGKILL');
  await powered.daemon.process.result();
  await powered.redis?.process.kill();
  await powered.disk.restorePower();
  await powered.redis?.process.start(powered.redis.settings);
  powered.daemon = await powered.scene.serve();
}

async function connect(
  context: TestContext,
  { dataFolder }: PoweredScene,
  more = '',
): Promise<Database> {
  const { socketFolder } = await placeServer(dataFolder);
  const database = openDatabase(`${connectionStringOf(socketFolder, 'patchloom')}${more}`, {
    maxConnections: 4,
    applicationName: 'patchloom test',
    statementTimeoutMs: 60_000,
  });
  context.after(() => database.end());
  return database;
}

test(
  `${Math.ceil(roundCount / 2)} power cuts under load lose, double and alter nothing`,
  {
    skip: needsOwnDisk,
  },
  async (context) => {
    const powered = await openPoweredScene(context, { withRedis: false });
    await playPowerCuts(context, powered, Math.ceil(roundCount / 2));
  },
);

test(
  `${Math.floor(roundCount / 2)} power cuts under load, with Redis too, lose, double and alter nothing`,
  {
    skip: needsOwnDisk || needsRedis,
  },
  async (context) => {
    const powered = await openPoweredScene(context, { withRedis: true });
    await playPowerCuts(context, powered, Math.floor(roundCount / 2));
  },
);

async function playPowerCuts(
  context: TestContext,
  powered: PoweredScene,
  rounds: number,
): Promise<void> {
  const address = (): string => powered.daemon.smtpAddress;
  const senders = startSenders(context, { address, senderCount: 8 });
  for (let round = 0; round < rounds; round += 1) {
    await senders.untilMoreAcknowledged(random.below(2 * meanMessagesPerRound));
    await delay(random.below(1_000));
    await cutPower(powered);
  }
  await senders.stop();
  await assertNothingLost(await connect(context, powered), senders.acknowledged);
  context.diagnostic(
    `seed ${seed}: ${rounds} power cuts, ${senders.acknowledged.size} acknowledged, 0 lost`,
  );
  assert.ok(senders.acknowledged.size > rounds);
  await powered.daemon.stop();
}

test(
  'with synchronous_commit off power cuts do lose messages: the test above would see it',
  {
    skip: needsOwnDisk,
  },
  async (context) => {
    const powered = await openPoweredScene(context, { withRedis: false });
    const unsafe = await connect(context, powered, '&options=-c%20synchronous_commit%3Doff');
    const acknowledged = new Map<string, Buffer>();
    let lost: readonly string[] = [];
    let round = 0;
    for (; round < maxControlRounds && lost.length === 0; round += 1) {
      const writing = { isOver: false };
      const writer = writeUntilOver(unsafe, `r${round}`, acknowledged, writing);
      await delay(300 + random.below(300));
      await cutPower(powered);
      writing.isOver = true;
      await writer;
      const database = await connect(context, powered);
      await until('the database answers', async () =>
        database.query('SELECT 1').then(
          () => true,
          () => false,
        ),
      );
      lost = await lostOf(database, acknowledged);
    }
    context.diagnostic(`${round} power cuts, ${acknowledged.size} written, ${lost.length} lost`);
    assert.ok(lost.length > 0, 'nothing was lost: the power cuts are not seen');
    await powered.daemon.stop();
  },
);

/** Takes one message after the other into custody until it is told to stop, or the power goes. */
async function writeUntilOver(
  database: Database,
  name: string,
  acknowledged: Map<string, Buffer>,
  writing: { readonly isOver: boolean },
): Promise<void> {
  for (let count = 0; !writing.isOver; count += 1) {
    const raw = sampleMail({ id: `${name}-${count}`, subject: `written ${count}` });
    try {
      await takeAll(database, [raw]);
    } catch {
      return;
    }
    acknowledged.set(sha256Of(raw), raw);
  }
}
