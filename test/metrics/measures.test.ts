import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Observation } from '../../src/ingest/observations.ts';
import { measuresOf } from '../../src/metrics/measures.ts';

const names = { deliveryId: 77, sha256: 'ab'.repeat(32), messageId: '<a1@brook.example>' };
const receivedAt = '2026-03-02T09:00:00Z';
const now = Date.parse(receivedAt) + 2_000;

const observations: readonly Observation[] = [
  { kind: 'accepted', source: 'smtp', isDuplicate: false, seconds: 0.25, names },
  { kind: 'refused', source: 'lmtp', seconds: 5 },
  { kind: 'parsed', parseSeconds: [0.5, 0.125] },
  { kind: 'regrouped', submissionCount: 12 },
  {
    kind: 'settled',
    listId: 'brook-devel.lists.example',
    deliveries: [
      { ...names, outcome: 'stored', flags: ['date-missing'], receivedAt },
      { ...names, outcome: 'duplicate', flags: ['date-missing'], receivedAt },
    ],
  },
  { kind: 'died', stage: 'write', reason: 'error: value too long', names },
];

test('what is observed becomes numbers, a flag counted once for each stored message', () => {
  const measures = observations.flatMap((observation) => measuresOf(observation, now));
  assert.deepEqual(
    measures.map(({ name, value, labels }) => [name, value, Object.values(labels).join(' ')]),
    [
      ['accepted', 1, 'smtp false'],
      ['custodySeconds', 0.25, ''],
      ['custodyRefusals', 1, 'lmtp'],
      ['parseSeconds', 0.5, ''],
      ['parseSeconds', 0.125, ''],
      ['regroupedSubmissions', 12, ''],
      ['indexed', 1, 'stored'],
      ['indexDelaySeconds', 2, ''],
      ['flagged', 1, 'date-missing'],
      ['indexed', 1, 'duplicate'],
      ['indexDelaySeconds', 2, ''],
      ['died', 1, 'write'],
    ],
  );
});

test('no number says which message, list or text it is of', () => {
  const measures = observations.flatMap((observation) => measuresOf(observation, now));
  assert.doesNotMatch(JSON.stringify(measures), /77|abab|brook|too long/);
});

test('a database whose clock is ahead gives no negative time', () => {
  const [settled] = observations.filter(({ kind }) => kind === 'settled');
  const measures = measuresOf(settled!, Date.parse(receivedAt) - 60_000);
  assert.ok(measures.every(({ value }) => value >= 0));
});
