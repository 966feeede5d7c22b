import { gitChunks, gitLines } from './git-command.ts';

/** What a commit of a public-inbox does, in the order of its paths. */
export interface InboxChange {
  readonly kind: 'add' | 'delete';
  /** Name of the message's blob. */
  readonly blob: string;
}

export interface InboxCommit {
  readonly commit: string;
  readonly changes: readonly InboxChange[];
}

/** Commits of one line of history: up to `head`, without `after` and what is before it. */
export interface CommitRange {
  readonly repository: string;
  readonly head: string;
  readonly after: string | null;
}

/**
 * Commits of a range with what they do, oldest first. Version 1 keeps each message at a path of 2/38 hex digits and
 * deletes by removing the path; version 2 adds by a commit with the message as file m and deletes by one with it as d.
 * Source: public-inbox-v1-format(5), public-inbox-v2-format(5).
 */
export function inboxCommits(range: CommitRange): AsyncGenerator<InboxCommit> {
  return commitsOf(range, []);
}

/** As `inboxCommits`, but of version 2 only the commits that delete. */
export function deletingCommits(range: CommitRange): AsyncGenerator<InboxCommit> {
  return commitsOf(range, ['--', 'd', ':(glob)[0-9a-f][0-9a-f]/*']);
}

async function* commitsOf(
  range: CommitRange,
  paths: readonly string[],
): AsyncGenerator<InboxCommit> {
  let commit: string | null = null;
  let changes: InboxChange[] = [];
  for await (const line of changeLines(range, paths)) {
    if (line.startsWith(':')) {
      changes.push(...changesOf(line));
      continue;
    }
    if (commit !== null) yield { commit, changes };
    commit = line;
    changes = [];
  }
  if (commit !== null) yield { commit, changes };
}

/** A line with the commit's name, then one for each changed path: ":100644 100644 OLD NEW M\tm". */
function changeLines(
  { repository, head, after }: CommitRange,
  paths: readonly string[],
): AsyncGenerator<string> {
  const range = after === null ? [head] : [head, `^${after}`];
  const revList = ['rev-list', '--reverse', '--first-parent', ...range, ...paths];
  const diffTree = ['diff-tree', '--stdin', '--root', '-r', '--raw', '--no-abbrev'];
  return gitLines(
    repository,
    [...diffTree, '--no-renames', '--diff-merges=first-parent'],
    gitChunks(repository, revList),
  );
}

const changeLine = /^:[0-7]+ [0-7]+ ([0-9a-f]+) ([0-9a-f]+) ([A-Z])[0-9]*\t(.*)$/;
const messagePath = /^[0-9a-f]{2}\/[0-9a-f]{38}$/;

function changesOf(line: string): InboxChange[] {
  const [, before = '', after = '', status = '', path = ''] = changeLine.exec(line) ?? [];
  const isThereAfter = status !== 'D';
  if (path === 'm' && isThereAfter) return [{ kind: 'add', blob: after }];
  if (path === 'd' && isThereAfter) return [{ kind: 'delete', blob: after }];
  if (!messagePath.test(path)) return [];
  return [
    ...(status === 'A' ? [] : [{ kind: 'delete', blob: before } as const]),
    ...(isThereAfter ? [{ kind: 'add', blob: after } as const] : []),
  ];
}
