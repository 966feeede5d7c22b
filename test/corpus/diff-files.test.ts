import { test } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { diffFiles, type DiffFile } from '../../src/patch/diff-files.ts';
import { splitDiff } from '../../src/patch/split-diff.ts';
import { corpusDiffs, corpusSkip, type CorpusDiff } from './corpus-diffs.ts';

const sampleSize = 400;
const everyNth = 8;

/** "2 1 fs/x.c" a file, sorted, and how often each of create, delete, rename, copy; null when git refuses the diff. */
function gitSummary(diff: string): { counts: string[]; changes: string[] } | null {
  const { status, stdout } = spawnSync('git', ['apply', '--numstat', '--summary', '-z', '-p1'], {
    input: diff,
    cwd: tmpdir(),
    encoding: 'utf8',
  });
  if (status !== 0) return null;
  const records = stdout.split('\0');
  const counts = records.filter((record) => /^[0-9-]+\t/.test(record));
  const summary = records.filter((record) => !/^[0-9-]+\t/.test(record)).join('\n');
  const changes = [...summary.matchAll(/^ (create|delete|rename|copy) /gm)].map(([word]) =>
    word.trim(),
  );
  return {
    counts: counts.map((count) => count.replaceAll('\t', ' ')).toSorted(),
    changes: changes.toSorted(),
  };
}

const wordsOfGit: Partial<Record<DiffFile['change'], string>> = {
  added: 'create',
  deleted: 'delete',
  renamed: 'rename',
  copied: 'copy',
};

/** The same of our files; git apply -p1 eats the first directory of names without a/ and b/, where we keep it. */
function ourSummary(
  files: readonly DiffFile[],
  isWithoutPrefix: boolean,
): { counts: string[]; changes: string[] } {
  const counts = files.map(({ oldPath, newPath, isBinary, addedLineCount, deletedLineCount }) => {
    const path = newPath ?? oldPath ?? '';
    const lines = isBinary ? '- -' : `${addedLineCount} ${deletedLineCount}`;
    return `${lines} ${isWithoutPrefix ? path.slice(path.indexOf('/') + 1) : path}`;
  });
  const changes = files
    .map(({ change }) => wordsOfGit[change])
    .filter((word) => word !== undefined);
  return { counts: counts.toSorted(), changes: changes.toSorted() };
}

function hasNoPrefix(diff: string): boolean {
  return (
    /^(?:---|\+\+\+) (?![abiw12]\/|\/dev\/null|[^/\n]*\.orig\/)/m.test(diff) &&
    !/^diff --git a\//m.test(diff)
  );
}

test(
  'files and counts of the corpus are those of git apply --numstat --summary',
  { skip: corpusSkip },
  async () => {
    const different: CorpusDiff[] = [];
    let comparedCount = 0;
    let place = 0;
    for await (const corpusDiff of corpusDiffs()) {
      place += 1;
      if (place % everyNth !== 0) continue;
      const expected = gitSummary(corpusDiff.diff);
      if (expected === null) continue;
      assert.ok(!splitDiff(corpusDiff.diff).isDamaged, `git takes ${corpusDiff.messageId}`);
      const { files } = diffFiles(corpusDiff.diff);
      const ours = ourSummary(files, hasNoPrefix(corpusDiff.diff));
      if (JSON.stringify(ours) !== JSON.stringify(expected)) different.push(corpusDiff);
      comparedCount += 1;
      if (comparedCount === sampleSize) break;
    }
    assert.ok(comparedCount > sampleSize / 2);
    assert.deepEqual(
      different.map(({ messageId }) => messageId),
      [],
    );
  },
);
