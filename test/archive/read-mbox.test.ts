import { after, test } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as streamText } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { ArchiveError, type ArchiveErrorReason } from '../../src/archive/archive-error.ts';
import { defaultUnpackLimits } from '../../src/archive/decompressed-chunks.ts';
import { readMbox } from '../../src/archive/read-mbox.ts';
import { messagesOf as messagesOfPart, onlyPart } from '../support/read-part.ts';
import { commandSkip, hasCommand, packedBy } from '../support/written-archives.ts';

const folder = mkdtempSync(join(tmpdir(), 'patchloom-mbox-'));
after(() => rmSync(folder, { recursive: true }));

const separator = 'From mboxrd@z Thu Jan  1 00:00:00 1970\n';
const messageCount = 3000;
const mbox = Buffer.from(
  Array.from({ length: messageCount }, (_, number) => {
    return `${separator}Message-Id: <${number}@example.org>\n\n${'text '.repeat(number % 200)}\n\n`;
  }).join(''),
);
const tools = { xz: hasCommand('xz') };

function writtenFile(name: string, content: Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function* singleBytes(content: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < content.length; at += 1) yield content.subarray(at, at + 1);
}

async function messagesOf(source: string | AsyncIterable<Buffer>): Promise<number> {
  let found = 0;
  for await (const record of readMbox(source, { maxMessageBytes: 1_000_000 })) {
    assert.match(String(record.raw), new RegExp(`^Message-Id: <${found}@example.org>\n\n`));
    found += 1;
  }
  return found;
}

/** Messages that came before the expected error. */
async function messagesBeforeError(
  source: string,
  reason: ArchiveErrorReason,
): Promise<{ count: number; error: ArchiveError }> {
  let count = 0;
  try {
    for await (const record of readMbox(source, { maxMessageBytes: 1_000_000 }))
      count += record.raw === null ? 0 : 1;
  } catch (error) {
    assert(error instanceof ArchiveError, String(error));
    assert.equal(error.reason, reason, error.message);
    assert.equal(error.path, source);
    return { count, error };
  }
  throw new assert.AssertionError({ message: `${source} was read without an error` });
}

async function withoutCommands<Result>(action: () => Promise<Result>): Promise<Result> {
  const path = process.env['PATH'];
  process.env['PATH'] = folder;
  try {
    return await action();
  } finally {
    process.env['PATH'] = path;
  }
}

test('a plain file is read whole', async () => {
  assert.equal(await messagesOf(writtenFile('plain.mbox', mbox)), messageCount);
});

test('compression is known by content, not by name', async () => {
  assert.equal(await messagesOf(writtenFile('packed.mbox', gzipSync(mbox))), messageCount);
  assert.equal(await messagesOf(writtenFile('plain.gz', mbox)), messageCount);
});

test('a gzip file of several members is read whole', async () => {
  const halfAt = mbox.indexOf(separator, mbox.length / 2) + 3;
  const members = Buffer.concat([
    gzipSync(mbox.subarray(0, halfAt)),
    gzipSync(mbox.subarray(halfAt)),
  ]);
  assert.equal(await messagesOf(writtenFile('members.gz', members)), messageCount);
});

test('a stream of single bytes is read, packed or not', async () => {
  const few = mbox.subarray(0, mbox.indexOf('<9@'));
  assert.equal(await messagesOf(singleBytes(few.subarray(0, few.lastIndexOf(separator)))), 9);
  assert.equal(
    await messagesOf(singleBytes(gzipSync(few.subarray(0, few.lastIndexOf(separator))))),
    9,
  );
});

test(
  'an xz file is read by the xz command',
  { skip: !tools.xz && 'no xz command here' },
  async () => {
    assert.equal(await messagesOf(writtenFile('command.xz', packedBy('xz', mbox))), messageCount);
  },
);

test(
  'an xz file is read without the xz command',
  { skip: !tools.xz && 'no xz command here' },
  async () => {
    const path = writtenFile(
      'package.xz',
      Buffer.concat([packedBy('xz', mbox), packedBy('xz', Buffer.alloc(0))]),
    );
    assert.equal(await withoutCommands(() => messagesOf(path)), messageCount);
  },
);

for (const command of ['bzip2', 'zstd']) {
  const skip = commandSkip(command);
  test(`a ${command} file is read by the ${command} command`, { skip }, async () => {
    const path = writtenFile(`command.${command}`, packedBy(command, mbox));
    assert.equal(await messagesOf(path), messageCount);
    const { error } = await withoutCommands(() => messagesBeforeError(path, 'tool-missing'));
    assert.match(error.message, new RegExp(`install the ${command} command`));
  });

  test(`${command} data that is cut short or damaged is an ArchiveError`, { skip }, async () => {
    const whole = packedBy(command, mbox);
    const cut = writtenFile(`short.${command}`, whole.subarray(0, whole.length - 30));
    await messagesBeforeError(cut, 'damaged');
    const changed = Buffer.from(whole).fill(0, 5000, 5010);
    await messagesBeforeError(writtenFile(`changed.${command}`, changed), 'damaged');
  });
}

