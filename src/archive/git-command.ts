import { ArchiveError } from './archive-error.ts';
import { filteredChunks, startedFilter } from './command-chunks.ts';

/**
 * A repository from elsewhere may name programs in its settings. Only plumbing is run, which asks for no pager, signature
 * or filter; hooks and the file system monitor are off, nothing is fetched, and who owns the files does not matter.
 */
const safeSettings = [
  '--no-pager',
  '--no-replace-objects',
  '-c',
  'safe.directory=*',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'protocol.allow=never',
] as const;

const noInput: AsyncIterable<Buffer> = {
  async *[Symbol.asyncIterator]() {
    // nothing
  },
};

/**
 * What a git command prints. `repository` is a git directory. Throws ArchiveError when git is not installed, and with
 * git's complaint when it ends with a status other than 0.
 */
export async function* gitChunks(
  repository: string,
  parameters: readonly string[],
  input: AsyncIterable<Buffer> = noInput,
): AsyncGenerator<Buffer> {
  const where = { path: repository, offset: 0 };
  const git = await startedFilter('git', [
    ...safeSettings,
    `--git-dir=${repository}`,
    ...parameters,
  ]);
  if (git === null) throw new ArchiveError('tool-missing', where, 'install the git command');
  try {
    yield* filteredChunks(git, input);
  } catch (error) {
    if (error instanceof ArchiveError) throw error;
    throw new ArchiveError('unreadable', where, `git ${parameters[0] ?? ''} failed`, error);
  }
}

/** Lines of what a git command prints, without their ends. */
export async function* gitLines(
  repository: string,
  parameters: readonly string[],
  input?: AsyncIterable<Buffer>,
): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of gitChunks(repository, parameters, input)) {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
