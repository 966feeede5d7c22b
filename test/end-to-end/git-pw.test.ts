import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { clientSkip, openClientScene } from './client-scene.ts';
import type { ClientScene } from './client-scene.ts';

const skip = clientSkip('git-pw');

/** Runs git-pw as its user configures it. */
function gitPw(scene: ClientScene): (...args: readonly string[]) => Promise<string> {
  const { site, token } = scene;
  const settings = ['--server', `${site}/api/1.2`, '--token', token, '--project', 'brook'];
  return async (...args) => scene.run('git-pw', [...settings, ...args]);
}

async function headTree(scene: ClientScene): Promise<string> {
  return (await scene.run('git', ['rev-parse', 'HEAD^{tree}'])).trim();
}

async function backToBase(scene: ClientScene): Promise<void> {
  await scene.run('git', ['reset', '--quiet', '--hard', 'base']);
}

test(
  'git-pw lists, shows, downloads and updates patches, and what it applies is what was sent',
  { skip },
  async (context) => {
    const scene = await openClientScene(context);
    const pw = gitPw(scene);
    const patches = await scene.ask('/api/patches/?order=id');
    const [first, , third] = patches;
    const listed = await pw('patch', 'list', '--format', 'simple');
    for (const patch of patches) assert.match(listed, new RegExp(`^ *${patch.id} `, 'm'));
    assert.match(
      await pw('patch', 'list', '--format', 'csv', '--submitter', 'Zoë', 'step 2'),
      /step 2/,
    );
    assert.match(
      await pw('patch', 'show', String(first.id), '--format', 'simple'),
      /\[v2,1\/3\] gauge: step 1/,
    );

    await pw('patch', 'download', String(third.id), join(scene.clone, 'p.mbox'));
    assert.match(await readFile(join(scene.clone, 'p.mbox'), 'utf8'), /^From patchwork /);
    await pw('patch', 'download', '--diff', String(third.id));
    const [saved = ''] = (await readdir(scene.home, { recursive: true })).filter((name) =>
      name.endsWith('/v2-3-3-gauge-step-3.diff'),
    );
    const diff = await readFile(join(scene.home, saved), 'utf8');
    assert.equal(diff, (await scene.ask(`/api/patches/${third.id}/`)).diff);

    await pw('patch', 'apply', '--no-deps', String(first.id));
    assert.equal(await headTree(scene), scene.sentTrees[0]);
    await backToBase(scene);
    await pw('patch', 'apply', String(third.id));
    assert.equal(await headTree(scene), scene.sentTrees[2], 'with the patches before it');

    const update = ['--state', 'under-review', '--delegate', 'mo', '--archived', 'False'];
    await pw('patch', 'update', ...update, '--commit-ref', 'abc', String(first.id));
    const updated = await scene.ask(`/api/patches/${first.id}/`);
    assert.deepEqual(
      [updated.state, updated.delegate.username, updated.archived, updated.commit_ref],
      ['under-review', 'mo', false, 'abc'],
    );
    const missing = [
      '--server',
      `${scene.site}/api/1.2`,
      '--token',
      scene.token,
      '--project',
      'brook',
    ];
    await scene.run('git-pw', [...missing, 'patch', 'update', '--state', 'new', '999999'], 1);
  },
);

test('git-pw lists, shows, downloads and applies a series', { skip }, async (context) => {
  const scene = await openClientScene(context);
  const pw = gitPw(scene);
  const [series] = await scene.ask('/api/series/');
  assert.match(
    await pw('series', 'list', '--format', 'simple'),
    new RegExp(`^ *${series.id} +.*gauge: three steps`, 'm'),
  );
  assert.match(await pw('series', 'show', String(series.id), '--format', 'simple'), /step 3/);
  await pw('series', 'download', String(series.id), join(scene.clone, 's.mbox'));
  const mbox = await readFile(join(scene.clone, 's.mbox'), 'utf8');
  assert.equal(mbox.match(/^From patchwork /gm)?.length, 3);
  await pw('series', 'apply', String(series.id));
  assert.equal(await headTree(scene), scene.sentTrees[2]);
  const log = await scene.run('git', ['log', '--format=%an <%ae>|%B', 'base..HEAD']);
  assert.match(
    log,
    /Zoë Brook <zoe@brook\.example>\|gauge: step 3\n\nFrom now on it is 3, für alle\./,
  );
});

test('git-pw makes, fills, lists, applies and removes a bundle', { skip }, async (context) => {
  const scene = await openClientScene(context);
  const pw = gitPw(scene);
  const ids = (await scene.ask('/api/patches/?order=id')).map(({ id }: { id: number }) =>
    String(id),
  );
  await pw('bundle', 'create', '--public', 'mine', ids[0], ids[1]);
  assert.match(await pw('bundle', 'list', '--format', 'simple'), /mine/);
  const [bundle] = await scene.ask('/api/bundles/');
  const id = String(bundle.id);
  assert.match(await pw('bundle', 'show', 'mine', '--format', 'simple'), /step 2/);
  await pw('bundle', 'add', id, ids[2]);
  await pw('bundle', 'remove', id, ids[1]);
  const patchesOf = async (): Promise<Set<string>> =>
    new Set(
      (await scene.ask(`/api/bundles/${id}/`)).patches.map((patch: { id: number }) =>
        String(patch.id),
      ),
    );
  assert.deepEqual(await patchesOf(), new Set([ids[0], ids[2]]));
  await pw(
    'bundle',
    'update',
    '--name',
    'ours',
    '--patch',
    ids[0],
    '--patch',
    ids[1],
    '--patch',
    ids[2],
    id,
  );
  const [renamed] = await scene.ask('/api/bundles/');
  assert.deepEqual([renamed.name, renamed.patches.length], ['ours', 3]);
  await pw('bundle', 'download', id, join(scene.clone, 'b.mbox'));
  await pw('bundle', 'apply', id);
  assert.equal(await headTree(scene), scene.sentTrees[2]);
  await pw('bundle', 'delete', id);
  assert.deepEqual(await scene.ask('/api/bundles/'), []);
});
