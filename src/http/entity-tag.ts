import { createHash } from 'node:crypto';

/** Name of this very text: `"0cc175b9c0f1b6a831c399e269772661"` (RFC 9110 section 8.8.3). */
export function entityTag(body: string): string {
  return `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
}

/** Whether an If-None-Match header names the tag, or anything. Source: RFC 9110 section 13.1.2. */
export function namesTag(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch
    .split(',')
    .map((part) => part.trim().replace(/^W\//, ''))
    .some((name) => name === tag || name === '*');
}
