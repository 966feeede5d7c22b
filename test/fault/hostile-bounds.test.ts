import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/package-root.ts';
import type { Database } from '../../src/store/database.ts';
import { hostileMails, maxHostileBytes, ordinaryDiff } from '../support/hostile-mail.ts';
import type { HostileMail } from '../support/hostile-mail.ts';
import { takeAll } from '../support/index-mail.ts';
import { sampleMail } from '../support/sample-mail.ts';
import { openTestDatabase } from '../support/test-database.ts';
import { makeTestFolder } from '../support/test-folder.ts';

/** PATCHLOOM_HOSTILE_BYTES=26214400 makes each message as large as the default limit allows. */
const hostileBytes = Number(process.env['PATCHLOOM_HOSTILE_BYTES'] ?? 1024 * 1024);
const isLong = hostileBytes > 8 * 1024 * 1024;

/** What one message may cost before it is stored with the facts of its header only. */
const maxCpuMs = 10_000;
const maxResidentMb = 512;

interface Cost {
  readonly cpuMs: number;
  /** The most that the process ever had. */
  readonly residentMb: number;
  readonly flags: readonly string[];
}

/** Runs a compiled script beside this one; the lines of JSON that it prints. Fails when it does not end with 0. */
async function measured(
  script: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Cost[]> {
  const path = join(packageRoot, 'dist', 'test', 'fault', script);
  const env = { ...process.env, ...environment };
  const { stdout } = await promisify(execFile)(process.execPath, [path, ...args], { env });
  return stdout
    .trim()
    .split('\n')
    .map((line): Cost => JSON.parse(line));
}

/** What parsing messages cost, in a process of their own. */
async function parsingCosts(raws: readonly Buffer[]): Promise<Cost[]> {
  const folder = await makeTestFolder();
  try {
    const files = raws.map((_, index) => join(folder, `${index}.eml`));
    for (const [index, file] of files.entries()) await writeFile(file, raws[index]!);
    return await measured('parse-measured.js', files);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Forms that are measured in one process; the largest have one each, so that their memory is their own. */
const groups: readonly (readonly HostileMail[])[] = isLong
  ? hostileMails.map((mail) => [mail])
  : [hostileMails];

test(`a message of ${hostileBytes} hostile bytes takes 10 s of CPU time and 512 MB at most: ${hostileMails.length} forms`, async (context) => {
  for (const group of groups) {
    const costs = await parsingCosts(group.map(({ write }) => write(hostileBytes)));
    for (const [index, { name }] of group.entries()) {
      const { cpuMs, residentMb, flags } = costs[index]!;
      if (isLong) context.diagnostic(`${cpuMs} ms, ${residentMb} MB: ${name} {${flags.join()}}`);
      assert.ok(cpuMs <= maxCpuMs, `${name}: ${cpuMs} ms`);
      assert.ok(residentMb <= maxResidentMb, `${name}: ${residentMb} MB`);
    }
  }
});

test('a diff of 10 MB takes 1 s of CPU time at most, and all of it is read', async (context) => {
  const diff = ordinaryDiff(10_000_000);
  const raw = sampleMail({ id: 'long', subject: '[PATCH] long', body: `Long.\n---\n${diff}` });
  const [cost] = await parsingCosts([raw]);
  assert.ok(cost !== undefined);
  context.diagnostic(`${cost.cpuMs} ms, ${cost.residentMb} MB`);
  assert.deepEqual(cost.flags, []);
  assert.ok(cost.cpuMs <= 1_000, `${cost.cpuMs} ms`);
});

/** The dearest in the database: most text, most wide letters, most escapes, most rows, and those that break a bound. */
const dearest = [
  'noise in Thai',
  'noise in Thai, half of it a diff',
  'a diff of long file names in Thai',
  'a diff of hunks and noise in Thai',
  'backslashes and a wide letter',
  'trailers of 60 KB of quotes and a wide letter',
  'NULs',
  'invalid UTF-8',
  'a diff with wide letters',
  'a diff of 1,000,000 files',
  '1,000,000 references',
  'trailers',
  'utf-7',
  'quoted-printable of blanks before soft breaks',
];

interface StoredRow {
  readonly outcome: string | null;
  readonly reason: string | null;
}

async function rowOf(database: Database, deliveryId: number): Promise<StoredRow | undefined> {
  const { rows } = await database.query<StoredRow>(
    `SELECT d.outcome, l.reason FROM patchloom.delivery d
     LEFT JOIN patchloom.dead_letter l ON l.delivery_id = d.id WHERE d.id = $1`,
    [deliveryId],
  );
  return rows[0];
}

test(`a message of ${hostileBytes} hostile bytes is stored, at the same cost: the ${dearest.length} dearest forms`, async (context) => {
  const { database, url } = await openTestDatabase(context);
  for (const { name, write } of hostileMails.filter((mail) => dearest.includes(mail.name))) {
    const [receipt] = await takeAll(database, [write(hostileBytes)]);
    const id = receipt!.deliveryId;
    const [cost] = await measured('index-measured.js', [String(id)], { DATABASE_URL: url });
    const { cpuMs, residentMb } = cost!;
    if (isLong) context.diagnostic(`${cpuMs} ms, ${residentMb} MB: ${name}`);
    assert.deepEqual(await rowOf(database, id), { outcome: 'stored', reason: null }, name);
    assert.ok(cpuMs <= maxCpuMs, `${name}: ${cpuMs} ms`);
    assert.ok(residentMb <= maxResidentMb, `${name}: ${residentMb} MB`);
  }
});

test('messages of 25 MiB that wait together take no more memory than one or two', async (context) => {
  const { database, url } = await openTestDatabase(context);
  const text = 'A line that is no diff, as long as lines are.\n'.repeat(maxHostileBytes / 47);
  const ids: number[] = [];
  for (let index = 0; index < (isLong ? 12 : 6); index += 1) {
    const raw = sampleMail({ id: `large${index}`, subject: 'large', body: text });
    const [receipt] = await takeAll(database, [raw]);
    ids.push(receipt!.deliveryId);
  }
  const [cost] = await measured('index-measured.js', ids.map(String), { DATABASE_URL: url });
  context.diagnostic(`${cost!.residentMb} MB`);
  for (const id of ids) assert.equal((await rowOf(database, id))?.outcome, 'stored');
  assert.ok(cost!.residentMb <= maxResidentMb, `${cost!.residentMb} MB`);
});
