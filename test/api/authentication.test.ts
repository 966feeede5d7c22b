import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { openAuthentication } from '../../src/api/authenticate.ts';
import { usualLimits } from '../../src/api/password-memory.ts';
import { passwordHash } from '../../src/api/password.ts';
import { newToken, tokenSha256 } from '../../src/api/token.ts';
import { ApiError } from '../../src/http/api-error.ts';
import type { Authenticate } from '../../src/http/authenticate.ts';
import type { Database } from '../../src/store/database.ts';
import { addToken, addUser, deactivateUser, setPasswordHash } from '../../src/store/users.ts';
import { openTestDatabase } from '../support/test-database.ts';

interface AuthenticationScene {
  readonly database: Database;
  readonly userId: number;
  readonly token: string;
  readonly authenticate: Authenticate;
}

const password = 'brook: äöü';

async function openScene(context: TestContext): Promise<AuthenticationScene> {
  const { database } = await openTestDatabase(context);
  const names = { firstName: '', lastName: '', email: '', isSuperuser: false };
  const user = await addUser(database, { ...names, username: 'Ada' });
  const token = newToken();
  await addToken(database, user!.id, tokenSha256(token));
  await setPasswordHash(database, user!.id, await passwordHash(password));
  return { database, userId: user!.id, token, authenticate: openAuthentication(database) };
}

function basic(username: string, secret: string): string {
  return `Basic ${Buffer.from(`${username}:${secret}`).toString('base64')}`;
}

async function refusalOf(authenticate: Authenticate, authorization: string): Promise<string> {
  try {
    await authenticate(authorization);
  } catch (error) {
    assert.ok(error instanceof ApiError, String(error));
    assert.equal(error.status, 403);
    return JSON.parse(JSON.stringify(error.body)).detail;
  }
  return 'none';
}

test('a token and a password name their user', async (context) => {
  const { authenticate, token, userId } = await openScene(context);
  const caller = { userId, username: 'Ada', isSuperuser: false };
  assert.deepEqual(await authenticate(`Token ${token}`), caller);
  assert.deepEqual(await authenticate(`token  ${token}`), caller);
  assert.deepEqual(await authenticate(basic('ada', password)), caller);
  assert.equal(await authenticate('Bearer x'), null, 'another scheme is nobody');
});

const refusals: readonly [string, string][] = [
  ['Token', 'Invalid token header. No credentials provided.'],
  ['Token a b', 'Invalid token header. Token string should not contain spaces.'],
  [`Token ${'0'.repeat(40)}`, 'Invalid token.'],
  ['Token \u00e9', 'Invalid token.'],
  ['Basic', 'Invalid basic header. No credentials provided.'],
  ['Basic a b', 'Invalid basic header. Credentials string should not contain spaces.'],
  ['Basic %%%', 'Invalid basic header. Credentials not correctly base64 encoded.'],
  [basic('ada', 'brook'), 'Invalid username/password.'],
  [basic('ada', ''), 'Invalid username/password.'],
  [basic('nobody', password), 'Invalid username/password.'],
  [basic('ada\0', password), 'Invalid username/password.'],
];

test('wrong credentials are refused in the words of Patchwork', async (context) => {
  const { authenticate } = await openScene(context);
  for (const [authorization, expected] of refusals) {
    assert.equal(await refusalOf(authenticate, authorization), expected, authorization);
  }
});

test('a user without a password is not let in by an empty one', async (context) => {
  const { authenticate, database } = await openScene(context);
  await database.query('UPDATE patchloom.app_user SET password_hash = NULL');
  assert.equal(await refusalOf(authenticate, basic('ada', '')), 'Invalid username/password.');
});

test('a password that was right is remembered until it changes or its user goes', async (context) => {
  const { authenticate, database, userId } = await openScene(context);
  const header = basic('ada', password);
  await authenticate(header);
  const start = performance.now();
  for (let count = 0; count < 20; count += 1) await authenticate(header);
  const elapsedMs = performance.now() - start;
  // Twenty derivations take seconds; no other figure is meant.
  assert.ok(elapsedMs < 2_000, `${elapsedMs} ms`);
  await setPasswordHash(database, userId, await passwordHash('another'));
  assert.equal(await refusalOf(authenticate, header), 'Invalid username/password.');
  await setPasswordHash(database, userId, await passwordHash(password));
  await authenticate(header);
  await deactivateUser(database, userId);
  assert.equal(await refusalOf(authenticate, header), 'User inactive or deleted.');
});

test('what is remembered is forgotten in time', async (context) => {
  const { database } = await openScene(context);
  let nowMs = 0;
  const authenticate = openAuthentication(database, { nowMs: () => nowMs, maxWaitingCount: 1 });
  const header = basic('ada', password);
  await authenticate(header);
  nowMs = 10 * 60_000;
  const start = process.cpuUsage();
  await authenticate(header);
  const { user, system } = process.cpuUsage(start);
  assert.ok(user + system > 20_000, 'it was derived again');
});

test('too many guesses at once are told to wait, and a user who is known is not', async (context) => {
  const { database, token } = await openScene(context);
  const authenticate = openAuthentication(database, { ...usualLimits, maxWaitingCount: 2 });
  await authenticate(basic('ada', password));
  const guesses = Array.from({ length: 5 }, (_, guess) =>
    authenticate(basic('ada', `guess ${guess}`)).then(
      () => 200,
      (error: unknown) => (error instanceof ApiError ? error.status : 500),
    ),
  );
  await authenticate(`Token ${token}`);
  await authenticate(basic('ada', password));
  const statuses = await Promise.all(guesses);
  assert.deepEqual(
    statuses.toSorted((a, b) => a - b),
    [403, 403, 503, 503, 503],
  );
});
