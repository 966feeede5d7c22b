import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** V8 frees what smaller messages leave behind in its own time. */
const minLargeBytes = 4 * 1024 * 1024;

/**
 * Frees at once what work on messages of these sizes has left behind in the calling thread, where one of them is large:
 * some 10 ms. V8 counts Buffers, and strings made from them, for little, and would let several times the largest message lie.
 */
export function collectGarbageAfter(sizesBytes: readonly number[]): void {
  if (!sizesBytes.some((sizeBytes) => sizeBytes >= minLargeBytes)) return;
  collect ??= exposedCollector();
  collect();
}

let collect: (() => void) | null = null;

/** The function `gc` of `node --expose-gc`: contexts that are made while the flag is set have it. */
function exposedCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const exposed: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  if (typeof exposed !== 'function') throw new Error('this Node.js has no gc()');
  return () => void exposed();
}
