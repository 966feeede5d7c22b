import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { clientSkip, openClientScene } from './client-scene.ts';

const skip = clientSkip('b4');

test(
  'b4 takes a patch by the address that the API gives, and sets the state of the series',
  { skip },
  async (context) => {
    const scene = await openClientScene(context);
    const [first] = await scene.ask('/api/patches/?order=id');
    const settings = {
      'user.name': 'Mo Mill',
      'user.email': 'mo@brook.example',
      'b4.pw-url': scene.site,
      'b4.pw-key': scene.token,
      'b4.pw-project': 'brook',
      'b4.pw-review-state': 'under-review',
    };
    for (const [name, value] of Object.entries(settings)) {
      await scene.run('git', ['config', name, value]);
    }
    const mbox = join(scene.clone, 'thread.mbox');
    const [series] = await scene.ask('/api/series/');
    const text = await (await fetch(series.mbox)).text();
    // Python's mailbox takes any such line after a blank one for the next message; git does not.
    await writeFile(mbox, text.replace(/^From (?!patchwork)/gm, '>From '));
    await scene.run('b4', ['--offline-mode', 'am', '-o', scene.clone, '-m', mbox, first.web_url]);
    const files = await readdir(scene.clone);
    assert.ok(
      files.some((file) => file.endsWith('.mbx')),
      files.join(' '),
    );
    const states = (await scene.ask('/api/patches/')).map(({ state }: { state: string }) => state);
    assert.deepEqual(states, ['under-review', 'under-review', 'under-review']);
  },
);
