import { ApiError } from '../http/api-error.ts';
import type { Authenticate, Caller } from '../http/authenticate.ts';
import { findCredentials, findTokenOwner } from '../store/actors.ts';
import type { Credentials } from '../store/actors.ts';
import type { Database } from '../store/database.ts';
import { PasswordMemory, usualLimits } from './password-memory.ts';
import type { PasswordLimits } from './password-memory.ts';
import { tokenSha256 } from './token.ts';

/**
 * Recognizes users by tokens and passwords that the store knows. Throws ApiError 403, as Patchwork says it, when the
 * credentials are wrong, and 503 when too many passwords wait to be looked at.
 */
export function openAuthentication(
  database: Database,
  limits: PasswordLimits = usualLimits,
): Authenticate {
  const passwords = new PasswordMemory(limits);
  return async (authorization) => {
    const [scheme = '', ...rest] = authorization.trim().split(/\s+/);
    if (/^token$/i.test(scheme)) return tokenOwner(database, rest);
    if (/^basic$/i.test(scheme)) return passwordOwner(database, passwords, rest);
    return null;
  };
}

function refused(detail: string): ApiError {
  return new ApiError(403, { detail });
}

function callerOf({ id, username, isSuperuser }: Credentials): Caller {
  return { userId: id, username, isSuperuser };
}

async function tokenOwner(database: Database, rest: readonly string[]): Promise<Caller> {
  const [token, ...more] = rest;
  if (token === undefined) throw refused('Invalid token header. No credentials provided.');
  if (more.length > 0) {
    throw refused('Invalid token header. Token string should not contain spaces.');
  }
  const owner = await findTokenOwner(database, tokenSha256(token));
  if (owner === null) throw refused('Invalid token.');
  if (!owner.isActive) throw refused('User inactive or deleted.');
  return callerOf(owner);
}

async function passwordOwner(
  database: Database,
  passwords: PasswordMemory,
  rest: readonly string[],
): Promise<Caller> {
  const { username, password } = basicCredentials(rest);
  const user = username.includes('\0') ? null : await findCredentials(database, username);
  const isRight = await passwords.isPasswordOf(user?.passwordHash ?? null, username, password);
  if (user === null || !isRight) throw refused('Invalid username/password.');
  if (!user.isActive) throw refused('User inactive or deleted.');
  return callerOf(user);
}

/** RFC 7617: base64 of "username:password", in UTF-8. */
function basicCredentials(rest: readonly string[]): { username: string; password: string } {
  const [encoded, ...more] = rest;
  if (encoded === undefined) throw refused('Invalid basic header. No credentials provided.');
  if (more.length > 0) {
    throw refused('Invalid basic header. Credentials string should not contain spaces.');
  }
  const text = Buffer.from(encoded, 'base64').toString();
  const colon = text.indexOf(':');
  if (colon === -1) {
    throw refused('Invalid basic header. Credentials not correctly base64 encoded.');
  }
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}
