import assert from 'node:assert/strict';
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { openScene } from '../support/daemon-scene.ts';
import type { Scene } from '../support/daemon-scene.ts';
import { mboxText } from '../support/mbox-text.ts';
import { patchText, sampleMail } from '../support/sample-mail.ts';
import { until } from '../support/until.ts';
import { commandSkip, writtenFile, writtenMaildir } from '../support/written-archives.ts';
import { adding, writeInboxV2 } from '../support/written-inbox.ts';

const messages = Array.from({ length: 12 }, (_, index) =>
  sampleMail({ id: `m${index}`, subject: `[PATCH] change ${index}`, body: patchText(`c${index}`) }),
);

async function replayed(
  scene: Scene,
  ...args: string[]
): Promise<{ summary: string; stderr: string }> {
  const { code, stdout, stderr } = await scene.run(['replay', ...args]);
  assert.equal(code, 0, stderr);
  return { summary: stdout.replace(/ in .*\n$/, ''), stderr };
}

async function deliveryCount(scene: Scene): Promise<number> {
  const { stdout } = await scene.run(['status', '--json']);
  const counts = Object.values(JSON.parse(stdout).deliveries as Record<string, number>);
  return counts.reduce((sum, count) => sum + count, 0);
}

test('a second replay reads nothing again, and one of a grown mbox only what is new', async (context) => {
  const scene = await openScene(context);
  const archive = writtenFile(join(scene.dataFolder, 'list.mbox'), mboxText(messages.slice(0, 8)));
  assert.equal(
    (await replayed(scene, archive)).summary,
    'replayed 8, stored 8, duplicate 0, dead 0',
  );
  const second = await replayed(scene, archive);
  assert.equal(second.summary, 'replayed 8, stored 0, duplicate 8, dead 0');
  assert.match(second.stderr, /list\.mbox: going on after the 8 messages of earlier replays/);
  assert.equal(await deliveryCount(scene), 8, 'nothing was taken twice');
  await appendFile(archive, mboxText(messages.slice(8)));
  const third = await replayed(scene, archive);
  assert.equal(third.summary, 'replayed 12, stored 4, duplicate 8, dead 0');
  assert.equal(await deliveryCount(scene), 12);
  const again = await replayed(scene, '--from-start', archive);
  assert.equal(again.summary, 'replayed 12, stored 0, duplicate 12, dead 0');
  assert.doesNotMatch(again.stderr, /going on/);
  assert.equal(await deliveryCount(scene), 24, 'duplicates are counted');
  await writeFile(archive, mboxText(messages.toReversed()));
  const changed = await replayed(scene, archive);
  assert.equal(changed.summary, 'replayed 12, stored 0, duplicate 12, dead 0');
  assert.match(changed.stderr, /is not what it was when it was last replayed/);
});

test('a limit counts from the start of the archive, so that the same command says the same', async (context) => {
  const scene = await openScene(context);
  const archive = writtenFile(join(scene.dataFolder, 'list.mbox'), mboxText(messages));
  const summaries: string[] = [];
  for (const limit of ['5', '5', '3', '7']) {
    summaries.push((await replayed(scene, '--limit', limit, archive)).summary);
  }
  assert.deepEqual(summaries, [
    'replayed 5, stored 5, duplicate 0, dead 0',
    'replayed 5, stored 0, duplicate 5, dead 0',
    'replayed 3, stored 0, duplicate 3, dead 0',
    'replayed 7, stored 2, duplicate 5, dead 0',
  ]);
});

