import { pbkdf2, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

const derive = promisify<string, Buffer, number, Cost, Buffer>(scrypt);

const derivePbkdf2 = promisify(pbkdf2);

/** 16 MiB and about 0.2 s: OWASP's Password Storage Cheat Sheet, scrypt with the least memory. */
const cost: Cost = { N: 16_384, r: 8, p: 5 };

const saltBytes = 16;
const keyBytes = 32;

/** Derived in a thread of node's pool: "scrypt$16384$8$5$<salt>$<key>", the last two in base64. */
export async function passwordHash(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const key = await derive(password.normalize('NFKC'), salt, keyBytes, cost);
  const { N, r, p } = cost;
  return ['scrypt', N, r, p, salt.toString('base64'), key.toString('base64')].join('$');
}

/** Whether a hash that `passwordHash` or Django made is of this password; false for text that is no such hash. */
export async function isPasswordOf(hash: string, password: string): Promise<boolean> {
  if (hash.startsWith('pbkdf2_sha256$')) return isDjangoPasswordOf(hash, password);
  const parts = /^scrypt\$([0-9]{1,8})\$([0-9]{1,3})\$([0-9]{1,3})\$([^$]+)\$([^$]+)$/.exec(hash);
  if (parts === null) return false;
  const [, N, r, p, salt = '', key = ''] = parts;
  const expected = Buffer.from(key, 'base64');
  const found = await derive(
    password.normalize('NFKC'),
    Buffer.from(salt, 'base64'),
    expected.length,
    { N: Number(N), r: Number(r), p: Number(p) },
  );
  return timingSafeEqual(found, expected);
}

/**
 * "pbkdf2_sha256$600000$<salt>$<key>", the salt as text and the key in base64: of users who were imported. Django takes
 * the password as it is typed. Source: Django's manual, Password management.
 */
async function isDjangoPasswordOf(hash: string, password: string): Promise<boolean> {
  const parts = /^pbkdf2_sha256\$([0-9]{1,8})\$([^$]+)\$([^$]+)$/.exec(hash);
  if (parts === null) return false;
  const [, iterations, salt = '', key = ''] = parts;
  const expected = Buffer.from(key, 'base64');
  if (Number(iterations) === 0 || expected.length === 0) return false;
  const found = await derivePbkdf2(password, salt, Number(iterations), expected.length, 'sha256');
  return timingSafeEqual(found, expected);
}
