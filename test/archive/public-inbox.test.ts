import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ArchiveError } from '../../src/archive/archive-error.ts';
import { messagesOf, onlyPart } from '../support/read-part.ts';
import { folderOf } from '../support/test-folder.ts';
import { commandSkip } from '../support/written-archives.ts';
import { adding, contentName, git, writeInboxV1, writeInboxV2 } from '../support/written-inbox.ts';

const skip = commandSkip('git');
const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((id) =>
  Buffer.from(`Message-Id: <${id}@example.org>\n\ntext ${id}\n`),
) as [Buffer, Buffer, Buffer, Buffer];

function textsOf(...raws: readonly Buffer[]): string[] {
  return raws.map(String);
}

test('version 2: a deleted message is not read', { skip }, async (context) => {
  const path = join(await folderOf(context), '0.git');
  writeInboxV2(path, [...adding([a, b, c]), { remove: b }, { remove: a }, { add: d }]);
  assert.deepEqual((await messagesOf(await onlyPart(path))).texts, textsOf(c, d));
});

test('version 2: a later epoch deletes from an earlier one', { skip }, async (context) => {
  const folder = await folderOf(context);
  mkdirSync(join(folder, 'git'));
  writeInboxV2(join(folder, 'git', '0.git'), adding([a, b]));
  writeInboxV2(join(folder, 'git', '1.git'), [{ add: c }, { remove: a }]);
  assert.deepEqual((await messagesOf(await onlyPart(folder))).texts, textsOf(b, c));
});

test(
  'version 2: a message that is added again after its deletion is read once',
  { skip },
  async (context) => {
    const path = join(await folderOf(context), '0.git');
    writeInboxV2(path, [...adding([a, b]), { remove: a }, { add: a }, { add: c }]);
    assert.deepEqual((await messagesOf(await onlyPart(path))).texts, textsOf(b, a, c));
  },
);

test('version 1: a message that was removed or replaced is not read', { skip }, async (context) => {
  const path = join(await folderOf(context), 'list.git');
  const nameOf = (raw: Buffer): string => contentName(raw === c ? a : raw);
  writeInboxV1(path, [...adding([a, b]), { remove: b }, { add: c }, { add: d }], nameOf);
  assert.deepEqual((await messagesOf(await onlyPart(path))).texts, textsOf(c, d));
});

test('reading goes on with new commits and new epochs', { skip }, async (context) => {
  const folder = await folderOf(context);
  const epoch = (number: number): string => join(folder, 'git', `${number}.git`);
  mkdirSync(join(folder, 'git'));
  writeInboxV2(epoch(0), adding([a]));
  const first = await messagesOf(await onlyPart(folder));
  writeInboxV2(epoch(0), adding([b]));
  writeInboxV2(epoch(1), [{ add: c }, { add: d }, { remove: b }]);
  const second = await messagesOf(await onlyPart(folder), { mark: first.mark });
  assert.deepEqual(second.texts, textsOf(c, d));
  assert.equal(second.isResumed, true);
  assert.deepEqual((await messagesOf(await onlyPart(folder), { mark: second.mark })).texts, []);
});

test('an older epoch that is fetched later is read too', { skip }, async (context) => {
  const folder = await folderOf(context);
  mkdirSync(join(folder, 'git'));
  writeInboxV2(join(folder, 'git', '1.git'), adding([c, d]));
  const { mark } = await messagesOf(await onlyPart(folder));
  writeInboxV2(join(folder, 'git', '0.git'), adding([a, b]));
  assert.deepEqual((await messagesOf(await onlyPart(folder), { mark })).texts, textsOf(a, b));
});

test('a history that was rewritten is read from its start', { skip }, async (context) => {
  const path = join(await folderOf(context), '0.git');
  writeInboxV2(path, adding([a, b]));
  const { mark } = await messagesOf(await onlyPart(path));
  git(path, ['update-ref', '-d', 'refs/heads/master']);
  git(path, ['fast-import', '--quiet'], rootCommit(c));
  const read = await messagesOf(await onlyPart(path), { mark });
  assert.deepEqual([read.texts, read.isResumed], [textsOf(c), false]);
});

