import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

type Filter = ChildProcessByStdio<Writable, Readable, Readable>;

const maxComplaintCharacters = 500;

/** Starts a command of PATH that reads stdin and writes stdout; null when there is no such command. */
export async function startedFilter(
  command: string,
  parameters: readonly string[],
): Promise<Filter | null> {
  const filter = spawn(command, parameters, { stdio: ['pipe', 'pipe', 'pipe'] });
  try {
    await once(filter, 'spawn');
    return filter;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * What a started filter makes of a source. Throws the command's complaint (stderr) when it ends with a status other
 * than 0, and the source's own error when that fails. The command is killed when the reader stops early.
 */
export async function* filteredChunks(
  filter: Filter,
  source: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  const complaint = collectedText(filter.stderr);
  const ended: Promise<unknown[]> = once(filter, 'close');
  let sourceError: unknown = null;
  const fed = pipeline(Readable.from(source), filter.stdin).catch((error: unknown) => {
    if (isBrokenPipe(error)) return; // the filter ended first: its status tells why
    sourceError = error;
    filter.kill();
  });
  try {
    yield* filter.stdout as AsyncIterable<Buffer>;
    const [status] = await ended;
    await fed;
    if (sourceError !== null) throw sourceError;
    if (status !== 0) throw new Error(await complaint);
  } finally {
    filter.kill();
  }
}

function isBrokenPipe(error: unknown): boolean {
  const codes: unknown[] = ['EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'];
  return error instanceof Error && 'code' in error && codes.includes(error.code);
}

async function collectedText(stream: Readable): Promise<string> {
  let text = '';
  for await (const piece of stream) {
    if (text.length < maxComplaintCharacters) text += String(piece);
  }
  return text.slice(0, maxComplaintCharacters).trim();
}
