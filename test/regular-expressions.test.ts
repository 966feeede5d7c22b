import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attacksOn, attackText } from './support/attack-texts.ts';
import type { Attack } from './support/attack-texts.ts';
import { constructedIn, regularExpressionsIn } from './support/regular-expressions.ts';
import type { RegularExpression } from './support/regular-expressions.ts';

/** Characters of an attack, in steps so small that exponential time shows while it still ends; quadratic time shows in the last. */
const lengths = [16, 20, 24, 28, 34, 42, 60, 120, 500, 8_000, 64_000];

/** A linear expression takes 64,000 characters in 0.5 ms; a quadratic one needs 50 ms and more. */
const maxCpuMs = 8;

/** What is slow once may have been a pause of the machine or of the garbage collector; what is slow each time is not. */
const repeatCount = 4;

function cpuMs(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Every place in a text, as `replaceAll` and `split` look; a sticky expression looks at one place only. */
function search(expression: RegExp, text: string): void {
  expression.lastIndex = 0;
  if (expression.global) text.replace(expression, '');
  else expression.exec(text);
}

/** Whether an attack takes more than linear time, at the first length at which it shows. */
function succeeds(expression: RegExp, attack: Attack): boolean {
  return lengths.some((length) => {
    const text = attackText(attack, length);
    for (let repeat = 0; repeat < repeatCount; repeat += 1) {
      if (cpuMs(() => search(expression, text)) < maxCpuMs) return false;
    }
    return true;
  });
}

/** The first attack that succeeds; null when none does. */
function weakness({ source, flags }: Pick<RegularExpression, 'source' | 'flags'>): Attack | null {
  const expression = new RegExp(source, flags);
  return attacksOn(source).find((attack) => succeeds(expression, attack)) ?? null;
}

/** Expressions that were or could be written by mistake, each slow in a way of its own. */
const careless: readonly RegExp[] = [
  / +$/,
  /[ \t]+\n/,
  /^(?:a+)+$/,
  /^(?:a|aa)+$/,
  /^(?:[0-9]+,?)*;/,
  /\[.*\]x/,
  /<.*>/,
  /a.*b.*c/,
  /^\s*(.*?)\s*$/,
  /@@ -[0-9]+[^@]*\+[0-9]+ @@/,
  /[0-9]+-[0-9]+:/,
  /\([^)]*\)/g,
  /From: (.*) <(.*)>$/m,
];

for (const { source, flags } of careless) {
  test(`the attacks find that /${source}/${flags} is slow`, () => {
    assert.notEqual(weakness({ source, flags }), null);
  });
}

const found = [...regularExpressionsIn('src'), ...regularExpressionsIn('workers')];

test(`each of the ${found.length} regular expressions of the source takes linear time on any attack`, () => {
  const weak = found.flatMap((expression) => {
    const attack = weakness(expression);
    const { place, source, flags } = expression;
    return attack === null ? [] : [`${place} /${source}/${flags}: ${JSON.stringify(attack)}`];
  });
  assert.deepEqual(weak, []);
});

test('all regular expressions of the source are found', () => {
  const sources = found.map(({ source }) => source);
  assert.ok(sources.includes('^<([0-9]{8,14}\\.[0-9]+)-[0-9]+-(.*)>$'), 'one of many in a line');
  assert.ok(sources.includes('[/-]'), 'one with a slash in a class');
  assert.ok(sources.length > 90, `${sources.length}`);
  // What is made from a string is not found: this one reads a slice of 65 characters.
  assert.deepEqual(constructedIn('src').length, 1, constructedIn('src').join('\n'));
});
