import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../../src/store/database.ts';
import { inTransaction } from '../../src/store/database.ts';
import { openScene, untilIndexed } from '../support/daemon-scene.ts';
import type { Daemon, Scene } from '../support/daemon-scene.ts';
import { scrape, valueOf } from '../support/exposition.ts';
import type { Scrape } from '../support/exposition.ts';
import { patchText, sampleMail } from '../support/sample-mail.ts';
import { sendAll } from '../support/send-mail.ts';
import { until } from '../support/until.ts';
import { assertFiring, needsPromtool } from './alert-rules.ts';
import { needsProc, postgresOf, signalAll, workersOf } from './process-tree.ts';
import { needsRedis, RedisProcess } from './redis-process.ts';

const options = { skip: needsPromtool };
const optionsWithProc = { skip: needsPromtool || needsProc };
const optionsWithRedis = { skip: needsPromtool || needsRedis };

/** The longest `for` and range of the rules, but of those about a day, and some more. */
const longEnough = 45;

/** Something happened in this minute; before, all was well for longer than any range. */
const troubleMinute = 30;

interface Field {
  readonly scene: Scene;
  readonly daemon: Daemon;
  readonly database: Database;
  /** When all was well. */
  readonly before: Scrape;
}

async function openField(
  context: TestContext,
  environment: Record<string, string> = {},
): Promise<Field> {
  const scene = await openScene(context, environment);
  const daemon = await scene.serve();
  const database = await scene.database();
  await sendAll(daemon.smtpAddress, [mail('a1')]);
  await untilIndexed(database, 1);
  const before = await scrapedWhen(daemon, (now) => indexedCount(now) === 1);
  return { scene, daemon, database, before };
}

function mail(id: string, subject = `[PATCH] ${id}`): Buffer {
  return sampleMail({ id, subject, body: patchText(id) });
}

function indexedCount(scraped: Scrape): number {
  return valueOf(scraped, 'patchloom_deliveries_indexed_total{outcome="stored"}');
}

/** Scrapes until something is true: the figures of the database are some seconds old, those of workers half a second. */
async function scrapedWhen(
  { httpAddress }: Pick<Daemon, 'httpAddress'>,
  isSo: (scraped: Scrape) => boolean,
): Promise<Scrape> {
  let scraped: Scrape = new Map();
  await until('the metrics say so', async () => {
    scraped = await scrape(httpAddress);
    return isSo(scraped);
  });
  return scraped;
}

const is =
  (series: string, value: number) =>
  (scraped: Scrape): boolean =>
    scraped.get(series) === value;

/** Exactly these fire after trouble that lasts, and none before. */
function assertTrouble(
  before: Scrape,
  trouble: Scrape | null,
  expected: readonly string[],
  tolerated: readonly string[] = [],
): void {
  const scrapes = [
    { minute: 0, scrape: before },
    { minute: troubleMinute, scrape: trouble },
  ];
  assertFiring(scrapes, troubleMinute - 1, []);
  assertFiring(scrapes, troubleMinute + longEnough, expected, tolerated);
}

test(
  'no alert fires of a daemon that is well, and PatchloomDown of one that is gone',
  options,
  async (context) => {
    const { before, daemon } = await openField(context);
    assertFiring([{ minute: 0, scrape: before }], 2 * longEnough, []);
    await daemon.process.killGroup();
    const gone = await scrape(daemon.httpAddress).catch(() => null);
    assertTrouble(before, gone, ['PatchloomDown']);
  },
);

test('a dead letter fires PatchloomDeadLetters', options, async (context) => {
  const { daemon, database, before } = await openField(context);
  await database.query(
    `ALTER TABLE patchloom.message ADD CONSTRAINT not_this_one CHECK (subject <> 'refuse me')`,
  );
  await sendAll(daemon.smtpAddress, [mail('a2', 'refuse me')]);
  const trouble = await scrapedWhen(daemon, is('patchloom_dead_letters', 1));
  const died = await scrapedWhen(daemon, is('patchloom_deliveries_died_total{stage="write"}', 1));
  assertTrouble(before, new Map([...trouble, ...died]), ['PatchloomDeadLetters']);
  const line = daemon.process.log.split('\n').find((text) => text.includes('"dead letter"')) ?? '';
  const { delivery, messageId, sha256, stage } = JSON.parse(line);
  assert.deepEqual([delivery, messageId, stage], [2, '<a2@brook.example>', 'write']);
  assert.match(sha256, /^[0-9a-f]{12}$/);
  await daemon.stop();
});