test('a replay for another list, or of other dates, has a place of its own', async (context) => {
  const scene = await openScene(context);
  const dated = [0, 1, 2, 3].map((day) =>
    sampleMail({ id: `d${day}`, subject: `day ${day}`, minute: day * 24 * 60 }),
  );
  const undated = sampleMail({ id: 'd4', subject: 'no day', minute: null });
  const archive = writtenFile(join(scene.dataFolder, 'list.mbox'), mboxText([...dated, undated]));
  const window = ['--since', '2026-03-03', '--until', '2026-03-04'];
  const some = await replayed(scene, ...window, archive);
  assert.equal(some.summary, 'replayed 3, stored 3, duplicate 0, dead 0');
  assert.match(some.stderr, /list\.mbox: 2 outside --since and --until/);
  const dryRun = await scene.run(['replay', '--dry-run', ...window, archive]);
  assert.equal(dryRun.stdout, 'would replay 3\n');
  assert.equal(
    (await replayed(scene, archive)).summary,
    'replayed 5, stored 2, duplicate 3, dead 0',
  );
  const other = await replayed(scene, '--list-id', 'other.example', archive);
  assert.equal(other.summary, 'replayed 5, stored 5, duplicate 0, dead 0');
  const wrong = await scene.run(['replay', '--since', 'yesterday', archive]);
  assert.equal(wrong.code, 64);
});

test('a folder of archives is replayed whole, also where one of them is damaged', async (context) => {
  const scene = await openScene(context);
  const folder = join(scene.dataFolder, 'archives');
  const packed = gzipSync(mboxText(messages.slice(0, 3)));
  writtenFile(join(folder, 'a.mbox.gz'), packed.subarray(0, packed.length - 9));
  writtenFile(join(folder, 'b', 'list.mbox'), mboxText(messages.slice(3, 6)));
  writtenFile(join(folder, 'b', 'README'), Buffer.from('not an mbox\n'));
  writtenMaildir(join(folder, 'c'), messages.slice(6, 9));
  const { code, stdout, stderr } = await scene.run(['replay', folder]);
  assert.equal(code, 65, stderr);
  assert.match(stderr, /a\.mbox\.gz at offset [1-9][0-9]*: its gzip data is damaged/);
  assert.match(stderr, /README: skipped, no archive/);
  assert.match(stdout, /^replayed [678], stored [678], duplicate 0, dead 0 in /);
  assert.match(await scene.exported(), /m8@brook/);
});

test('progress and summary as JSON Lines', async (context) => {
  const scene = await openScene(context);
  const archive = writtenFile(join(scene.dataFolder, 'list.mbox'), mboxText(messages));
  const { code, stdout, stderr } = await scene.run(['replay', '--json', archive]);
  assert.equal(code, 0, stderr);
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(lines[0], { event: 'start', archive, start: 'new', earlier: 0 });
  const { seconds, perSecond, ...summary } = lines.at(-1);
  assert.ok(seconds > 0 && perSecond > 0);
  assert.deepEqual(summary, {
    event: 'summary',
    replayed: 12,
    stored: 12,
    duplicate: 0,
    dead: 0,
    unrouted: 0,
    oversized: 0,
    earlier: 0,
    outside: 0,
  });
});

test(
  'SIGINT ends a replay of a public-inbox between two commits, and the next one goes on there',
  { skip: commandSkip('git') },
  async (context) => {
    const scene = await openScene(context);
    const archive = join(scene.dataFolder, '0.git');
    const many = Array.from({ length: 6_000 }, (_, index) =>
      sampleMail({ id: `i${index}`, subject: `note ${index}` }),
    );
    writeInboxV2(archive, adding(many));
    const stopped = scene.start(['replay', archive]);
    const database = await scene.database();
    await until('some messages are in custody', async () => {
      const { rows } = await database
        .query('SELECT count(*) AS count FROM patchloom.replay_mark')
        .catch(() => ({ rows: [{ count: 0 }] }));
      return rows[0].count > 0;
    });
    stopped.signal('SIGINT');
    const { code, stdout, stderr } = await stopped.result();
    assert.equal(code, 75, stderr);
    assert.match(stderr, /stopped: the same command goes on from here/);
    const [, first = ''] = /^replayed ([0-9]+), stored \1, duplicate 0, dead 0/.exec(stdout) ?? [];
    assert.ok(Number(first) > 0 && Number(first) < many.length, stdout);
    const { summary } = await replayed(scene, archive);
    const rest = many.length - Number(first);
    assert.equal(summary, `replayed 6000, stored ${rest}, duplicate ${first}, dead 0`);
    assert.equal(await deliveryCount(scene), many.length);
  },
);
