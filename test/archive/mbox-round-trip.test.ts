import { test } from 'node:test';
import assert from 'node:assert/strict';
import { MboxSplitter } from '../../src/archive/mbox-splitter.ts';

const seed = Number(process.env['PATCHLOOM_TEST_SEED'] ?? Date.now() % 1_000_000);

/** Numbers from 0 to below a bound, the same for the same seed (mulberry32). */
function randomNumbers(start: number): (bound: number) => number {
  let state = start;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

const lines = [
  '',
  'From ',
  '>From here',
  '>>From',
  '>>>From a@b Mon Sep 17 00:00:00 2001',
  'From mboxrd@z Thu Jan  1 00:00:00 1970',
  `From ${'a'.repeat(40)} Mon Sep 17 00:00:00 2001`,
  'Subject: x',
  ' From b',
  '> From c',
  '>',
  'text >From text',
  '\r',
  '\u00ff\u0000',
];

/** As mboxrd writers do: "From " lines quoted once more, an empty line after each message. */
function mboxrdText(messages: readonly string[]): string {
  return messages
    .map((message) => message.replaceAll(/^(>*From )/gm, '>$1'))
    .map((quoted) => `From mboxrd@z Thu Jan  1 00:00:00 1970\n${quoted}\n`)
    .join('');
}

test(`what an mboxrd writer wrote is read back byte for byte (seed ${seed})`, () => {
  const below = randomNumbers(seed);
  for (let round = 0; round < 300; round += 1) {
    const messages = Array.from({ length: 1 + below(4) }, () => {
      const body = Array.from({ length: below(12) }, () => `${lines[below(lines.length)]}\n`);
      return `A: b\n\n${body.join('')}`;
    });
    const mbox = Buffer.from(mboxrdText(messages), 'latin1');
    const splitter = new MboxSplitter({ path: 'written.mbox', maxMessageBytes: 1_000_000 });
    const read: (string | undefined)[] = [];
    for (let at = 0; at < mbox.length;) {
      const pieceBytes = 1 + below(100);
      for (const { raw } of splitter.push(mbox.subarray(at, at + pieceBytes))) {
        read.push(raw?.toString('latin1'));
      }
      at += pieceBytes;
    }
    for (const { raw } of splitter.finish()) read.push(raw?.toString('latin1'));
    assert.deepEqual(read, messages, `round ${round}`);
  }
});
