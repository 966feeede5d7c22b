import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { patchText, sampleMail } from '../support/sample-mail.ts';
import { storeAll } from '../support/index-mail.ts';
import { openTestDatabase } from '../support/test-database.ts';

const listEmail = 'brook-devel@lists.example';

/** A patch whose From the list has put its own address into; one copy says who is behind it. */
function copy(trace: readonly string[]): Buffer {
  return sampleMail({
    id: 'p1',
    subject: '[PATCH] gauge: read the depth',
    from: `Cy Dale via brook-devel <${listEmail}>`,
    body: patchText('depth'),
    trace,
  });
}

const copies = [copy([]), copy(['X-Original-From: Cy Dale <cy@dale.example>'])].toSorted((a, b) =>
  sha256(a) < sha256(b) ? -1 : 1,
);

function sha256(raw: Buffer): string {
  return createHash('sha256').update(raw).digest('hex');
}

/** Of the lowest copy. */
const email = copies[0]!.includes('X-Original-From') ? 'cy@dale.example' : listEmail;

for (const [order, raws] of [
  ['first', copies],
  ['last', copies.toReversed()],
] as const) {
  test(`the sender of a message is that of its lowest copy, which came ${order}`, async (context) => {
    const { database } = await openTestDatabase(context);
    for (const raw of raws) await storeAll(database, [raw]);
    const { rows } = await database.query(
      `SELECT m.submitter_email AS "email", p.email AS person, q.email AS "ofPatch", r.email AS "ofSeries"
       FROM patchloom.message m
       JOIN patchloom.person p ON p.id = m.submitter_id
       JOIN patchloom.patch t ON t.message = m.id
       JOIN patchloom.person q ON q.id = t.submitter_id
       JOIN patchloom.series s ON s.id = m.series_id
       JOIN patchloom.person r ON r.id = s.submitter_id`,
    );
    assert.deepEqual(rows, [{ email, person: email, ofPatch: email, ofSeries: email }]);
  });
}
