import { ArchiveError } from './archive-error.ts';
import type { InboxRepository } from './archive-format.ts';
import { countOf, textOf } from './archive-part.ts';
import type { ArchiveMark, ArchivePart, PartRecord, ReadOptions } from './archive-part.ts';
import { blobContents } from './git-blobs.ts';
import { gitLines } from './git-command.ts';
import { deletingCommits, inboxCommits, type CommitRange } from './git-history.ts';

/** Up to where a repository was read. */
interface RepositoryMark {
  readonly commit: string;
  /** Messages that its history up to there added, also those deleted since. */
  readonly messageCount: number;
}

/** What is to be read of a repository. */
interface RepositoryRest extends CommitRange {
  readonly name: string;
  readonly origin: string;
  readonly readCount: number;
}

/**
 * A public-inbox as a part of an archive: the messages of its repositories in the order in which they were added, without
 * those that a later commit of any of them deletes. Each repository goes on after the commit of the mark where that is
 * still in its history; a history that was rewritten is read from its start.
 */
export function publicInboxPart(
  inbox: Pick<ArchivePart, 'path' | 'name' | 'identity'>,
  repositories: readonly InboxRepository[],
  options: ReadOptions,
): ArchivePart {
  return {
    ...inbox,
    async read(mark) {
      const marks = repositoryMarks(mark);
      const rests: RepositoryRest[] = [];
      for (const repository of repositories) {
        const rest = await restOf(inbox, repository, marks.get(repository.name) ?? null);
        if (rest !== null) rests.push(rest);
      }
      const state = { doneCount: 0, totalCount: await commitCount(rests) };
      return {
        isResumed: rests.some(({ after }) => after !== null),
        records: records(rests, marks, options, state),
        shareRead: () => (state.totalCount === 0 ? null : state.doneCount / state.totalCount),
      };
    },
  };
}

const commitName = /^[0-9a-f]{40,64}$/;

function repositoryMarks(mark: ArchiveMark | null): Map<string, RepositoryMark> {
  const marks = new Map<string, RepositoryMark>();
  const listed = mark?.format === 'public-inbox' ? mark['repositories'] : null;
  if (!Array.isArray(listed)) return marks;
  for (const one of listed as readonly Readonly<Record<string, unknown>>[]) {
    const [name, commit] = [textOf(one['name']), textOf(one['commit'])];
    const messageCount = countOf(one['messageCount']);
    if (name === null || commit === null || messageCount === null) continue;
    if (commitName.test(commit)) marks.set(name, { commit, messageCount });
  }
  return marks;
}

function markOf(marks: ReadonlyMap<string, RepositoryMark>): ArchiveMark {
  const repositories = [...marks].map(([name, mark]) => ({ name, ...mark }));
  return { format: 'public-inbox', repositories };
}

/** null for a repository without a commit. */
async function restOf(
  inbox: Pick<ArchivePart, 'name'>,
  { name, gitFolder: repository }: InboxRepository,
  mark: RepositoryMark | null,
): Promise<RepositoryRest | null> {
  const [head] = await linesOrNone(repository, 'rev-parse', '--verify', '--quiet', 'HEAD^{commit}');
  if (head === undefined || !commitName.test(head)) return requireRepository(repository);
  const origin = name === '' ? inbox.name : `${inbox.name}/${name}`;
  const whole = { repository, name, origin, head, after: null, readCount: 0 };
  if (mark === null || !(await isAncestor(repository, mark.commit, head))) return whole;
  return { ...whole, after: mark.commit, readCount: mark.messageCount };
}

/** A head that names no commit is that of an empty repository; where git sees no repository at all it says why. */
async function requireRepository(repository: string): Promise<null> {
  for await (const line of gitLines(repository, ['rev-parse', '--git-dir'])) void line;
  return null;
}

async function isAncestor(repository: string, commit: string, head: string): Promise<boolean> {
  const bases = await linesOrNone(repository, 'merge-base', commit, head);
  return bases[0] === commit;
}

