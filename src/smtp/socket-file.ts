import { once } from 'node:events';
import { lstat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';

/**
 * Makes way for a unix socket: removes the socket file of a process that is gone. Throws when something else stands
 * there, or when a process still listens.
 */
export async function clearSocketPath(path: string): Promise<void> {
  const kind = await fileKind(path);
  if (kind === 'absent') return;
  if (kind === 'other') throw new Error(`${path} is there and is no socket: name another path`);
  if (await isListening(path)) throw new Error(`${path}: another process listens there`);
  await unlink(path);
}

async function fileKind(path: string): Promise<'absent' | 'socket' | 'other'> {
  try {
    return (await lstat(path)).isSocket() ? 'socket' : 'other';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'absent';
    throw error;
  }
}

async function isListening(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED') return false;
    throw error;
  } finally {
    socket.destroy();
  }
}
