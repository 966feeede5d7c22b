import { test } from 'node:test';
import assert from 'node:assert/strict';
import { utcDate } from '../../src/message/date.ts';

const readable: [text: string, date: string][] = [
  ['Wed, 30 Aug 2017 16:32:05 +0800', '2017-08-30T08:32:05Z'],
  ['30 Aug 2017 16:32:05 -0130', '2017-08-30T18:02:05Z'],
  ['Wed, 30 Aug 2017 16:32 GMT', '2017-08-30T16:32:00Z'],
  ['Wed, 30 Aug 2017 16:32:05 +0200 (CEST)', '2017-08-30T14:32:05Z'],
  ['Wed, 30 Aug 2017 16:32:05 EST', '2017-08-30T21:32:05Z'],
  ['Wed, 30 Aug 2017 16:32:05 PDT', '2017-08-30T23:32:05Z'],
  ['Wed, 30 Aug 2017 16:32:05 MESZ', '2017-08-30T16:32:05Z'],
  ['Wed, 30 Aug 2017 16:32:05', '2017-08-30T16:32:05Z'],
  ['Wed, 30 Aug 2017 16:32:05+0800', '2017-08-30T08:32:05Z'],
  ['Wed, 30 Aug 2017 16:32:05 +08:00', '2017-08-30T08:32:05Z'],
  ['Wed,30 Aug 17 16:32:05 Z', '2017-08-30T16:32:05Z'],
  ['Wed, 30 Aug 99 16:32:05 UT', '1999-08-30T16:32:05Z'],
  ['Wednesday, 30-Aug-17 16:32:05 GMT', '2017-08-30T16:32:05Z'],
  ['Wed Aug 30 16:32:05 2017', '2017-08-30T16:32:05Z'],
  ['Wed Aug 30 16:32:05 EDT 2017', '2017-08-30T20:32:05Z'],
  ['Wed, 30 August 2017 16.32.05 +0000', '2017-08-30T16:32:05Z'],
  ['Wed, 30 Aug 2017 24:00:00 +0000', '2017-08-31T00:00:00Z'],
  ['Thu, 1 Jan 1970 00:00:00 +0000', '1970-01-01T00:00:00Z'],
  ['Sat, 1 Jan 2000\n 00:00:01 +0000', '2000-01-01T00:00:01Z'],
];

for (const [text, date] of readable) {
  test(`"${text}" is ${date}`, () => assert.equal(utcDate(text), date));
}

const unreadable = [
  '',
  'yesterday',
  'Wed, 30 Foo 2017 16:32:05 +0800',
  'Wed, 30 Aug 2017',
  'Wed, 30 Aug 2017 sixteen +0800',
  'Wed, 30 Aug 20171117 16:32:05 +0800',
  'Fri, 31 Dec 9999 23:59:59 -0100',
  `Wed, 30 Aug 2017 ${'9'.repeat(5000)}:32:05 +0800`,
  '+0800 16:32:05 2017 Aug',
];

test('a date that cannot be read is null and never the present time', () => {
  for (const text of unreadable) assert.equal(utcDate(text), null, text);
});
