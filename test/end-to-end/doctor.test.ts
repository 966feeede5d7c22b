import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { statfs } from 'node:fs/promises';
import { Client } from 'pg';
import type { Finding } from '../../src/finding.ts';
import { needsRedis, RedisProcess } from '../fault/redis-process.ts';
import { openScene } from '../support/daemon-scene.ts';
import type { Scene } from '../support/daemon-scene.ts';
import type { Environment } from '../support/patchloom-process.ts';
import { PostgresProcess } from '../support/postgres-process.ts';
import { sampleMail } from '../support/sample-mail.ts';

interface Diagnosis {
  readonly code: number | null;
  readonly findings: readonly Finding[];
}

async function diagnose(scene: Scene, environment: Environment = {}): Promise<Diagnosis> {
  const { code, stdout, stderr } = await scene.run(['doctor', '--json'], { environment });
  assert.notEqual(stdout, '', stderr);
  return { code, findings: JSON.parse(stdout) };
}

/** Asserts that one check says so, with advice, and that the exit code goes with it. */
function requireFinding(
  { code, findings }: Diagnosis,
  check: string,
  level: 'warn' | 'fail',
  said: RegExp,
): void {
  const finding = findings.find((one) => one.check === check);
  assert.equal(finding?.level, level, `${check}: ${JSON.stringify(findings)}`);
  assert.match(`${finding.found}: ${finding.remedy}`, said);
  const isFailing = findings.some((one) => one.level === 'fail');
  assert.equal(code, isFailing ? 1 : 0);
}

test('doctor finds nothing wrong with a fresh installation but that it was never migrated: exit 0, a line each', async (context) => {
  const scene = await openScene(context);
  const before = await diagnose(scene);
  requireFinding(before, 'schema', 'warn', /^none yet: patchloom migrate/);
  assert.equal((await scene.run(['migrate'])).code, 0);
  const { code, stdout } = await scene.run(['doctor']);
  assert.equal(code, 0);
  assert.match(stdout, /^OK +Postgres: fsync +on$/m);
  assert.doesNotMatch(stdout, /FAIL|WARN/);
});

/** Each setting, what doctor calls it, and what it says. */
const badSettings: readonly [string, string, 'warn' | 'fail', RegExp][] = [
  ['fsync=off', 'Postgres: fsync', 'fail', /^off: .*ALTER SYSTEM SET fsync = on/],
  ['full_page_writes=off', 'Postgres: full_page_writes', 'fail', /^off: .*ALTER SYSTEM/],
  ['autovacuum=off', 'Postgres: autovacuum', 'warn', /^off: say ALTER SYSTEM/],
  ['default_transaction_read_only=on', 'Postgres: takes writes', 'fail', /^no: point DATABASE_URL/],
  ['max_connections=15', 'Postgres: connections', 'warn', /^1[0-9] free: raise max_connections/],
];

test('doctor finds each bad setting of a Postgres that it is given, all at once, and says what to do', async (context) => {
  const postgres = await PostgresProcess.start(
    context,
    badSettings.map(([setting]) => setting),
  );
  const scene = await openScene(context, { DATABASE_URL: postgres.url });
  const diagnosis = await diagnose(scene);
  for (const [, check, level, said] of badSettings) requireFinding(diagnosis, check, level, said);
});

test('doctor finds what options in DATABASE_URL do to our sessions, and a database that is not UTF8', async (context) => {
  const postgres = await PostgresProcess.start(context);
  const admin = new Client({ connectionString: postgres.url });
  await admin.connect();
  await admin.query(`CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0`);
  await admin.end();
  const options = encodeURIComponent('-c synchronous_commit=off -c timezone=Asia/Tokyo');
  const url = `${postgres.url.replace('postgres:///patchloom?', 'postgres:///latin?')}&options=${options}`;
  const diagnosis = await diagnose(await openScene(context, { DATABASE_URL: url }));
  requireFinding(diagnosis, 'Postgres: encoding', 'fail', /^LATIN1: move to a database with UTF8/);
  requireFinding(diagnosis, 'Postgres: synchronous_commit', 'fail', /^off: .*DATABASE_URL/);
  requireFinding(diagnosis, 'Postgres: timezone', 'fail', /^Asia\/Tokyo: .*ask for UTC/);
});

