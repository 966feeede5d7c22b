import { test } from 'node:test';
import assert from 'node:assert/strict';
import { dependencies } from '../../src/message/dependencies.ts';
import { trailerFacts } from '../../src/message/trailer-facts.ts';
import { trailers } from '../../src/patch/trailers.ts';

/** Texts that grow where a careless reader would take the square of their length. */
const growing: ReadonlyMap<string, (count: number) => string> = new Map([
  ['angle brackets that never close', (count) => `Depends-on: ${'<'.repeat(count)}\n`],
  ['an address that never ends', (count) => `Acked-by: ${'<a'.repeat(count)}\n`],
  ['quotes that never close', (count) => `Acked-by: ${'"('.repeat(count)} <a@x>\n`],
  ['punctuation', (count) => `Based-on: ${'(.'.repeat(count)}\n`],
  ['a URL of slashes', (count) => `Based-on: https://x${'/@'.repeat(count)}\n`],
  ['a URL of percent codes', (count) => `Based-on: https://x/${'%'.repeat(count)}\n`],
  ['a query of parts', (count) => `Based-on: https://x/?${'a=@&'.repeat(count)}\n`],
  [
    'one long line above many trailers',
    (count) => `for ${'patch 1, '.repeat(count)}\n${'Acked-by: A\n'.repeat(count)}`,
  ],
  ['trailers', (count) => 'For patches 1-3:\nAcked-by: A <a@x> # 1\n'.repeat(count)],
  ['continuation lines', (count) => `Depends-on: a@x${'\n a@x'.repeat(count)}\n`],
]);

/** CPU time, not wall time: other tests run beside this one. */
function cpuMs(text: string): number {
  const before = process.cpuUsage();
  const found = trailers(text);
  trailerFacts({ role: 'discussion', content: text, trailers: found });
  dependencies(found);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

for (const [name, textOf] of growing) {
  test(`a text of ${name} takes linear time`, () => {
    // Quadratic time would show in the part already, and must not be waited for with the whole.
    const partMs = cpuMs(textOf(20_000));
    assert.ok(partMs < 500, `${partMs} ms for the part`);
    const wholeMs = cpuMs(textOf(160_000));
    assert.ok(wholeMs < Math.max(600, 24 * partMs), `${partMs} ms, ${wholeMs} ms`);
  });
}
