import { createHash, randomBytes } from 'node:crypto';

const tokenBytes = 20;

/** A new token for programs, 40 hex digits, as Patchwork's are. */
export function newToken(): string {
  return randomBytes(tokenBytes).toString('hex');
}

/** What is stored of a token: it has 160 random bits, so that no salt and no slow hash is needed. */
export function tokenSha256(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