test('doctor says that the database does not answer', async (context) => {
  const scene = await openScene(context, { DATABASE_URL: 'postgres://127.0.0.1:1/patchloom' });
  requireFinding(await diagnose(scene), 'database', 'fail', /ECONNREFUSED.*: start it, or mend/);
});

test('doctor counts dead and unrouted mail, and sees mail that waits too long and a schema of a newer build', async (context) => {
  const scene = await openScene(context, { LISTS: 'known' });
  const input = sampleMail({ id: 'a1', subject: 'nobody takes it' });
  assert.equal((await scene.run(['deliver'], { input })).code, 0);
  const postgres = scene.start(['smtp']);
  await postgres.firstLine();
  const database = await scene.database();
  requireFinding(await diagnose(scene), 'unrouted messages', 'warn', /^1: patchloom list unrouted/);
  await database.query(`UPDATE patchloom.delivery SET outcome = 'dead'`);
  requireFinding(await diagnose(scene), 'dead letters', 'warn', /^1: patchloom dead ls/);
  await database.query(
    `UPDATE patchloom.delivery SET outcome = NULL, received_at = now() - interval '2 minutes'`,
  );
  const waiting = 'oldest waiting message';
  requireFinding(await diagnose(scene), waiting, 'warn', /^for 1[2-9][0-9] s: start patchloom/);
  await database.query(`UPDATE patchloom.delivery SET received_at = now() - interval '11 minutes'`);
  requireFinding(await diagnose(scene), waiting, 'fail', /^for 6[0-9]{2} s: start patchloom/);
  await database.query('INSERT INTO patchloom.schema_version (version) VALUES (999999)');
  requireFinding(await diagnose(scene), 'schema', 'fail', /^999999: deploy the newer build first/);
});

test('doctor sees that the disk fills up, and that it has no room', async (context) => {
  const scene = await openScene(context);
  const { bavail, bsize } = await statfs(scene.dataFolder);
  const free = bavail * bsize;
  const room = async (share: number): Promise<Diagnosis> =>
    diagnose(scene, { MAX_MESSAGE_BYTES: String(Math.floor(free / share)) });
  requireFinding(await room(10), 'disk', 'warn', /MiB free: make room where/);
  requireFinding(await room(1), 'disk', 'fail', /MiB free: make room where/);
});

test("doctor sees a clock that is not the database's", async (context) => {
  const scene = await openScene(context);
  const shift = 'const now = Date.now; Date.now = () => now() + 3600000;';
  const early = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(shift)}` };
  requireFinding(await diagnose(scene, early), 'clock', 'warn', /^3600 s from .*: set both clocks/);
});

async function diagnoseRedis(
  context: TestContext,
  settings: readonly string[],
): Promise<Diagnosis> {
  const redis = await RedisProcess.start(context, settings);
  return diagnose(await openScene(context, { REDIS_URL: redis.url }));
}

test(
  'doctor finds a Redis that throws jobs away, forgets them, or is full, and says what to set',
  { skip: needsRedis },
  async (context) => {
    const bad = ['--maxmemory-policy', 'allkeys-lru', '--appendonly', 'no', '--maxmemory', '1mb'];
    const diagnosis = await diagnoseRedis(context, bad);
    requireFinding(diagnosis, 'Redis: maxmemory-policy', 'fail', /^allkeys-lru: say CONFIG SET/);
    requireFinding(diagnosis, 'Redis: appendonly', 'warn', /^no: set appendonly yes/);
    requireFinding(
      diagnosis,
      'Redis: memory',
      'warn',
      /^[0-9]+ of 1048576 octets: raise maxmemory/,
    );
  },
);

test(
  'doctor finds nothing wrong with a Redis that keeps what it is given, and says when it does not answer',
  { skip: needsRedis },
  async (context) => {
    const { findings } = await diagnoseRedis(context, []);
    const redis = findings.filter(({ check }) => check === 'queue' || check.startsWith('Redis'));
    assert.equal(redis.length, 5);
    assert.ok(redis.every(({ level }) => level === 'ok'));
    const scene = await openScene(context, { REDIS_URL: 'redis://127.0.0.1:1' });
    requireFinding(await diagnose(scene), 'queue', 'fail', /does not answer: start Redis/);
  },
);