test('mail of no list fires PatchloomUnrouted', options, async (context) => {
  const { daemon, before } = await openField(context);
  const homeless = sampleMail({ id: 'a2', subject: 'whose am I?', listId: null });
  await sendAll(daemon.smtpAddress, [homeless]);
  const trouble = await scrapedWhen(daemon, is('patchloom_unrouted_deliveries', 1));
  assertTrouble(before, trouble, ['PatchloomUnrouted']);
  await daemon.stop();
});

test(
  'a Postgres that does not answer fires PatchloomDatabaseDown, and /readyz says so',
  optionsWithProc,
  async (context) => {
    const { daemon, scene, before } = await openField(context);
    const postgres = await postgresOf(scene.dataFolder);
    context.after(() => signalAll(postgres, 'SIGCONT'));
    signalAll(postgres, 'SIGSTOP');
    const trouble = await scrapedWhen(
      daemon,
      (now) => is('patchloom_database_up', 0)(now) && is('patchloom_queue_up', 0)(now),
    );
    assert.match(await readiness(daemon), /^503 not ready: .*the database does not answer/);
    assert.equal((await fetch(`http://${daemon.httpAddress}/healthz`)).status, 200);
    assertTrouble(before, trouble, [
      'PatchloomDatabaseDown',
      'PatchloomNotReady',
      'PatchloomQueueDown',
    ]);
    signalAll(postgres, 'SIGCONT');
    await until('it is ready again', async () => (await readiness(daemon)) === '200 ready\n');
    await daemon.stop();
  },
);

async function readiness({ httpAddress }: Daemon): Promise<string> {
  const response = await fetch(`http://${httpAddress}/readyz`);
  return `${response.status} ${await response.text()}`;
}

test(
  'a Redis that is gone fires PatchloomQueueDown, and mail is taken all the same',
  optionsWithRedis,
  async (context) => {
    const redis = await RedisProcess.start(context);
    const { daemon, before } = await openField(context, { REDIS_URL: redis.url });
    await redis.kill();
    const trouble = await scrapedWhen(daemon, is('patchloom_queue_up', 0));
    assert.equal(await readiness(daemon), '200 ready\n');
    assertTrouble(before, trouble, ['PatchloomQueueDown']);
    await redis.start();
    await daemon.stop();
  },
);

test(
  'workers that die again and again fire PatchloomWorkersDying and PatchloomWorkersMissing',
  optionsWithProc,
  async (context) => {
    const { daemon, before } = await openField(context);
    let trouble: Scrape = before;
    await until('workers were killed and do not come back', async () => {
      signalAll(await workersOf(daemon.process.pid), 'SIGKILL');
      trouble = await scrape(daemon.httpAddress);
      const isMissing = is('patchloom_worker_processes', 0)(trouble);
      return isMissing && valueOf(trouble, 'patchloom_worker_restarts_total') >= 5;
    });
    const scrapes = [
      { minute: 0, scrape: before },
      { minute: troubleMinute, scrape: trouble },
    ];
    const both = ['PatchloomWorkersDying', 'PatchloomWorkersMissing'];
    assertFiring(scrapes, troubleMinute + 10, both, ['PatchloomNoWorkers']);
    await scrapedWhen(daemon, is('patchloom_worker_processes', 1));
  },
);

