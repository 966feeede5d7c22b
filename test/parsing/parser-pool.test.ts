import { test, type TestContext } from 'node:test';
import assert from 'node:assert/strict';
import { storableFacts } from '../../src/message/storable-facts.ts';
import { parseMessage } from '../../src/parsing/parse-message.ts';
import { openParserPool, ParserPoolError, type ParserPool } from '../../src/parsing/parser-pool.ts';

const misbehavingParser = new URL('./misbehaving-parser.js', import.meta.url);
const brokenParser = new URL('./broken-parser.js', import.meta.url);

function openPool(
  context: TestContext,
  options: { threadCount?: number; threadScript?: URL; deadlineMs?: number } = {},
): ParserPool<string> {
  const pool = openParserPool<string>({
    threadScript: misbehavingParser,
    threadCount: 2,
    deadlineMs: 600,
    maxMemoryMb: 32,
    ...options,
  });
  context.after(() => pool.close());
  return pool;
}

/** Facts of what was parsed, the outcome of what was not. */
async function outcomes(pool: ParserPool<string>, texts: readonly string[]): Promise<string[]> {
  const results = await pool.parse(texts.map((text) => Buffer.from(text)));
  return results.map((result) => (result.outcome === 'parsed' ? result.facts : result.outcome));
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, number) => `message ${number}`);
}

test('a batch comes back in its order', async (context) => {
  const pool = openPool(context);
  assert.deepEqual(await outcomes(pool, numbered(100)), numbered(100));
  assert.deepEqual(await outcomes(pool, []), []);
  assert.deepEqual(await outcomes(pool, ['']), ['']);
});

test('more batches than threads wait for their turn', async (context) => {
  const pool = openPool(context);
  const batches = Array.from({ length: 20 }, (_, number) => [`batch ${number}`, 'second']);
  assert.deepEqual(await Promise.all(batches.map((batch) => outcomes(pool, batch))), batches);
});

test('the messages of a batch stay usable after it was parsed', async (context) => {
  const pool = openPool(context);
  const raws = [Buffer.from('short, from the shared pool of Buffers'), Buffer.alloc(100_000, 'x')];
  await pool.parse(raws);
  assert.equal(String(raws[0]), 'short, from the shared pool of Buffers');
  assert.equal(raws[1]?.[99_999], 0x78);
});

function isExplained(error: unknown): boolean {
  return error instanceof ParserPoolError && /broken-parser.*does not load/.test(error.message);
}

const deaths = [
  // On a machine that gives it less than a quarter of a core, the limit of time by the clock comes first.
  { deed: 'loop', outcome: 'timeout', reason: /600 ms of CPU time|2400 ms/ },
  { deed: 'wait', outcome: 'timeout', reason: /2400 ms/ },
  { deed: 'allocate', outcome: 'memory', reason: /32 MB/ },
  { deed: 'throw', outcome: 'crash', reason: /no such charset/ },
  { deed: 'reject', outcome: 'crash', reason: /no such part/ },
  { deed: 'exit', outcome: 'crash', reason: /code 7/ },
  { deed: 'throw-later', outcome: 'crash', reason: /thrown later/ },
];

for (const { deed, outcome, reason } of deaths) {
  test(`a message that makes the parser ${deed} ends in "${outcome}", and the rest of its batch is parsed`, async (context) => {
    const pool = openPool(context, outcome === 'timeout' ? {} : { deadlineMs: 60_000 });
    const before = numbered(20);
    const after = numbered(5);
    assert.deepEqual(await outcomes(pool, [...before, deed, ...after]), [
      ...before,
      outcome,
      ...after,
    ]);
    const [alone] = await pool.parse([Buffer.from(deed)]);
    assert(alone !== undefined && alone.outcome !== 'parsed');
    assert.match(alone.reason, reason);
    assert.deepEqual(await outcomes(pool, after), after);
  });
}

test('a batch of nothing but poison ends, and does not hold up its neighbour', async (context) => {
  const pool = openPool(context);
  const poison = outcomes(pool, ['loop', 'exit', 'throw', 'exit', 'reject', 'loop']);
  assert.deepEqual(await outcomes(pool, numbered(3)), numbered(3));
  assert.deepEqual(await poison, ['timeout', 'crash', 'crash', 'crash', 'crash', 'timeout']);
});

test('the time that a batch waits for a thread counts against none of its messages', async (context) => {
  const pool = openPool(context, { threadCount: 1 });
  const first = outcomes(pool, ['loop', 'loop']);
  const second = outcomes(pool, numbered(2));
  assert.deepEqual(await first, ['timeout', 'timeout']);
  assert.deepEqual(await second, numbered(2));
});

test('the deadline is for one message, not for its batch', async (context) => {
  const batch = Array.from({ length: 12 }, (_, number) => `busy ${number}`);
  assert.deepEqual(await outcomes(openPool(context), batch), batch);
});

test('a parser does not see the environment', async (context) => {
  assert.deepEqual(await outcomes(openPool(context), ['environment']), ['undefined']);
});

test('a thread script that does not load rejects the batch with the reason', async (context) => {
  const pool = openPool(context, { threadScript: brokenParser });
  await assert.rejects(pool.parse([Buffer.from('a')]), isExplained);
  await assert.rejects(pool.parse([Buffer.from('b')]), isExplained);
});

test('close rejects what is not done, at once, and every later batch', async (context) => {
  const pool = openPool(context, { threadCount: 1 });
  const running = assert.rejects(pool.parse([Buffer.from('wait')]), ParserPoolError);
  const waiting = assert.rejects(pool.parse([Buffer.from('a')]), ParserPoolError);
  await pool.close();
  await Promise.all([running, waiting]);
  await assert.rejects(pool.parse([Buffer.from('a')]), ParserPoolError);
});

test('a thread of the real parser gives the same facts as a call', async (context) => {
  const pool = openParserPool({
    threadScript: new URL('../../src/parsing/parser-thread.js', import.meta.url),
    threadCount: 1,
    deadlineMs: 10_000,
    maxMemoryMb: 256,
  });
  context.after(() => pool.close());
  const raw = Buffer.from(
    'From: A <a@example.org>\nMessage-Id: <1@example.org>\nSubject: [PATCH] x\n\ntext\n',
  );
  const [result] = await pool.parse([raw]);
  assert.ok(result?.outcome === 'parsed' && result.parseMs > 0);
  const { texts, ...facts } = result.facts;
  const { texts: expectedTexts, ...expected } = storableFacts(await parseMessage(raw));
  assert.deepEqual(facts, expected);
  assert.deepEqual(texts.lengths, expectedTexts.lengths);
  assert.ok(expectedTexts.bytes.length > 0);
  // What a thread hands over is no Buffer any more.
  assert.deepEqual(Buffer.from(texts.bytes), expectedTexts.bytes);
});
