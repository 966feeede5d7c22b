import assert from 'node:assert/strict';
import { renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { archiveParts } from '../../src/archive/archive-parts.ts';
import { mboxText } from '../support/mbox-text.ts';
import { messagesOf, onlyPart, readOptions } from '../support/read-part.ts';
import { folderOf } from '../support/test-folder.ts';
import { writtenMaildir } from '../support/written-archives.ts';

const messages = Array.from({ length: 6 }, (_, number) =>
  Buffer.from(`Message-Id: <${number}@example.org>\n\nline one\nline two ${number}\n`),
);
const texts = messages.map(String);

for (const [name, pack] of [
  ['plain', (content: Buffer) => content],
  ['packed', (content: Buffer) => gzipSync(content)],
] as const) {
  test(`${name}: an mbox that has grown is read from where it ended`, async (context) => {
    const path = join(await folderOf(context), 'list.mbox');
    writeFileSync(path, pack(mboxText(messages.slice(0, 4))));
    const { mark } = await messagesOf(await onlyPart(path));
    writeFileSync(path, pack(mboxText(messages)));
    const { texts: rest, isResumed } = await messagesOf(await onlyPart(path), { mark });
    assert.deepEqual([rest, isResumed], [texts.slice(4), true]);
  });

  test(`${name}: a message that was being written is read again when it is whole`, async (context) => {
    const path = join(await folderOf(context), 'list.mbox');
    const whole = mboxText(messages);
    const cutAt = mboxText(messages.slice(0, 4)).length - 12;
    writeFileSync(path, pack(whole.subarray(0, cutAt)));
    const { mark } = await messagesOf(await onlyPart(path));
    writeFileSync(path, pack(whole));
    const { texts: rest, isResumed } = await messagesOf(await onlyPart(path), { mark });
    assert.deepEqual([rest, isResumed], [texts.slice(3), true]);
  });

  test(`${name}: an mbox in which something changed before the mark is read from its start`, async (context) => {
    const path = join(await folderOf(context), 'list.mbox');
    writeFileSync(path, pack(mboxText(messages)));
    const { mark } = await messagesOf(await onlyPart(path));
    const others = [messages.toSpliced(0, 1), messages.toSpliced(2, 1), messages.slice(0, 3)];
    for (const raws of others) {
      writeFileSync(path, pack(mboxText(raws)));
      const read = await messagesOf(await onlyPart(path), { mark });
      assert.deepEqual([read.texts, read.isResumed], [raws.map(String), false]);
    }
  });
}

test('the output of git format-patch goes on as what it is', async (context) => {
  const path = join(await folderOf(context), 'series.mbox');
  const separator = `From ${'0'.repeat(40)} Mon Sep 17 00:00:00 2001\n`;
  writeFileSync(path, messages.map((raw) => `${separator}${String(raw)}\n`).join(''));
  const part = await onlyPart(path);
  const { mark } = await messagesOf(part, { limit: 2 });
  assert.deepEqual((await messagesOf(part, { mark })).texts, texts.slice(2));
});

test('a mark that is damaged or of another format counts as none', async (context) => {
  const folder = await folderOf(context);
  const path = join(folder, 'list.mbox');
  writeFileSync(path, mboxText(messages));
  const maildir = writtenMaildir(join(folder, 'maildir'), messages);
  const { mark } = await messagesOf(await onlyPart(path));
  const damaged = Object.keys(mark ?? {}).map((key) => ({ format: 'mbox', ...mark, [key]: {} }));
  for (const other of [...damaged, { format: 'maildir' }, { format: 'public-inbox' }]) {
    for (const archive of [path, maildir]) {
      const read = await messagesOf(await onlyPart(archive), { mark: other });
      assert.deepEqual([read.texts, read.isResumed], [texts, false], JSON.stringify(other));
    }
  }
});

test('in a Maildir a message that is read or answered stays what it was', async (context) => {
  const folder = await folderOf(context);
  const path = writtenMaildir(join(folder, 'maildir'), messages.slice(0, 3));
  const { mark } = await messagesOf(await onlyPart(path));
  const [first = ''] = await namesIn(join(path, 'new'));
  renameSync(join(path, 'new', first), join(path, 'cur', `${first}:2,RS`));
  writeFileSync(join(path, 'new', '1800000000.x.example'), messages[3]!);
  const read = await messagesOf(await onlyPart(path), { mark });
  assert.deepEqual([read.texts, read.isResumed], [[texts[3]], true]);
});

test('a Maildir in which a message came or went before the mark is read from its start', async (context) => {
  const path = writtenMaildir(join(await folderOf(context), 'maildir'), messages);
  const { mark } = await messagesOf(await onlyPart(path));
  writeFileSync(join(path, 'new', '1.early.example'), 'Subject: early\n\n');
  assert.equal((await messagesOf(await onlyPart(path), { mark })).texts.length, 7);
  rmSync(join(path, 'new', '1.early.example'));
  const [first = ''] = await namesIn(join(path, 'cur'));
  rmSync(join(path, 'cur', first));
  assert.equal((await messagesOf(await onlyPart(path), { mark })).texts.length, 5);
});

test('a Maildir gives regular files only, and a message that moves while it is read', async (context) => {
  const folder = await folderOf(context);
  const path = writtenMaildir(join(folder, 'maildir'), messages);
  const [first = ''] = await namesIn(join(path, 'new'));
  symlinkSync('/etc/passwd', join(path, 'new', '1.link.example'));
  writeFileSync(join(path, 'cur', '.hidden'), 'x');
  writtenMaildir(join(path, '.Archive'), messages.slice(0, 1));
  const { parts } = await archiveParts(path, readOptions);
  assert.deepEqual(
    parts.map(({ name }) => name),
    ['maildir', 'maildir/.Archive'],
  );
  const { records } = await parts[0]!.read(null);
  const read: string[] = [];
  for await (const { raw } of records) {
    if (read.length === 0) renameSync(join(path, 'new', first), join(path, 'cur', `${first}:2,S`));
    if (read.length === 3) rmSync(join(path, 'new', (await namesIn(join(path, 'new'))).at(-1)!));
    read.push(String(raw));
  }
  assert.deepEqual(read, texts.slice(0, 5));
});

async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).toSorted().filter((name) => !name.startsWith('1.'));
}
