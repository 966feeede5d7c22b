import { quotedPath } from './quoted-path.ts';

/** Both names of a file as a header line gives them, first directory (a/, b/) included; null for /dev/null. */
export interface FileNames {
  readonly oldName: string | null;
  readonly newName: string | null;
}

/** The date that diff prints after a name; with a tab before it the tab is found first. */
const timestamp = / [0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}/;

function present(name: string): string | null {
  return name === '/dev/null' ? null : name;
}

/**
 * The name on a `--- ` or `+++ ` line, given without that mark: "a/fs/x.c\t2020-01-01 00:00:00 +0000" -> "a/fs/x.c"; null for /dev/null.
 * A name in C quotes is unquoted.
 */
export function headerName(line: string): string | null {
  const quoted = quotedPath(line);
  if (quoted !== null) return present(quoted.path);
  const tab = line.indexOf('\t');
  const untabbed = tab === -1 ? line : line.slice(0, tab);
  const date = untabbed.search(timestamp);
  return present((date === -1 ? untabbed : untabbed.slice(0, date)).trimEnd());
}

/** "a/x b/x" with one of the names in quotes -> both names. */
function quotedPair(line: string, separator: string): [string, string] | null {
  const first = quotedPath(line);
  if (first !== null) {
    const rest = line.slice(first.end + separator.length);
    return [first.path, quotedPath(rest)?.path ?? rest];
  }
  const at = line.indexOf(`${separator}"`);
  const second = at === -1 ? null : quotedPath(line.slice(at + separator.length));
  return second === null ? null : [line.slice(0, at), second.path];
}

/** Splits in the middle, where both names are the same but for the first directory; else before " b/", else at the first separator. */
function plainPair(line: string, separator: string): [string, string] | null {
  const middle = (line.length - separator.length) / 2;
  if (line.startsWith(separator, middle)) {
    const before = line.slice(0, middle);
    const after = line.slice(middle + separator.length);
    if (withoutFirstDirectory(before) === withoutFirstDirectory(after)) return [before, after];
  }
  const prefixed = line.indexOf(`${separator}b/`);
  const at = prefixed === -1 ? line.indexOf(separator) : prefixed;
  return at === -1 ? null : [line.slice(0, at), line.slice(at + separator.length)];
}

/**
 * Both names of a line that has them side by side: "a/x y.c b/x y.c" (after `diff --git `, separator " "),
 * "/dev/null and b/logo.png" (after `Binary files `, separator " and "). null when it does not hold two names.
 */
export function pairedNames(line: string, separator: string): FileNames | null {
  const pair = quotedPair(line, separator) ?? plainPair(line, separator);
  return pair === null ? null : { oldName: present(pair[0]), newName: present(pair[1]) };
}

function withoutFirstDirectory(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}

/** First directories that git writes: a/ b/, with diff.mnemonicPrefix i/ w/ c/ o/, of files outside of a repository 1/ 2/. */
const gitPrefix = /^[abiwco12]\//;

/**
 * The paths of a file from its names: a/fs/x.c and b/fs/x.c -> fs/x.c; linux.orig/fs/x.c and linux/fs/x.c -> fs/x.c; names without such a
 * first directory stay (git apply -p1 would eat a real one).
 */
export function pathsOf({ oldName, newName }: FileNames): FileNames {
  if (oldName === null || newName === null) {
    return { oldName: withoutGitPrefix(oldName), newName: withoutGitPrefix(newName) };
  }
  const oldRest = withoutFirstDirectory(oldName);
  const newRest = withoutFirstDirectory(newName);
  const isPair = oldRest === newRest && oldName !== newName;
  const hasPrefixes = gitPrefix.test(oldName) && gitPrefix.test(newName);
  const isSameName = oldName === newName;
  if (isPair || (hasPrefixes && !isSameName)) return { oldName: oldRest, newName: newRest };
  return { oldName, newName };
}

function withoutGitPrefix(name: string | null): string | null {
  return name !== null && gitPrefix.test(name) ? name.slice(2) : name;
}
