import { test } from 'node:test';
import assert from 'node:assert/strict';
import { ArchiveError } from '../../src/archive/archive-error.ts';
import { MboxSplitter, type ArchiveRecord } from '../../src/archive/mbox-splitter.ts';

const list = 'From mboxrd@z Thu Jan  1 00:00:00 1970\n';
const commit = `From ${'0123456789'.repeat(4)} Mon Sep 17 00:00:00 2001\n`;
const pieceSizes = [1, 2, 3, 7, 64, 1000, 1_000_000];

function records(mbox: string, pieceBytes: number, maxMessageBytes: number): ArchiveRecord[] {
  const bytes = Buffer.from(mbox, 'latin1');
  const splitter = new MboxSplitter({ path: 'test.mbox', maxMessageBytes });
  const found: ArchiveRecord[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    found.push(...splitter.push(bytes.subarray(at, at + pieceBytes)));
  }
  return [...found, ...splitter.finish()];
}

/** Messages as text; asserts that every way of cutting the file into pieces gives the same. */
function messages(mbox: string, maxMessageBytes = 100_000): (string | { skipped: number })[] {
  const [whole, ...others] = pieceSizes.toReversed().map((size) => {
    return records(mbox, size, maxMessageBytes).map((record) => ({
      offset: record.offset,
      message: record.raw?.toString('latin1') ?? {
        skipped: 'sizeBytes' in record ? record.sizeBytes : 0,
      },
    }));
  });
  assert(whole);
  for (const other of others) assert.deepEqual(other, whole);
  for (const { offset } of whole) assert.equal(mbox.slice(offset, offset + 5), 'From ');
  return whole.map(({ message }) => message);
}

test('the empty line before a separator and the one at the end of the file belong to no message', () => {
  const mbox = `${list}Subject: a\n\none\n\n${list}Subject: b\n\ntwo\n\n`;
  assert.deepEqual(messages(mbox), ['Subject: a\n\none\n', 'Subject: b\n\ntwo\n']);
});

test('only one empty line is taken: a message that ends in empty lines keeps its own', () => {
  const mbox = `${list}A: a\n\none\n\n\n${list}A: b\n\ntwo\n\n\n`;
  assert.deepEqual(messages(mbox), ['A: a\n\none\n\n', 'A: b\n\ntwo\n\n']);
});

test('a last message without a newline is kept as it is', () => {
  assert.deepEqual(messages(`${list}A: a\n\none`), ['A: a\n\none']);
});

test('an mbox with CRLF line ends is cut at the same places and keeps them', () => {
  const mbox = `${list}A: a\n\none\n\n${list}A: b\n\n>From two\n`.replaceAll('\n', '\r\n');
  assert.deepEqual(messages(mbox), ['A: a\r\n\r\none\r\n', 'A: b\r\n\r\nFrom two\r\n']);
});

test('offsets are those of the separator lines', () => {
  const mbox = `${list}A: a\n\n${list}A: b\n`;
  const offsets = records(mbox, 7, 1000).map(({ offset }) => offset);
  assert.deepEqual(offsets, [0, mbox.lastIndexOf('From ')]);
});

test('a message without a body, or without anything, is still a message', () => {
  assert.deepEqual(messages(`${list}\n${list}A: b\n\n${list}A: c\n`), ['', 'A: b\n', 'A: c\n']);
  assert.deepEqual(messages(list), ['']);
});

test('separators of other mailers separate', () => {
  const separators = [
    'From - Mon Apr 27 21:43:28 2020',
    'From user@host.example Mon Apr 27 21:43:28 2020',
    'From MAILER-DAEMON Mon Apr  7 21:43:28 2020',
    'From user at host.example  Mon Apr 27 21:43:28 2020',
    'From user@host.example Mon Apr 27 21:43 2020',
    'From user@host.example Mon Apr 27 21:43:28 CEST 2020',
    'From user@host.example Mon Apr 27 21:43:28 MET DST 2020',
    'From 123@xxx Mon Apr 27 21:43:28 +0200 2020',
    'From user@host.example Mon Apr 27 21:43:28 2020 +0200 (CEST)',
    commit.trim(),
  ];
  for (const separator of separators) {
    const mbox = `${separator}\nA: a\n\none\n\n${separator}\nA: b\n\ntwo\n`;
    assert.deepEqual(messages(mbox), ['A: a\n\none\n', 'A: b\n\ntwo\n'], separator);
  }
});

