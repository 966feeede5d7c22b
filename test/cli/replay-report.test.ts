import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sinceMoment, untilMoment } from '../../src/cli/date-option.ts';
import { durationText, paceOf, progressBar, progressText } from '../../src/cli/progress.ts';
import { summaryText, totalsOf } from '../../src/cli/replay-report.ts';
import type { ReplayProgress } from '../../src/ingest/replay.ts';

const progress: ReplayProgress = {
  readCount: 4_200,
  readBytes: 42_000_000,
  oversizedCount: 0,
  outsideCount: 0,
  earlierCount: 0,
  outcomes: { stored: 4_000, duplicate: 12, unrouted: 0, dead: 1, dropped: 0, waiting: 0 },
  shareRead: 0.42,
};

test('progress tells the rate, the share, the time left, duplicates and dead letters', () => {
  const pace = paceOf(progress, 0, 6);
  assert.deepEqual(pace, { perSecond: 700, secondsLeft: 9 });
  assert.equal(
    progressText(progress, pace),
    '4200 read, 700/s, 42 %, 9 s left, 12 duplicate, 1 dead',
  );
  assert.equal(progressBar(0.42), '[########            ]');
});

test('of an archive of unknown size no end is foretold', () => {
  const piped = { ...progress, shareRead: null };
  assert.equal(progressText(piped, paceOf(piped, 0, 6)), '4200 read, 700/s, 12 duplicate, 1 dead');
  assert.equal(progressBar(null), '');
});

test('the end of a replay that goes on is foretold by what this one reads', () => {
  const resumed = { ...progress, shareRead: 0.75 };
  assert.equal(paceOf(resumed, 0.5, 10).secondsLeft, 10);
  assert.equal(paceOf({ ...progress, shareRead: 0.5 }, 0.5, 10).secondsLeft, null);
});

test('a duration is in its two largest units', () => {
  assert.deepEqual([8, 130, 7_300].map(durationText), ['8 s', '2 min 10 s', '2 h 1 min']);
});

test('the summary counts what earlier replays took as duplicates, and only what was read in the rate', () => {
  const resumed = { ...progress, earlierCount: 800 };
  assert.equal(
    summaryText(totalsOf([resumed]), 6),
    'replayed 5000, stored 4000, duplicate 812, dead 1 in 6.0 s (700/s)',
  );
  const odd = { ...progress, oversizedCount: 2, outcomes: { ...progress.outcomes, unrouted: 3 } };
  assert.match(summaryText(totalsOf([odd, odd]), 6), /dead 2, unrouted 6, oversized 4 in 6\.0 s/);
});

test('--since begins with its day, --until ends with it, and times are taken as they are', () => {
  assert.equal(sinceMoment('2024-01-31'), '2024-01-31T00:00:00Z');
  assert.equal(untilMoment('2024-01-31'), '2024-02-01T00:00:00Z');
  assert.equal(sinceMoment('2024-01-31T12:00Z'), '2024-01-31T12:00:00Z');
  assert.equal(untilMoment('2024-01-31T12:00:30Z'), '2024-01-31T12:00:30Z');
  for (const text of ['yesterday', '2024-13-01', '2024-01-31T12:00', '31.01.2024', '2024']) {
    assert.throws(() => sinceMoment(text), /a day as 2024-01-31/, text);
  }
});
