import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../../src/store/database.ts';
import { openScene } from '../support/daemon-scene.ts';
import type { Daemon, Scene } from '../support/daemon-scene.ts';
import { runSeed, seededRandom } from '../support/seeded-random.ts';
import { until } from '../support/until.ts';
import { assertNothingLost } from './nothing-lost.ts';
import { needsProc, postgresOf, signalAll, workersOf } from './process-tree.ts';
import { needsRedis, RedisProcess } from './redis-process.ts';
import { startSenders } from './retrying-senders.ts';

/** What is killed, in turn. */
type Victim = 'daemon' | 'worker' | 'postgres' | 'redis';

const roundCount = Number(process.env['PATCHLOOM_FAULT_ROUNDS'] ?? 8);
/** Twice this is the most that is acknowledged between two rounds before the next strikes. */
const meanMessagesPerRound = 120;
const seed = runSeed();
const random = seededRandom(seed);
const senderCount = 12;

test(
  `kill -9 of daemon, worker and Postgres in ${Math.ceil(roundCount / 2)} rounds loses, doubles and alters nothing`,
  {
    skip: needsProc,
  },
  async (context) => {
    const victims = ['daemon', 'worker', 'postgres'] as const;
    await playRounds(context, { victims, rounds: Math.ceil(roundCount / 2), redis: null });
  },
);

test(
  `kill -9 of daemon, worker, Postgres and Redis in ${Math.floor(roundCount / 2)} rounds loses, doubles and alters nothing`,
  {
    skip: needsProc || needsRedis,
  },
  async (context) => {
    const redis = await RedisProcess.start(context);
    const victims = ['redis', 'worker', 'postgres', 'daemon'] as const;
    await playRounds(context, { victims, rounds: Math.floor(roundCount / 2), redis });
  },
);

interface Rounds {
  readonly victims: readonly Victim[];
  readonly rounds: number;
  readonly redis: RedisProcess | null;
}

async function playRounds(context: TestContext, { victims, rounds, redis }: Rounds): Promise<void> {
  const environment = { WORKERS: '2', ...(redis === null ? {} : { REDIS_URL: redis.url }) };
  const scene = await openScene(context, environment);
  const field: Field = { scene, redis, daemon: await scene.serve() };
  const database = await scene.database();
  const senders = startSenders(context, { address: () => field.daemon.smtpAddress, senderCount });
  try {
    for (let round = 0; round < rounds; round += 1) {
      await senders.untilMoreAcknowledged(random.below(2 * meanMessagesPerRound));
      await delay(random.below(1_000));
      await strike(field, database, victims[round % victims.length]!);
    }
    await senders.stop();
    await assertNothingLost(database, senders.acknowledged);
  } catch (error) {
    context.diagnostic(`seed ${seed}\n${lastLines(field.daemon.process.log)}`);
    throw error;
  }
  context.diagnostic(
    `seed ${seed}: ${rounds} rounds, ${senders.acknowledged.size} acknowledged in ${senders.attemptCount()} attempts, 0 lost, 0 doubled`,
  );
  assert.ok(senders.acknowledged.size > rounds, 'mail came in all the while');
  await field.daemon.stop();
}

/** What the daemon said last, for whoever looks at a failure. */
function lastLines(log: string): string {
  return log.trimEnd().split('\n').slice(-20).join('\n');
}

interface Field {
  readonly scene: Scene;
  readonly redis: RedisProcess | null;
  daemon: Daemon;
}

/** Kills the victim and waits until it is there again. */
async function strike(field: Field, database: Database, victim: Victim): Promise<void> {
  switch (victim) {
    case 'daemon':
      process.kill(field.daemon.process.pid, 'SIGKILL');
      await field.daemon.process.result();
      field.daemon = await field.scene.serve();
      return;
    case 'worker':
      return killWorker(field.daemon.process.pid);
    case 'postgres':
      await killPostgres(field.scene.dataFolder);
      return until('Postgres answers again', async () => answers(database));
    case 'redis':
      await field.redis?.kill();
      return field.redis?.start();
    default:
      victim satisfies never;
  }
}

/** The whole of it at once, the parent alone, or one child, after which Postgres starts itself again. */
async function killPostgres(dataFolder: string): Promise<void> {
  const [postmaster = 0, ...children] = await postgresOf(dataFolder);
  const all = [postmaster, ...children];
  signalAll(random.oneOf([all, [postmaster], [random.oneOf(children)]]), 'SIGKILL');
}

async function killWorker(daemonPid: number): Promise<void> {
  await until('there is a worker', async () => (await workersOf(daemonPid)).length > 0);
  const workers = await workersOf(daemonPid);
  const killed = random.oneOf(workers);
  process.kill(killed, 'SIGKILL');
  await until('another worker is there', async () => {
    const now = await workersOf(daemonPid);
    return now.length === workers.length && !now.includes(killed);
  });
}

async function answers(database: Database): Promise<boolean> {
  return database.query('SELECT 1').then(
    () => true,
    () => false,
  );
}