test('a "From " line of the text stays in its message', () => {
  const lines = [
    '\nFrom here on the lock is held.\nNote: it is.',
    '\nFrom Monday Apr 27 on\nA: b',
    '\nFrom me@host.example Mon Apr 27 21:43:28\nA: b',
    '\nFrom me@host.example Mon Apr 27 21:43:28 2020 at home\nA: b',
    '\nFrom a b c Mon Apr 27 21:43:28 2020\nA: b',
    'no empty line before\nFrom me@host.example Mon Apr 27 21:43:28 2020\nA: b',
    '\nFrom me@host.example Mon Apr 27 21:43:28 2020\nno header field after',
    '\nFrom me@host.example Mon Apr 27 21:43:28 2020\n\nA: b',
    '\nFrom me@host.example Mon Apr 27 21:43:28 2020',
    `\nFrom me@host.example Mon Apr 27 21:43:28 2020${' '.repeat(3000)}\nA: b`,
  ];
  for (const line of lines) {
    const message = `A: a\n\n${line}\n`;
    assert.deepEqual(messages(`${list}${message}\n${list}A: z\n`), [message, 'A: z\n'], line);
  }
});

test('a second "From " line or a ">From " line may stand between separator and header', () => {
  const mbox = `${list}A: a\n\n${list}>From user Mon Apr 27 21:43:28 2020\nA: b\n\n${list}From x\nA: c\n`;
  const expected = ['A: a\n', 'From user Mon Apr 27 21:43:28 2020\nA: b\n', 'From x\nA: c\n'];
  assert.deepEqual(messages(mbox), expected);
});

test('a header field of any length follows a separator', () => {
  const field = `Received: ${'x'.repeat(5000)}\n`;
  assert.deepEqual(messages(`${list}A: a\n\n${list}${field}`), ['A: a\n', field]);
});

test('a git format-patch file pasted into a message of a list archive does not cut it', () => {
  const message = `A: a\n\nplease apply:\n\n${commit}From: A <a@example.org>\nSubject: [PATCH] x\n\n---\n`;
  assert.deepEqual(messages(`${list}${message}\n${list}A: b\n`), [message, 'A: b\n']);
});

test('the output of git format-patch --stdout is cut at its commit lines', () => {
  const patch = 'From: A <a@example.org>\nSubject: [PATCH] x\n\n---\n-- \n2.39\n';
  assert.deepEqual(messages(`${commit}${patch}\n${commit}${patch}\n`), [patch, patch]);
});

test('a message over the limit is counted and dropped, its neighbours are kept', () => {
  const text = `A: b\n\n${'0123456789\n'.repeat(500)}`;
  const mbox = `${list}A: a\n\n${list}${text}\n${list}A: c\n\n`;
  assert.deepEqual(messages(mbox, 100), ['A: a\n', { skipped: text.length }, 'A: c\n']);
  assert.deepEqual(messages(mbox, text.length - 1), ['A: a\n', { skipped: text.length }, 'A: c\n']);
  assert.deepEqual(messages(mbox, text.length), ['A: a\n', text, 'A: c\n']);
});

test('a message over the limit at the end of the file is counted without its last empty line', () => {
  const text = `A: b\n\n${'0123456789\n'.repeat(500)}`;
  assert.deepEqual(messages(`${list}${text}\n`, 100), [{ skipped: text.length }]);
  assert.deepEqual(messages(`${list}${text}`, 100), [{ skipped: text.length }]);
});

test('an empty file has no messages', () => {
  assert.deepEqual(records('', 1, 100), []);
});

test('a file that does not start with a separator is refused', () => {
  const files = [
    'Subject: a mail\n\ntext\n',
    'From Monday on\nA: b\n',
    '\n',
    'From ',
    'x'.repeat(5000),
  ];
  for (const file of files) {
    for (const size of pieceSizes) {
      assert.throws(
        () => records(file, size, 100),
        (error) =>
          error instanceof ArchiveError && error.reason === 'unknown-format' && error.offset === 0,
        JSON.stringify(file.slice(0, 20)),
      );
    }
  }
});

test('time grows in line with the size of hostile input', () => {
  const seeds = [
    '\n\nFrom ',
    '\n\nFrom a@b Mon Apr 27 21:43:28 2020',
    '>',
    '>From ',
    '\n>From ',
    '\nFrom a\n',
  ];
  for (const seed of seeds) {
    const mbox = list + seed.repeat(1_000_000 / seed.length);
    const before = process.cpuUsage().user;
    records(mbox, 65_536, 10_000_000);
    // Some 10 ms in fact; a quadratic step would need minutes, so the bound may be as loose as this.
    assert(process.cpuUsage().user - before < 5_000_000, JSON.stringify(seed));
  }
});
