import { execFile } from 'node:child_process';
import { lstat, readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

const runFile = promisify(execFile);

/** Who the Postgres processes run as. */
export interface ServerUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** True when Patchloom runs as root and gives root up for Postgres, which refuses to run as root. */
  readonly isDropped: boolean;
}

/**
 * Chooses the user for Postgres: the caller, or for root the owner of the cluster, else of the data folder, where that is
 * an ordinary user, else nobody. Throws EmbeddedPostgresError 'no-user' for a uid without a passwd entry: Postgres would
 * stop with "could not look up effective user ID".
 */
export async function chooseServerUser(
  clusterFolder: string,
  dataFolder: string,
): Promise<ServerUser> {
  const uid = process.getuid?.() ?? 0;
  if (uid !== 0) return callingUser(uid);
  const users = parsePasswd(await readFile('/etc/passwd', 'utf8'));
  const clusterOwner = await ordinaryOwner(clusterFolder);
  if (clusterOwner !== null) return namedOwner(users, clusterOwner, clusterFolder);
  const folderOwner = await ordinaryOwner(dataFolder);
  const user =
    users.find((entry) => entry.uid === folderOwner) ??
    users.find((entry) => entry.name === 'nobody');
  if (user !== undefined) return { ...user, isDropped: true };
  throw new EmbeddedPostgresError(
    'no-user',
    '/etc/passwd has no user nobody, and Postgres refuses to run as root: add that user, run Patchloom as an ordinary user, or set DATABASE_URL',
  );
}

/** What a passwd line says about one user. */
export type PasswdEntry = Omit<ServerUser, 'isDropped'>;

/** Users of an /etc/passwd text: "nobody:x:65534:65534:…" -> { name: "nobody", uid: 65534, gid: 65534 }. Source: passwd(5). */
export function parsePasswd(text: string): PasswdEntry[] {
  return text.split('\n').flatMap((line) => {
    const [name = '', , uid = '', gid = ''] = line.split(':');
    if (name === '' || !/^[0-9]+$/.test(uid) || !/^[0-9]+$/.test(gid)) return [];
    return [{ name, uid: Number(uid), gid: Number(gid) }];
  });
}

/** Options for node:child_process that make a child run as `user`, in a folder that everyone can enter. */
export function childOptionsOf(user: ServerUser): { cwd: string; uid?: number; gid?: number } {
  return user.isDropped ? { cwd: '/', uid: user.uid, gid: user.gid } : { cwd: '/' };
}

/** Whether `user` may enter `folder`, tried rather than computed: mode bits do not show ACLs or mount options. */
export async function canEnter(user: ServerUser, folder: string): Promise<boolean> {
  try {
    await runFile('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], childOptionsOf(user));
    return true;
  } catch {
    return false;
  }
}

function callingUser(uid: number): ServerUser {
  try {
    return { name: userInfo().username, uid, gid: process.getgid?.() ?? uid, isDropped: false };
  } catch (cause) {
    throw new EmbeddedPostgresError(
      'no-user',
      `uid ${uid} has no entry in /etc/passwd, and Postgres refuses such users: add one, run as another user, or set DATABASE_URL`,
      cause,
    );
  }
}

function namedOwner(users: readonly PasswdEntry[], uid: number, folder: string): ServerUser {
  const user = users.find((entry) => entry.uid === uid);
  if (user !== undefined) return { ...user, isDropped: true };
  throw new EmbeddedPostgresError(
    'no-user',
    `${folder} belongs to uid ${uid}, which has no entry in /etc/passwd: add one, give the folder to nobody (chown -R nobody), or set DATABASE_URL`,
  );
}

/** Owner of a path; null when it does not exist or belongs to root. */
async function ordinaryOwner(path: string): Promise<number | null> {
  const owner = await lstat(path).then(
    (found) => found.uid,
    () => 0,
  );
  return owner === 0 ? null : owner;
}
