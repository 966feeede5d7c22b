import { test } from 'node:test';
import assert from 'node:assert/strict';
import { DataDecoder } from '../../src/smtp/data-decoder.ts';
import { runSeed, seededRandom } from '../support/seeded-random.ts';

/** Content and what follows the end, from pieces; null while the end has not come. */
function decoded(pieces: readonly Buffer[]): { content: string; rest: string } | null {
  const decoder = new DataDecoder();
  let content = '';
  for (const [number, piece] of pieces.entries()) {
    const { content: part, endsAt } = decoder.decode(piece);
    content += part.toString('latin1');
    if (endsAt === null) continue;
    const rest = Buffer.concat([piece.subarray(endsAt), ...pieces.slice(number + 1)]);
    return { content, rest: rest.toString('latin1') };
  }
  return null;
}

/** The same by text search. */
function expected(text: string): { content: string; rest: string } | null {
  const endAt = `\r\n${text}`.indexOf('\r\n.\r\n');
  if (endAt === -1) return null;
  const content = `\r\n${text.slice(0, endAt)}`.replaceAll('\r\n.', '\r\n').slice(2);
  return { content, rest: text.slice(endAt + 3) };
}

const samples = [
  '.\r\n',
  '.\r\n.\r\n',
  'a\r\n.\r\nQUIT\r\n',
  '..\r\n.\r\n',
  'a\r\n..b\r\n...\r\n.\r\n',
  'a\n.\nb\r.\rc\r\n.\nd\r\n.\rx\r\n\r\n.\r\n',
  '\r\r\n.\r\n',
  '\r\n.\r.\r\n.\r\r\n.\r\n',
  '.\r.\r\n.\r\n',
  'no end\r\n.\r',
];

test('a message ends at CRLF . CRLF and loses its stuffed dots, however it is cut in two or three', () => {
  for (const sample of samples) {
    const bytes = Buffer.from(sample, 'latin1');
    for (let first = 0; first <= bytes.length; first += 1) {
      for (let second = first; second <= bytes.length; second += 1) {
        const pieces = [
          bytes.subarray(0, first),
          bytes.subarray(first, second),
          bytes.subarray(second),
        ];
        assert.deepEqual(
          decoded(pieces),
          expected(sample),
          JSON.stringify([sample, first, second]),
        );
      }
    }
  }
});

test('random texts of CR, LF, dots and letters are decoded as a text search does', () => {
  const seed = runSeed();
  const random = seededRandom(seed);
  for (let round = 0; round < 20_000; round += 1) {
    const length = random.below(24);
    const text = Array.from({ length }, () =>
      random.oneOf(['\r', '\n', '\r\n', '.', '\r\n.', 'x']),
    ).join('');
    const bytes = Buffer.from(`${text}\r\n.\r\nrest`, 'latin1');
    const cut = random.below(bytes.length + 1);
    const pieces = [bytes.subarray(0, cut), bytes.subarray(cut)];
    const message = `seed ${seed}: ${JSON.stringify(text)} cut at ${cut}`;
    assert.deepEqual(decoded(pieces), expected(bytes.toString('latin1')), message);
  }
});
