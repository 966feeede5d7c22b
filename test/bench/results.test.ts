import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quantile } from '../../bench/quantile.ts';
import { numberText } from '../../bench/report.ts';
import { resultsText } from '../../bench/results-text.ts';

const report = {
  title: 'start',
  input: 'serve',
  figures: [{ name: 'cold', value: 812.4, unit: 'ms' }],
};

test('what is written by hand into the results stays when they are written anew', () => {
  const first = resultsText([], ['2 cores'], '');
  const edited = first.replace('| --- | ---: | ---: |', '$&\n| fewer `commits` | 3.1 | 2.0 |');
  const second = resultsText([report], ['4 cores'], edited);
  assert.match(second, /\| fewer `commits` \| 3\.1 \| 2\.0 \|/);
  assert.match(second, /- 4 cores\n/);
  assert.match(second, /## start\n\nserve\n\n.*\n.*\n\| cold \| 812 \| ms \|\n/);
  assert.equal(resultsText([report], ['4 cores'], second), second);
});

test('numbers have three digits, or all of those before the point', () => {
  const texts = [14358.4, 812.4, 12.34, 0.0456, 1, 0].map(numberText);
  assert.deepEqual(texts, ['14358', '812', '12.3', '0.0456', '1.00', '0']);
});

test('a quantile is one of the numbers', () => {
  const numbers = Array.from({ length: 200 }, (_, place) => 200 - place);
  assert.equal(quantile(numbers, 0.5), 100);
  assert.equal(quantile(numbers, 0.99), 198);
  assert.equal(quantile(numbers, 1), 200);
});
