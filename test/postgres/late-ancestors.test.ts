import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storeAll } from '../support/index-mail.ts';
import { storedPlaces } from '../support/list-generator/stored-places.ts';
import { messageIdOf, sampleListId, sampleMail } from '../support/sample-mail.ts';
import { openTestDatabase } from '../support/test-database.ts';

/**
 * [PATCH 0/1]                 comes late
 *   Re: 1
 *     Re: 2
 *       Re: 3                 comes late
 *         Re: 4
 *           Re: 5
 */
test('replies below two messages that come late together are comments on the cover letter', async (context) => {
  const { database } = await openTestDatabase(context);
  const cover = sampleMail({ id: '0', subject: '[PATCH 0/1] gauge' });
  const replies = [1, 2, 3, 4, 5].map((depth) =>
    sampleMail({ id: `${depth}`, subject: 'Re: [PATCH 0/1] gauge', references: [`${depth - 1}`] }),
  );
  const [third, ...early] = [replies[2]!, ...replies.filter((_, place) => place !== 2)];
  await storeAll(database, early);
  await storeAll(database, [cover, third]);
  const places = [...(await storedPlaces(database, sampleListId)).values()];
  const targets = new Map(places.map(({ messageId, target }) => [messageId, target]));
  for (const depth of [1, 2, 3, 4, 5]) {
    assert.equal(targets.get(messageIdOf(`${depth}`)), messageIdOf('0'), `reply ${depth}`);
  }
});
