import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { expositionOf, gauge, newCounter, newHistogram } from '../../src/metrics/metric.ts';
import { needsPromtool } from '../fault/alert-rules.ts';

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

test('a counter is there as 0 for what is known to come, and adds up what comes', () => {
  const counter = newCounter('mails_total', 'Mails.', [{ source: 'smtp' }]);
  assert.deepEqual(linesOf(expositionOf([counter])), ['mails_total{source="smtp"} 0']);
  counter.record({ source: 'smtp' }, 2);
  counter.record({ source: 'lmtp' }, 1);
  counter.record({ source: 'smtp' }, 3);
  assert.deepEqual(linesOf(expositionOf([counter])), [
    'mails_total{source="smtp"} 5',
    'mails_total{source="lmtp"} 1',
  ]);
});

test('the buckets of a histogram hold all that is not greater than their bound', () => {
  const histogram = newHistogram('took_seconds', 'Time.', [0.1, 1]);
  for (const seconds of [0.05, 0.1, 0.5, 7]) histogram.record({}, seconds);
  assert.deepEqual(linesOf(expositionOf([histogram])), [
    'took_seconds_bucket{le="0.1"} 2',
    'took_seconds_bucket{le="1"} 3',
    'took_seconds_bucket{le="+Inf"} 4',
    'took_seconds_sum 7.65',
    'took_seconds_count 4',
  ]);
});

test('a help text or a label cannot begin another line', () => {
  const odd = 'a\\b"c\nd 1';
  const text = expositionOf([gauge('odd', odd, [[{ label: odd }, 1]])]);
  assert.equal(
    text,
    '# HELP odd a\\\\b"c\\nd 1\n# TYPE odd gauge\nodd{label="a\\\\b\\"c\\nd 1"} 1\n',
  );
});

test('promtool finds nothing wrong', { skip: needsPromtool }, () => {
  const counter = newCounter('mails_total', 'Mails.', [{ source: 'a\\b"c\nd' }]);
  const histogram = newHistogram('took_seconds', 'Time\nand "more".', [0.1, 1]);
  histogram.record({}, 3);
  const input = expositionOf([counter, histogram, gauge('now', 'Now.', [[{}, -1.5e-9]])]);
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input,
    encoding: 'utf8',
  });
  assert.equal(status, 0, `${stdout}${stderr}`);
});
