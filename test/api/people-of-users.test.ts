import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Database } from '../../src/store/database.ts';
import { addUser } from '../../src/store/users.ts';
import { storeAll } from '../support/index-mail.ts';
import { sampleMail } from '../support/sample-mail.ts';
import { openTestDatabase } from '../support/test-database.ts';

const names = { firstName: '', lastName: '', isSuperuser: false };

async function usersOfPeople(database: Database): Promise<unknown[]> {
  const { rows } = await database.query(
    `SELECT p.email, u.username FROM patchloom.person p
     LEFT JOIN patchloom.app_user u ON u.id = p.user_id ORDER BY p.email`,
  );
  return rows;
}

test('mail is its user’s, whether user or mail came first, and whatever the case of the address', async (context) => {
  const { database } = await openTestDatabase(context);
  const from = (id: string, email: string): Buffer => sampleMail({ id, subject: id, from: email });
  await addUser(database, { ...names, username: 'early', email: 'EARLY@brook.example' });
  await addUser(database, { ...names, username: 'second', email: 'early@brook.example' });
  await storeAll(database, [from('a1', 'early@brook.example'), from('a2', 'Late@Brook.example')]);
  await addUser(database, { ...names, username: 'late', email: 'late@brook.example' });
  assert.deepEqual(await usersOfPeople(database), [
    { email: 'Late@Brook.example', username: 'late' },
    { email: 'early@brook.example', username: 'early' },
  ]);
});

test('mail without a sender is nobody’s, also not that of a user without an address', async (context) => {
  const { database } = await openTestDatabase(context);
  await addUser(database, { ...names, username: 'early', email: '' });
  await storeAll(database, [sampleMail({ id: 'a1', subject: 'a', from: '' })]);
  await addUser(database, { ...names, username: 'late', email: '' });
  assert.deepEqual(await usersOfPeople(database), [{ email: '', username: null }]);
});

test('users and mail that come at once find each other', async (context) => {
  const { database } = await openTestDatabase(context);
  const numbers = Array.from({ length: 6 }, (_, number) => number);
  await Promise.all(
    numbers.flatMap((number) => [
      storeAll(database, [
        sampleMail({ id: `a${number}`, subject: 'a', from: `a${number}@brook.example` }),
      ]),
      addUser(database, { ...names, username: `a${number}`, email: `a${number}@brook.example` }),
    ]),
  );
  const expected = numbers.map((number) => ({
    email: `a${number}@brook.example`,
    username: `a${number}`,
  }));
  assert.deepEqual(await usersOfPeople(database), expected);
});
