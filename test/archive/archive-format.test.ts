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

test('a file and standard input are read as mbox', async () => {
  assert.equal(await archiveFormat(join(archiveWith('files', 'list.mbox'), 'list.mbox')), 'mbox');
  assert.equal(await archiveFormat('-'), 'mbox');
});

test('a folder is known by what it holds', async () => {
  assert.equal(await archiveFormat(archiveWith('maildir', 'cur/', 'new/', 'tmp/')), 'maildir');
  assert.equal(await archiveFormat(archiveWith('v1.git', 'HEAD', 'objects/')), 'public-inbox');
  assert.equal(await archiveFormat(archiveWith('v2', 'git/0.git/')), 'public-inbox');
  assert.equal(await archiveFormat(archiveWith('v2-served', 'all.git/')), 'public-inbox');
  assert.equal(await archiveFormat(archiveWith('clone', '.git/')), 'public-inbox');
});

test('any other folder and a missing path are an ArchiveError', async () => {
  await assert.rejects(archiveFormat(archiveWith('other', 'cur/')), isError('unknown-format'));
  await assert.rejects(archiveFormat(join(folder, 'absent')), isError('unreadable'));
});