/** What git prints; nothing where it fails, as with a commit that is not there. */
async function linesOrNone(repository: string, ...parameters: string[]): Promise<string[]> {
  const lines: string[] = [];
  try {
    for await (const line of gitLines(repository, parameters)) lines.push(line);
    return lines;
  } catch (error) {
    if (error instanceof ArchiveError && error.reason === 'unreadable') return [];
    throw error;
  }
}

async function commitCount(rests: readonly RepositoryRest[]): Promise<number> {
  let sum = 0;
  for (const { repository, head, after } of rests) {
    const range = after === null ? [head] : [head, `^${after}`];
    const count = ['rev-list', '--count', '--first-parent', ...range];
    for await (const line of gitLines(repository, count)) sum += Number(line);
  }
  return sum;
}

/** How often each blob is deleted in what is to be read. */
async function deleteCounts(rests: readonly RepositoryRest[]): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const rest of rests) {
    for await (const { changes } of deletingCommits(rest)) {
      for (const { kind, blob } of changes) {
        if (kind === 'delete') counts.set(blob, (counts.get(blob) ?? 0) + 1);
      }
    }
  }
  return counts;
}

async function* records(
  rests: readonly RepositoryRest[],
  marks: ReadonlyMap<string, RepositoryMark>,
  { maxMessageBytes }: ReadOptions,
  state: { doneCount: number },
): AsyncGenerator<PartRecord> {
  const deletesAhead = await deleteCounts(rests);
  let before = marks;
  for (const rest of rests) {
    const added: AddedMessage[] = [];
    const history = { messageCount: rest.readCount };
    async function* blobs(): AsyncGenerator<string> {
      for await (const message of keptMessages(rest, history, deletesAhead)) {
        added.push(message);
        yield message.blob;
      }
    }
    for await (const raw of blobContents(rest.repository, blobs(), maxMessageBytes)) {
      const message = added.shift();
      if (message === undefined) break;
      state.doneCount += message.commitsPassed;
      const marksBefore = before;
      yield {
        raw,
        origin: rest.origin,
        position: message.position,
        mark: () => markWith(marksBefore, rest.name, message.after),
      };
    }
    before = withMark(before, rest.name, { commit: rest.head, ...history });
  }
}

function markWith(
  marks: ReadonlyMap<string, RepositoryMark>,
  name: string,
  own: RepositoryMark | null,
): ArchiveMark {
  return markOf(own === null ? marks : withMark(marks, name, own));
}

function withMark(
  marks: ReadonlyMap<string, RepositoryMark>,
  name: string,
  own: RepositoryMark,
): Map<string, RepositoryMark> {
  return new Map([...marks, [name, own]]);
}

interface AddedMessage {
  readonly blob: string;
  readonly position: number;
  /** Commits read since the message before. */
  readonly commitsPassed: number;
  /** The last commit that is read whole with this message; null at the start of a history. */
  readonly after: RepositoryMark | null;
}

/**
 * Messages of a repository that no later change deletes; `deletesAhead` is counted down as the deletes are passed,
 * `history` counts what was added.
 */
async function* keptMessages(
  rest: RepositoryRest,
  history: { messageCount: number },
  deletesAhead: Map<string, number>,
): AsyncGenerator<AddedMessage> {
  let commitsPassed = 0;
  let before: RepositoryMark | null =
    rest.after === null ? null : { commit: rest.after, messageCount: rest.readCount };
  for await (const { commit, changes } of inboxCommits(rest)) {
    commitsPassed += 1;
    const addCount = changes.filter(({ kind }) => kind === 'add').length;
    const whole = { commit, messageCount: history.messageCount + addCount };
    for (const { kind, blob } of changes) {
      const aheadCount = deletesAhead.get(blob) ?? 0;
      if (kind === 'delete') {
        deletesAhead.set(blob, aheadCount - 1);
        continue;
      }
      const position = history.messageCount;
      history.messageCount += 1;
      if (aheadCount > 0) continue;
      const isLast = history.messageCount === whole.messageCount;
      const after: RepositoryMark | null = isLast ? whole : before;
      yield { blob, position, commitsPassed, after };
      commitsPassed = 0;
    }
    before = whole;
  }
}