test(
  'mail that waits without workers fires PatchloomNoWorkers and PatchloomIndexLag',
  options,
  async (context) => {
    const { daemon, database, scene, before } = await openField(context);
    await daemon.stop();
    const listener = scene.start(['smtp'], { environment: { METRICS_ADDRESS: '127.0.0.1:0' } });
    const line = await listener.firstLine();
    const [, smtpAddress = '', httpAddress = ''] = /smtp=(\S+) .* metrics=(\S+)$/.exec(line) ?? [];
    await sendAll(smtpAddress, [mail('a2')]);
    const waiting = await scene.database();
    await waiting.query(
      `UPDATE patchloom.delivery SET received_at = received_at - interval '20 minutes' WHERE outcome IS NULL`,
    );
    const trouble = await scrapedWhen(
      { httpAddress },
      (now) => (now.get('patchloom_oldest_waiting_seconds') ?? 0) > 1200,
    );
    assertTrouble(before, trouble, ['PatchloomNoWorkers', 'PatchloomIndexLag']);
    await database.query('SELECT');
  },
);

test(
  '/readyz fails while a message has waited for longer than the limit, until it is indexed',
  options,
  async (context) => {
    const scene = await openScene(context, { MAX_INDEX_LAG_SECONDS: '1', WORKERS: '1' });
    const daemon = await scene.serve();
    const database = await scene.database();
    await inTransaction(database, async (transaction) => {
      await transaction.query('LOCK TABLE patchloom.message IN SHARE MODE');
      await sendAll(daemon.smtpAddress, [mail('a1')]);
      const late = '503 not ready: mail has waited to be indexed for 1 s\n';
      await until('it is late', async () => (await readiness(daemon)) === late);
    });
    await until('it is ready again', async () => (await readiness(daemon)) === '200 ready\n');
    await daemon.stop();
  },
);

test(
  'a disk without room fires PatchloomDiskShort, PatchloomNotReady and PatchloomCustodyRefusing',
  options,
  async (context) => {
    const { daemon: well, before } = await openField(context);
    await well.stop();
    const scene = await openScene(context, { MAX_MESSAGE_BYTES: String(2 ** 50) });
    const daemon = await scene.serve();
    assert.match(await readiness(daemon), /^503 not ready: there is no room on the disk/);
    const [reply = ''] = await sendAll(daemon.smtpAddress, [mail('a1')]);
    assert.match(reply, /^452/);
    const trouble = await scrapedWhen(
      daemon,
      (now) => is('patchloom_worker_processes', 1)(now) && is('patchloom_queue_workers', 1)(now),
    );
    assert.equal(valueOf(trouble, 'patchloom_smtp_refusals_total{code="452"}'), 1);
    const fired = ['PatchloomDiskShort', 'PatchloomNotReady'];
    assertTrouble(before, trouble, fired);
    const scrapes = [
      { minute: 0, scrape: before },
      { minute: troubleMinute, scrape: trouble },
    ];
    assertFiring(scrapes, troubleMinute + 6, [...fired, 'PatchloomCustodyRefusing']);
    await daemon.stop();
  },
);

test(
  'a database that is read-only fires PatchloomNotReady and PatchloomCustodyRefusing',
  options,
  async (context) => {
    const { daemon, database, before } = await openField(context);
    await database.query('ALTER SYSTEM SET default_transaction_read_only = on');
    await database.query('SELECT pg_reload_conf()');
    await until('mail is refused', async () => {
      const [reply = ''] = await sendAll(daemon.smtpAddress, [mail('a2')]);
      return reply.startsWith('451 4.3.0');
    });
    const readOnly = /^503 not ready: the database is read-only/;
    await until('it is not ready', async () => readOnly.test(await readiness(daemon)));
    const trouble = await scrapedWhen(daemon, is('patchloom_ready', 0));
    const scrapes = [
      { minute: 0, scrape: before },
      { minute: troubleMinute, scrape: trouble },
    ];
    const fired = ['PatchloomNotReady', 'PatchloomCustodyRefusing'];
    assertFiring(scrapes, troubleMinute + 4, fired);
    await daemon.process.killGroup();
  },
);

