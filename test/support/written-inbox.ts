import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';

/** What happens to a public-inbox. */
export type InboxStep = { readonly add: Buffer } | { readonly remove: Buffer };

/** Steps that add messages. */
export function adding(raws: readonly Buffer[]): InboxStep[] {
  return raws.map((add) => ({ add }));
}

/** Runs git to its end; what it printed. Fails with git's complaint. */
export function git(folder: string | null, args: readonly string[], input?: Buffer): string {
  const place = folder === null ? [] : [`--git-dir=${folder}`];
  const run = spawnSync('git', [...place, ...args], { input, maxBuffer: 1e9 });
  assert.equal(run.status, 0, String(run.stderr));
  return String(run.stdout);
}

/** Writes a repository of version 1, or goes on with one: a message is a file, named after `nameOf` it. */
export function writeInboxV1(
  repository: string,
  steps: readonly InboxStep[],
  nameOf: (raw: Buffer) => string = contentName,
): void {
  writeCommits(repository, steps, (step) => {
    if ('remove' in step) return [Buffer.from(`D ${nameOf(step.remove)}\n`)];
    return fileChange(nameOf(step.add), step.add);
  });
}

/** Writes an epoch of version 2, or goes on with one: a commit is a message. */
export function writeInboxV2(repository: string, steps: readonly InboxStep[]): void {
  writeCommits(repository, steps, (step) =>
    'remove' in step
      ? [Buffer.from('D m\n'), ...fileChange('d', step.remove)]
      : [Buffer.from('D d\n'), ...fileChange('m', step.add)],
  );
}

/** "ab/cdef…", 40 hex digits. */
export function contentName(raw: Buffer): string {
  const sha1 = createHash('sha1').update(raw).digest('hex');
  return `${sha1.slice(0, 2)}/${sha1.slice(2)}`;
}

function fileChange(path: string, raw: Buffer): Buffer[] {
  return [Buffer.from(`M 100644 inline ${path}\ndata ${raw.length}\n`), raw, Buffer.from('\n')];
}

/** Source: git-fast-import(1). */
function writeCommits(
  repository: string,
  steps: readonly InboxStep[],
  changesOf: (step: InboxStep) => Buffer[],
): void {
  const isNew = !existsSync(repository);
  if (isNew) git(null, ['init', '--quiet', '--bare', '--initial-branch=master', repository]);
  const person = 'committer inbox <inbox@example.org> 1700000000 +0000';
  const pieces = steps.flatMap((step, index) => {
    const from = index === 0 && !isNew ? 'from refs/heads/master^0\n' : '';
    const head = `commit refs/heads/master\n${person}\ndata 1\nx\n${from}`;
    return [Buffer.from(head), ...changesOf(step), Buffer.from('\n')];
  });
  git(repository, ['fast-import', '--quiet', '--force'], Buffer.concat(pieces));
}
