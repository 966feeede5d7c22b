import { test } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { patchId } from '../../src/patch/patch-id.ts';
import { corpusDiffs, corpusSkip, type CorpusDiff } from './corpus-diffs.ts';

/** Message-IDs of diffs for which ours is known to differ, each with the reason. There are none. */
const knownExceptions: ReadonlyMap<string, string> = new Map();

function commitLine(index: number): string {
  return `commit ${(index + 1).toString(16).padStart(40, '0')}\n`;
}

/** git's id of each diff, by its place: one run of git for all, a line "commit …" before each tells them apart. */
function gitPatchIds(diffs: readonly CorpusDiff[]): Map<number, string> {
  const input = diffs.map(({ diff }, index) => `${commitLine(index)}${diff}\n`).join('');
  const { stdout } = spawnSync('git', ['patch-id', '--stable'], {
    input,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  const ids = new Map<number, string>();
  for (const line of stdout.split('\n')) {
    const [id = '', commit = '0'] = line.split(' ');
    const place = Number.parseInt(commit, 16) - 1;
    // What git reads after the end of a patch is one more patch without a commit.
    if (place >= 0) ids.set(place, id);
  }
  return ids;
}

test(
  'every diff of the corpus that git gives a patch-id has the same here',
  { skip: corpusSkip },
  async () => {
    const diffs: CorpusDiff[] = [];
    for await (const diff of corpusDiffs()) diffs.push(diff);
    const gitIds = gitPatchIds(diffs);
    assert.ok(gitIds.size > 3000, `git gave ${gitIds.size} ids`);
    const different = diffs.filter(
      ({ messageId, diff }, place) =>
        !knownExceptions.has(messageId) && patchId(diff) !== (gitIds.get(place) ?? null),
    );
    assert.deepEqual(
      different.map(({ messageId }) => messageId),
      [],
    );
  },
);