function rootCommit(raw: Buffer): Buffer {
  const head = 'commit refs/heads/master\ncommitter i <i@example.org> 1 +0000\ndata 1\nx\n';
  return Buffer.from(`${head}M 100644 inline m\ndata ${raw.length}\n${String(raw)}\n`);
}

test(
  'a commit of many messages is read whole again after a stop within it',
  { skip },
  async (context) => {
    const path = join(await folderOf(context), 'list.git');
    git(null, ['init', '--quiet', '--bare', '--initial-branch=master', path]);
    const files = [a, b, c].map(
      (raw, index) =>
        `M 100644 inline ab/${String(index).repeat(38)}\ndata ${raw.length}\n${String(raw)}\n`,
    );
    const head = 'commit refs/heads/master\ncommitter i <i@example.org> 1 +0000\ndata 1\nx\n';
    git(path, ['fast-import', '--quiet'], Buffer.from(head + files.join('')));
    const part = await onlyPart(path);
    const { mark } = await messagesOf(part, { limit: 2 });
    assert.deepEqual((await messagesOf(part, { mark })).texts, textsOf(a, b, c));
  },
);

test('an empty repository has no messages', { skip }, async (context) => {
  const path = join(await folderOf(context), 'empty.git');
  git(null, ['init', '--quiet', '--bare', path]);
  assert.deepEqual((await messagesOf(await onlyPart(path))).texts, []);
});

test('files of a repository that are no messages are passed over', { skip }, async (context) => {
  const path = join(await folderOf(context), 'list.git');
  const names = ['README', 'm/x', 'ab/cd', `AB/${'0'.repeat(38)}`, `ab/${'0'.repeat(38)}`];
  const nameOf = (raw: Buffer): string => names[Number(String(raw))] ?? '';
  writeInboxV1(path, adding(names.map((_, index) => Buffer.from(String(index)))), nameOf);
  assert.deepEqual((await messagesOf(await onlyPart(path))).texts, ['4']);
});

test(
  'a damaged repository is an ArchiveError, after what came before',
  { skip },
  async (context) => {
    const path = join(await folderOf(context), '0.git');
    writeInboxV2(path, adding([a, b]));
    const blob = git(path, ['rev-parse', 'HEAD:m']).trim();
    rmSync(join(path, 'objects', blob.slice(0, 2), blob.slice(2)));
    const { records } = await (await onlyPart(path)).read(null);
    const texts: string[] = [];
    await assert.rejects(async () => {
      for await (const { raw } of records) texts.push(String(raw));
    }, ArchiveError);
    assert.deepEqual(texts, textsOf(a));
    writeFileSync(join(path, 'HEAD'), 'no ref\n');
    await assert.rejects(messagesOf(await onlyPart(path)), ArchiveError);
  },
);

test('a repository cannot make us run its programs', { skip }, async (context) => {
  const folder = await folderOf(context);
  const path = join(folder, '0.git');
  const trace = join(folder, 'trace');
  writeInboxV2(path, adding([a]));
  const program = join(folder, 'program');
  writeFileSync(program, `#!/bin/sh\necho ran >> ${trace}\n`, { mode: 0o755 });
  for (const name of ['core.fsmonitor', 'core.pager', 'gpg.program', 'diff.external']) {
    git(path, ['config', name, program]);
  }
  git(path, ['config', 'log.showSignature', 'true']);
  git(path, ['config', 'diff.x.textconv', program]);
  git(path, ['config', 'filter.x.smudge', program]);
  writeFileSync(join(path, 'info', 'attributes'), '* diff=x filter=x\n');
  assert.deepEqual((await messagesOf(await onlyPart(path))).texts, textsOf(a));
  assert.equal(existsSync(trace), false);
});
