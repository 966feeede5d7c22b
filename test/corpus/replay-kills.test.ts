import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { corpusSkip } from '../support/corpus.ts';
import { openScene } from '../support/daemon-scene.ts';
import type { Scene } from '../support/daemon-scene.ts';
import type { Database } from '../../src/store/database.ts';
import { assertSameLines } from '../support/first-difference.ts';
import { runSeed, seededRandom } from '../support/seeded-random.ts';
import { folderOf } from '../support/test-folder.ts';
import { writtenForms } from '../support/written-archives.ts';
import { corpusMessages } from './corpus-messages.ts';

/** PATCHLOOM_REPLAY_KILLS=20 takes the whole corpus. */
const killCount = Number(process.env['PATCHLOOM_REPLAY_KILLS'] ?? 3);
const messageCount = killCount > 3 ? 10_000 : 1_000;
const seed = runSeed();

interface Custody {
  readonly deliveryCount: number;
  /** Places of the archive that were taken more than once. */
  readonly repeatedCount: number;
}

/** What was taken so far; none while there is no database. */
async function custodyIn(database: Database): Promise<Custody> {
  const { rows } = await database
    .query<Custody>(
      `SELECT count(*) AS "deliveryCount",
         count(*) - count(DISTINCT (source, position)) AS "repeatedCount" FROM patchloom.delivery`,
    )
    .catch(() => ({ rows: [{ deliveryCount: 0, repeatedCount: 0 }] }));
  return rows[0]!;
}

/** Starts a replay and kills it, with all its workers, once it has taken `goal` messages; false when it ended before. */
async function killedAt(
  scene: Scene,
  database: Database,
  archive: string,
  goal: number,
): Promise<boolean> {
  const replay = scene.start(['replay', archive]);
  const state = { hasEnded: false };
  void replay.result().then(() => (state.hasEnded = true));
  while (!state.hasEnded && (await custodyIn(database)).deliveryCount < goal) await delay(20);
  const isInTheMiddle = !state.hasEnded;
  await replay.killGroup();
  return isInTheMiddle;
}

for (const name of ['mbox', 'public-inbox v2']) {
  const form = writtenForms.find((one) => one.name === name)!;
  test(
    `a replay of ${messageCount} messages (${name}) that is killed ${killCount} times ends as one that was not, and nothing is read twice (PATCHLOOM_SEED=${seed})`,
    { skip: corpusSkip || form.skip },
    async (context) => {
      const archive = form.write(
        join(await folderOf(context), 'list'),
        await corpusMessages(messageCount),
      );
      const undisturbed = await openScene(context, { WORKERS: '2' });
      assert.equal((await undisturbed.run(['replay', archive])).code, 0);
      const scene = await openScene(context, { WORKERS: '2' });
      const database = await scene.database();
      const { below } = seededRandom(seed);
      const goals = Array.from({ length: killCount }, () => below(messageCount));
      let happenedCount = 0;
      for (const goal of goals.toSorted((a, b) => a - b)) {
        if (await killedAt(scene, database, archive, goal)) happenedCount += 1;
      }
      const { code, stdout, stderr } = await scene.run(['replay', archive]);
      assert.equal(code, 0, stderr);
      assert.match(stdout, new RegExp(`^replayed ${messageCount}, .*, dead 0 in `));
      const daemon = await scene.serve();
      const { deliveryCount, repeatedCount } = await custodyIn(database);
      await daemon.stop();
      context.diagnostic(
        `${happenedCount} of ${killCount} kills in the middle; ${deliveryCount} deliveries, ${repeatedCount} places twice`,
      );
      assert.ok(happenedCount > 0);
      assert.deepEqual([deliveryCount, repeatedCount], [messageCount, 0]);
      assertSameLines(await scene.exported(), await undisturbed.exported(), 'after the kills');
    },
  );
}
