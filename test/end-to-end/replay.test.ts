import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readMbox } from '../../src/archive/read-mbox.ts';
import { openScene } from '../support/daemon-scene.ts';
import type { Scene } from '../support/daemon-scene.ts';
import { assertSameLines } from '../support/first-difference.ts';
import { mboxText } from '../support/mbox-text.ts';
import { runSeed } from '../support/seeded-random.ts';
import { syntheticList } from '../support/synthetic-list.ts';
import { until } from '../support/until.ts';

const seed = runSeed();

interface Summary {
  readonly replayed: number;
  readonly stored: number;
  readonly duplicate: number;
  readonly dead: number;
}

/** Counts of the line that a replay ends with; fails for any other output. */
function summaryOf(stdout: string): Summary {
  const line =
    /^replayed ([0-9]+), stored ([0-9]+), duplicate ([0-9]+), dead ([0-9]+) in [0-9.]+ s \([0-9]+\/s\)\n$/;
  const [, ...counts] = line.exec(stdout) ?? assert.fail(`no summary line: ${stdout}`);
  const [replayed = 0, stored = 0, duplicate = 0, dead = 0] = counts.map(Number);
  return { replayed, stored, duplicate, dead };
}

async function archiveIn(scene: Scene, name: string, content: Buffer): Promise<string> {
  const path = join(scene.dataFolder, name);
  await writeFile(path, content);
  return path;
}

async function replayIn(scene: Scene, ...args: string[]): Promise<Summary> {
  const { code, stdout, stderr } = await scene.run(['replay', ...args]);
  assert.equal(code, 0, stderr);
  return summaryOf(stdout);
}

/** Messages, one of them twice, so that an archive has a duplicate of its own. */
function someMessages(threadCount: number): Buffer[] {
  const raws = syntheticList(seed, threadCount);
  return [...raws, raws[0]!];
}

test(`a replay says what became of each message, and a second one stores nothing (PATCHLOOM_SEED=${seed})`, async (context) => {
  const scene = await openScene(context);
  const raws = someMessages(30);
  const archive = await archiveIn(scene, 'list.mbox', mboxText(raws));
  const dryRun = await scene.run(['replay', '--dry-run', archive]);
  assert.equal(dryRun.stdout, `would replay ${raws.length}\n`);
  const some = await replayIn(scene, '--limit', '10', archive);
  assert.deepEqual([some.replayed, some.stored + some.duplicate, some.dead], [10, 10, 0]);
  const first = await replayIn(scene, archive);
  assert.equal(first.replayed, raws.length);
  assert.ok(first.duplicate >= 11, 'the first ten and the copy');
  assert.equal(first.stored + first.duplicate, raws.length);
  const exported = await scene.exported();
  const second = await replayIn(scene, archive);
  assert.deepEqual(second, { replayed: raws.length, stored: 0, duplicate: raws.length, dead: 0 });
  assertSameLines(await scene.exported(), exported, 'after the second replay');
});

test('an archive cut short ends a replay with 65 and the offset; what came before is stored', async (context) => {
  const scene = await openScene(context);
  const packed = gzipSync(mboxText(syntheticList(seed, 30)));
  const archive = await archiveIn(scene, 'cut.mbox.gz', packed.subarray(0, packed.length / 2));
  const readable = await readableCount(archive);
  assert.ok(readable > 5, `${readable} readable messages`);
  const { code, stderr } = await scene.run(['replay', archive]);
  assert.equal(code, 65, stderr);
  assert.match(
    stderr,
    /cut\.mbox\.gz at offset [1-9][0-9]*: its gzip data is damaged or cut short/,
  );
  const { stdout } = await scene.run(['status', '--json']);
  const { stored, duplicate, waiting } = JSON.parse(stdout).deliveries;
  assert.deepEqual([stored + duplicate, waiting], [readable, 0]);
});

async function readableCount(archive: string): Promise<number> {
  let count = 0;
  const records = readMbox(archive, { maxMessageBytes: 1_000_000 });
  await assert.rejects(async () => {
    for await (const { raw } of records) count += raw === null ? 0 : 1;
  });
  return count;
}

test('what is no archive ends a replay with 65', async (context) => {
  const scene = await openScene(context);
  const note = await archiveIn(scene, 'note.txt', Buffer.from('Dear reader,\n\nno mbox.\n'));
  for (const path of [note, join(scene.dataFolder, 'nowhere.mbox'), dirname(note)]) {
    const { code, stderr } = await scene.run(['replay', path]);
    assert.equal(code, 65, `${path}: ${stderr}`);
  }
});

test('two replays at once each account for their own messages, and store every message once', async (context) => {
  const scene = await openScene(context);
  const raws = syntheticList(seed, 40);
  const whole = await archiveIn(scene, 'list.mbox', mboxText(raws));
  const backwards = await archiveIn(scene, 'other.mbox', mboxText(raws.toReversed()));
  const [one, same, other] = await Promise.all([
    replayIn(scene, whole),
    replayIn(scene, whole),
    replayIn(scene, backwards),
  ]);
  for (const summary of [one, same, other]) {
    assert.equal(summary.replayed, raws.length);
    assert.equal(summary.stored + summary.duplicate, raws.length);
    assert.equal(summary.dead, 0);
  }
  const lines = (await scene.exported()).split('\n').length - 1;
  assert.equal(one.stored + same.stored + other.stored, lines);
  const { stdout } = await scene.run(['status', '--json']);
  assert.equal(JSON.parse(stdout).deliveries.waiting, 0);
});

test('a replay that was killed and is run again ends as one that was not', async (context) => {
  const [scene, undisturbed] = [await openScene(context), await openScene(context)];
  const archive = await archiveIn(scene, 'list.mbox', mboxText(syntheticList(seed, 400)));
  const killed = scene.start(['replay', archive]);
  const database = await scene.database();
  await until('some messages are in custody', async () => {
    const { rows } = await database
      .query('SELECT count(*) AS count FROM patchloom.delivery')
      .catch(() => ({ rows: [{ count: 0 }] }));
    return rows[0].count > 0;
  });
  await killed.killGroup();
  await replayIn(scene, archive);
  const { stdout } = await scene.run(['status', '--json']);
  assert.equal(JSON.parse(stdout).deliveries.waiting, 0, 'indexed when the second replay returned');
  const again = await scene.exported();
  await replayIn(undisturbed, archive);
  assertSameLines(again, await undisturbed.exported(), 'after kill and second run');
});
