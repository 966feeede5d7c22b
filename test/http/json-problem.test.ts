import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonProblem } from '../../src/http/json-problem.ts';

/** As python3 -c 'import json; json.loads(…)' says it. */
const problems: readonly [string, string][] = [
  ['{bad json', 'Expecting property name enclosed in double quotes: line 1 column 2 (char 1)'],
  ['state=new', 'Expecting value: line 1 column 1 (char 0)'],
  ['{"a" 1}', "Expecting ':' delimiter: line 1 column 6 (char 5)"],
  ['{"a": 1 "b": 2}', "Expecting ',' delimiter: line 1 column 9 (char 8)"],
  ['{"a": 1}\n{}', 'Extra data: line 2 column 1 (char 9)'],
  ['{\n "a": }', 'Expecting value: line 2 column 7 (char 8)'],
  ['["a', 'Unterminated string starting at: line 1 column 2 (char 1)'],
  ['["a\n"]', 'Invalid control character at: line 1 column 4 (char 3)'],
  ['["\\x"]', 'Invalid \\escape: line 1 column 3 (char 2)'],
  ['[1, [], {}, "\\u00e9\\"", -1.5e3, nul]', 'Expecting value: line 1 column 33 (char 32)'],
  ['[[[', 'Expecting value: line 1 column 4 (char 3)'],
];

for (const [text, expected] of problems) {
  test(`what is wrong with ${JSON.stringify(text)} is said as Python says it`, () => {
    assert.throws(() => JSON.parse(text));
    assert.equal(jsonProblem(text), expected);
  });
}

test('a megabyte of brackets is looked at once', () => {
  assert.match(jsonProblem('['.repeat(1_000_000)), /^Expecting value: line 1 column 1000001/);
});
