import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { test } from 'node:test';
import { openScene } from '../support/daemon-scene.ts';
import { siteFiles, siteMail, writtenSite } from '../support/patchwork-site.ts';

test('an operator imports a site, and replays or takes its mail afterwards', async (context) => {
  const scene = await openScene(context);
  const folder = await writtenSite(siteFiles);
  context.after(() => rm(folder, { recursive: true }));

  const imported = await scene.run(['import-patchwork', folder]);
  assert.equal(imported.code, 0, imported.stderr);
  assert.match(
    imported.stdout,
    /^imported 2 projects, 2 users, 3 people, 4 states, 4 patches, 1 covers, 2 comments, 3 series, 2 checks, 1 bundles$/m,
  );
  assert.match(imported.stdout, /^note: 7 patches, covers and comments wait for their mail/m);

  await scene.run(['deliver'], { input: siteMail[1]! });
  const daemon = await scene.serve();
  const running = await scene.run(['import-patchwork', folder]);
  assert.equal(running.code, 75, 'a daemon runs');
  await daemon.stop();
  const wrong = await scene.run(['import-patchwork', `${folder}/states.json`]);
  assert.equal(wrong.code, 65, wrong.stderr);
  assert.match(wrong.stderr, /states\.json, line 1[0-9]: no rows of Patchwork's tables/);
});