test('commits that take seconds fire PatchloomCustodySlow', options, async (context) => {
  const { daemon, database, before } = await openField(context);
  await inTransaction(database, async (transaction) => {
    await transaction.query('LOCK TABLE patchloom.delivery IN EXCLUSIVE MODE');
    const sending = sendAll(daemon.smtpAddress, [mail('a2')]);
    await delay(2_600);
    await transaction.query('COMMIT');
    await transaction.query('BEGIN');
    assert.match(String(await sending), /^250/);
  });
  const trouble = await scrapedWhen(daemon, (now) => indexedCount(now) === 2);
  const scrapes = [
    { minute: 0, scrape: before },
    { minute: troubleMinute, scrape: trouble },
  ];
  assertFiring(scrapes, troubleMinute + 10, ['PatchloomCustodySlow']);
  await daemon.stop();
});

test('a list that has been silent for a day fires PatchloomNoMail', options, async (context) => {
  const { daemon, database, before } = await openField(context);
  await database.query(`UPDATE patchloom.delivery SET received_at = now() - interval '2 days'`);
  const series = 'patchloom_last_delivery_age_seconds';
  const trouble = await scrapedWhen(daemon, (now) => (now.get(series) ?? 0) > 86_400);
  const scrapes = [
    { minute: 0, scrape: before },
    { minute: 1, scrape: trouble },
  ];
  assertFiring(scrapes, 50, []);
  assertFiring(scrapes, 70, ['PatchloomNoMail']);
  await daemon.stop();
});

test(
  'a transaction that stays open for an hour fires PatchloomOldTransaction',
  options,
  async (context) => {
    const { daemon, database, before } = await openField(context);
    const series = 'patchloom_database_oldest_transaction_seconds';
    await inTransaction(database, async (transaction) => {
      await transaction.query('SELECT 1');
      const young = await scrapedWhen(daemon, (now) => (now.get(series) ?? 0) > 0);
      const older = await scrapedWhen(
        daemon,
        (now) => valueOf(now, series) > valueOf(young, series),
      );
      // As it goes on to grow: nobody waits for an hour here.
      const scrapes = Array.from({ length: 80 }, (_, minute) => {
        const seconds = valueOf(older, series) + 60 * minute;
        return { minute: minute + 1, scrape: new Map(older).set(series, seconds) };
      });
      assertFiring([{ minute: 0, scrape: before }, ...scrapes], 50, []);
      assertFiring([{ minute: 0, scrape: before }, ...scrapes], 70, ['PatchloomOldTransaction']);
    });
    await daemon.stop();
  },
);

test('answers that fail fire PatchloomApiErrors', options, async (context) => {
  const { daemon, database } = await openField(context);
  const url = `http://${daemon.httpAddress}/api/1.3/series/`;
  const status = async (): Promise<number> => (await fetch(url)).status;
  assert.equal(await status(), 200);
  const labels = 'method="GET",route="/api/1.3/series/",status="503"';
  const before = await scrapedWhen(daemon, is(`patchloom_http_requests_total{${labels}}`, 0));
  await database.query('ALTER TABLE patchloom.series RENAME TO gone');
  assert.deepEqual(await Promise.all([status(), status()]), [503, 503]);
  const trouble = await scrapedWhen(daemon, is(`patchloom_http_requests_total{${labels}}`, 2));
  const scrapes = [
    { minute: 0, scrape: before },
    { minute: troubleMinute, scrape: trouble },
  ];
  assertFiring(scrapes, troubleMinute + 8, ['PatchloomApiErrors']);
  await daemon.process.killGroup();
});

test(
  'webhooks that were given up, or that do not catch up, fire PatchloomWebhookDead and PatchloomWebhookLag',
  options,
  async (context) => {
    const { daemon, database, before } = await openField(context);
    await database.query(
      `INSERT INTO patchloom.webhook (url, secret, after_seq, died_at)
     VALUES ('https://a.example', '0123456789abcdef', 0, now()),
            ('https://b.example', '0123456789abcdef', 0, NULL)`,
    );
    await database.query(`UPDATE patchloom.webhook SET next_attempt_at = now() + interval '1 day'`);
    const trouble = await scrapedWhen(daemon, is('patchloom_dead_webhooks', 1));
    assert.ok(valueOf(trouble, 'patchloom_webhook_lag_events') > 0);
    assertTrouble(before, trouble, ['PatchloomWebhookDead', 'PatchloomWebhookLag']);
    await daemon.stop();
  },
);
