import { after, test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ArchiveError, type ArchiveErrorReason } from '../../src/archive/archive-error.ts';
import { archiveFormat } from '../../src/archive/archive-format.ts';

const folder = mkdtempSync(join(tmpdir(), 'patchloom-format-'));
after(() => rmSync(folder, { recursive: true }));

function archiveWith(name: string, ...entries: readonly string[]): string {
  for (const entry of entries) {
    const path = join(folder, name, entry);
    mkdirSync(entry.endsWith('/') ? path : dirname(path), { recursive: true });
    if (!entry.endsWith('/')) writeFileSync(path, '');
  }
  return join(folder, name);
}

function isError(reason: ArchiveErrorReason): (error: unknown) => boolean {
  return (error) => error instanceof ArchiveError && error.reason === reason;
}

test('what is no folder is read as mbox', async () => {
  const { kind } = await archiveFormat(join(archiveWith('files', 'list.mbox'), 'list.mbox'));
  assert.equal(kind, 'mbox');
});

test('a folder is known by what it holds', async () => {
  const maildir = await archiveFormat(archiveWith('maildir', 'cur/', 'new/', 'tmp/'));
  assert.deepEqual(maildir, { kind: 'maildir' });
  assert.deepEqual(await archiveFormat(archiveWith('other', 'cur/')), { kind: 'folder' });
  const bare = archiveWith('v1.git', 'HEAD', 'objects/', 'refs/');
  assert.deepEqual(await archiveFormat(bare), {
    kind: 'public-inbox',
    repositories: [{ name: '', gitFolder: bare }],
  });
  const clone = archiveWith('clone', '.git/');
  assert.deepEqual(await archiveFormat(clone), {
    kind: 'public-inbox',
    repositories: [{ name: '', gitFolder: join(clone, '.git') }],
  });
});

for (const [place, below] of [
  ['in git/', 'git/'],
  ['side by side', ''],
] as const) {
  test(`epochs ${place} are one public-inbox, in the order of their numbers`, async () => {
    const names = ['10.git', '9.git', '2'];
    const entries = names.flatMap((name) =>
      ['HEAD', 'objects/', 'refs/'].map((entry) => `${below}${name}/${entry}`),
    );
    const format = await archiveFormat(archiveWith(`v2-${place.length}`, ...entries));
    assert.equal(format.kind, 'public-inbox');
    assert.deepEqual('repositories' in format && format.repositories.map(({ name }) => name), [
      '2',
      '9.git',
      '10.git',
    ]);
  });
}

test('a missing path is an ArchiveError', async () => {
  await assert.rejects(archiveFormat(join(folder, 'absent')), isError('unreadable'));
});
