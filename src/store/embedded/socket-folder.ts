import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** Name of the socket file for port 5432. Source: PostgreSQL manual, unix_socket_directories. */
export const socketFileName = '.s.PGSQL.5432';

/** Longest path of a Unix socket in bytes, without the ending NUL. Source: sockaddr_un, unix(7); 104 with NUL on macOS. */
const maxSocketPathBytes = process.platform === 'darwin' ? 103 : 107;

/**
 * Where the socket of a database in `homeFolder` lies: in its subfolder postgres-socket, or where that is too long for a
 * socket, in a short folder: "/tmp/patchloom-65534-3f2a…". Depends on nothing else, so that all processes agree:
 * TMPDIR may differ between them.
 */
export function socketFolderOf(homeFolder: string, uid: number): string {
  const folder = join(homeFolder, 'postgres-socket');
  if (Buffer.byteLength(join(folder, socketFileName)) <= maxSocketPathBytes) return folder;
  return `/tmp/patchloom-${uid}-${shortHash(homeFolder)}`;
}

/** First 16 hex digits of a SHA-256: names a folder after a path or a version. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/**
 * Connection string for pg and libpq: "postgres:///patchloom?host=%2Fsrv%2Fpostgres-socket&port=5432&user=patchloom&sslmode=disable".
 * sslmode is there because PGSSLMODE=require in the environment would break a Unix socket.
 */
export function connectionStringOf(socketFolder: string, database: string): string {
  const host = encodeURIComponent(socketFolder);
  return `postgres:///${database}?host=${host}&port=5432&user=patchloom&sslmode=disable`;
}

/** Value for unix_socket_directories, a list parted by commas: /a,b -> "/a,b" in double quotes. */
export function quotedFolder(folder: string): string {
  return `"${folder.replaceAll('"', '""')}"`;
}
