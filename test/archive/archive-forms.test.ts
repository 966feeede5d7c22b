import assert from 'node:assert/strict';
import { symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { ArchiveError } from '../../src/archive/archive-error.ts';
import { archiveParts } from '../../src/archive/archive-parts.ts';
import { mboxText } from '../support/mbox-text.ts';
import { messagesOf, onlyPart, readOptions } from '../support/read-part.ts';
import { folderOf } from '../support/test-folder.ts';
import { hasCommand, writtenFile, writtenForms } from '../support/written-archives.ts';

const messages = Array.from({ length: 7 }, (_, number) =>
  Buffer.from(
    `Message-Id: <${number}@example.org>\nSubject: n\u00b0 ${number}\n\nFrom here\n>From there\n${'text '.repeat(number * 400)}\n`,
  ),
);
const texts = messages.map(String);

for (const { name, skip, write } of writtenForms) {
  test(`${name}: all messages come in order, byte for byte`, { skip }, async (context) => {
    const archive = write(join(await folderOf(context), 'list'), messages);
    const read = await messagesOf(await onlyPart(archive));
    assert.deepEqual(read.texts, texts);
    assert.equal(read.isResumed, false);
  });

  test(
    `${name}: reading goes on after any message, and nothing comes twice`,
    { skip },
    async (context) => {
      const archive = write(join(await folderOf(context), 'list'), messages);
      const part = await onlyPart(archive);
      for (const readCount of [1, 3, 4, 7]) {
        const { mark } = await messagesOf(part, { limit: readCount });
        const rest = await messagesOf(part, { mark });
        assert.deepEqual(rest.texts, texts.slice(readCount));
        assert.ok(rest.isResumed || readCount === 0);
      }
    },
  );

  test(
    `${name}: another archive in its place is read from the start`,
    { skip },
    async (context) => {
      const folder = await folderOf(context);
      const other = write(join(folder, 'other'), messages.toReversed());
      const { mark } = await messagesOf(await onlyPart(other), { limit: 3 });
      const read = await messagesOf(await onlyPart(write(join(folder, 'list'), messages)), {
        mark,
      });
      assert.equal(read.isResumed, false);
      assert.deepEqual(read.texts, texts);
    },
  );

  test(
    `${name}: a message over the size limit is left out, its neighbours are not`,
    { skip },
    async (context) => {
      const archive = write(join(await folderOf(context), 'list'), messages);
      const part = await onlyPart(archive, { ...readOptions, maxMessageBytes: 10_000 });
      const { texts: read, mark } = await messagesOf(part, { limit: 6 });
      assert.deepEqual(read, [...texts.slice(0, 5), 'null']);
      assert.deepEqual((await messagesOf(part, { mark })).texts, ['null']);
    },
  );

  test(`${name}: the share that was read ends at 1`, { skip }, async (context) => {
    const part = await onlyPart(write(join(await folderOf(context), 'list'), messages));
    const { records, shareRead } = await part.read(null);
    for await (const record of records) assert.ok(record.position >= 0);
    assert.equal(shareRead(), 1);
  });
}

test('a folder gives the archives in it by name, those of its folders too', async (context) => {
  const folder = await folderOf(context);
  const forms = writtenForms.filter(({ skip }) => skip === false);
  for (const [index, { write }] of forms.entries()) {
    write(join(folder, String.fromCodePoint(97 + index), 'list'), messages.slice(0, 1 + index));
  }
  const { parts, skippedPaths } = await archiveParts(folder, readOptions);
  assert.deepEqual(skippedPaths, []);
  const counts: number[] = [];
  for (const part of parts) counts.push((await messagesOf(part)).texts.length);
  const written = [...forms.keys()].map((index) => Math.min(index + 1, messages.length));
  const bareBesideClone = hasCommand('git') ? written.slice(-1) : [];
  assert.deepEqual(counts, [...written, ...bareBesideClone]);
});

test('in a folder, what is no archive is told, and what is hidden or linked is passed over', async (context) => {
  const folder = await folderOf(context);
  const archive = writtenFile(join(folder, 'b', 'list.mbox'), mboxText(messages));
  const note = writtenFile(join(folder, 'a', 'README'), Buffer.from('no mbox\n'));
  writtenFile(join(folder, '.hidden', 'list.mbox'), mboxText(messages));
  writtenFile(join(folder, 'empty.mbox'), Buffer.alloc(0));
  symlinkSync(archive, join(folder, 'link.mbox'));
  symlinkSync(folder, join(folder, 'loop'));
  const { parts, skippedPaths } = await archiveParts(folder, readOptions);
  assert.deepEqual(
    parts.map(({ path, name }) => [path, name]),
    [[archive, `${basename(folder)}/b/list.mbox`]],
  );
  assert.deepEqual(skippedPaths, [note]);
});

test('a folder without an archive, and a path that is not there, are ArchiveErrors', async (context) => {
  const folder = await folderOf(context);
  await assert.rejects(archiveParts(folder, readOptions), ArchiveError);
  await assert.rejects(archiveParts(join(folder, 'absent'), readOptions), ArchiveError);
  for (let count = 0; count <= 1000; count += 1)
    writeFileSync(join(folder, `${count}.txt`), 'text');
  await assert.rejects(archiveParts(folder, readOptions), /more than 1000 files/);
});
