import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isInWindow } from '../../src/ingest/date-window.ts';

const window = { since: '2024-01-01T00:00:00Z', until: '2024-02-01T00:00:00Z' };

for (const [claim, header, isInside] of [
  ['the first moment is inside', 'Date: Mon, 1 Jan 2024 00:00:00 +0000', true],
  ['the zone counts', 'Date: Mon, 1 Jan 2024 00:59:59 +0100', false],
  ['the last second is inside', 'Date: Wed, 31 Jan 2024 23:59:59 +0000', true],
  ['the first moment after it is not', 'Date: Thu, 1 Feb 2024 00:00:00 +0000', false],
  ['a date that cannot be read is kept', 'Date: some day', true],
  ['no date is kept', 'Subject: x', true],
  ['a Date in the body is none', 'Subject: x\n\nDate: Mon, 1 Jan 2020 00:00:00 +0000', true],
  ['a folded Date is read', 'DATE:\n Mon, 1 Jan 2020 00:00:00 +0000', false],
] as const) {
  test(`dates of a replay: ${claim}`, () => {
    assert.equal(isInWindow(Buffer.from(`${header}\n\ntext\n`), window), isInside);
  });
}

test('dates of a replay: without bounds nothing is outside', () => {
  const raw = Buffer.from('Date: Mon, 1 Jan 1990 00:00:00 +0000\n\n');
  assert.ok(isInWindow(raw, { since: null, until: null }));
  assert.ok(isInWindow(raw, { since: null, until: window.until }));
  assert.ok(!isInWindow(raw, { since: window.since, until: null }));
});