test('"-" reads standard input', async () => {
  const module = new URL('../../src/archive/read-mbox.js', import.meta.url);
  const script = `import { readMbox } from ${JSON.stringify(module.href)};
    let count = 0;
    for await (const record of readMbox('-', { maxMessageBytes: 1e6 })) count += record.raw === null ? 0 : 1;
    process.stdout.write(String(count));`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script]);
  child.stdin.end(gzipSync(mbox));
  const [output] = await Promise.all([streamText(child.stdout), once(child, 'close')]);
  assert.equal(output, String(messageCount));
});

test('an empty file has no messages, packed or not', async () => {
  assert.equal(await messagesOf(writtenFile('empty.mbox', Buffer.alloc(0))), 0);
  assert.equal(await messagesOf(writtenFile('empty.gz', gzipSync(Buffer.alloc(0)))), 0);
});

test('a file that is not there, or is a folder, is an ArchiveError', async () => {
  await messagesBeforeError(join(folder, 'absent.mbox'), 'unreadable');
  await messagesBeforeError(folder, 'unreadable');
});

test('a file that is no mbox is an ArchiveError at offset 0', async () => {
  const path = writtenFile('no.mbox', Buffer.from('Subject: a single message\n\ntext\n'));
  assert.equal((await messagesBeforeError(path, 'unknown-format')).error.offset, 0);
});

test('a truncated gzip file gives its whole messages, then an ArchiveError with the offset', async () => {
  const whole = gzipSync(mbox);
  const path = writtenFile('short.gz', whole.subarray(0, whole.length - 20));
  const { count, error } = await messagesBeforeError(path, 'damaged');
  assert(count > messageCount / 2 && count < messageCount, String(count));
  assert(error.offset > mbox.length / 2 && error.offset <= mbox.length, String(error.offset));
});

test(
  'damaged xz data is an ArchiveError, with and without the command',
  { skip: !tools.xz && 'no xz command here' },
  async () => {
    const whole = packedBy('xz', mbox);
    const cut = writtenFile('short.xz', whole.subarray(0, whole.length - 30));
    await messagesBeforeError(cut, 'damaged');
    await withoutCommands(() => messagesBeforeError(cut, 'damaged'));
    const changed = Buffer.from(whole).fill(0, 5000, 5010);
    await messagesBeforeError(writtenFile('changed.xz', changed), 'damaged');
  },
);

for (const command of ['gzip', 'bzip2', 'xz', 'zstd']) {
  test(
    `a ${command} bomb is refused soon after 100 MB`,
    { skip: commandSkip(command) },
    async () => {
      const bomb = Buffer.concat([Buffer.from(`${separator}A: b\n\n`), Buffer.alloc(150_000_000)]);
      const path = writtenFile(`bomb.${command}`, packedBy(command, bomb));
      const { error } = await messagesBeforeError(path, 'too-compressed');
      assert(error.offset > 100_000_000 && error.offset < 160_000_000, String(error.offset));
    },
  );
}

test("the limits of unpacking are the caller's", async () => {
  const path = writtenFile('limited.gz', gzipSync(mbox));
  const maxUnpackedBytes = mbox.length / 2;
  const limits = { ...defaultUnpackLimits, maxUnpackedBytes };
  const read: string[] = [];
  const { records } = await (
    await onlyPart(path, { maxMessageBytes: 1_000_000, limits })
  ).read(null);
  await assert.rejects(async () => {
    for await (const { raw } of records) read.push(String(raw));
  }, /more than [0-9.]+ bytes unpacked: --max-unpacked-bytes/);
  assert.ok(read.length < messageCount);
  const bomb = gzipSync(
    Buffer.concat([Buffer.from(`${separator}A: b\n\n`), Buffer.alloc(110_000_000)]),
  );
  const meant = { ...defaultUnpackLimits, maxRatio: 2_000 };
  const part = await onlyPart(writtenFile('meant.gz', bomb), {
    maxMessageBytes: 1_000,
    limits: meant,
  });
  assert.deepEqual((await messagesOfPart(part)).texts, ['null']);
});

test('a reader that stops early leaves no command and no open file behind', async () => {
  const names = ['plain.mbox', 'packed.mbox', ...(tools.xz ? ['command.xz'] : [])];
  for (const name of names) {
    for await (const record of readMbox(join(folder, name), { maxMessageBytes: 1_000_000 })) {
      assert(record.raw);
      break;
    }
  }
  // A handle left open would keep this test file's process from ending.
});
