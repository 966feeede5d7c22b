import assert from 'node:assert/strict';
import { test } from 'node:test';
import { corpusArchive, corpusSkip } from '../support/corpus.ts';
import { openScene } from '../support/daemon-scene.ts';

test(
  'of 10,000 messages of a real list none is dead, and a second replay stores none',
  { skip: corpusSkip },
  async (context) => {
    const scene = await openScene(context, { WORKERS: '2' });
    const first = await scene.run(['replay', corpusArchive]);
    assert.equal(first.code, 0, first.stderr);
    const [, stored = '', duplicate = ''] =
      /^replayed 10000, stored ([0-9]+), duplicate ([0-9]+), dead 0 in /.exec(first.stdout) ?? [];
    assert.equal(Number(stored) + Number(duplicate), 10_000, first.stdout);
    assert.equal((await scene.exported()).split('\n').length - 1, Number(stored));
    const second = await scene.run(['replay', corpusArchive]);
    assert.match(second.stdout, /^replayed 10000, stored 0, duplicate 10000, dead 0 in /);
  },
);
