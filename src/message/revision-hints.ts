import { fieldValues } from './header-fields.ts';
import type { MessageFacts } from './message-facts.ts';
import { bracketedIds, isMessageId } from './message-id.ts';
import type { MessageId } from './message-id.ts';

/** What a submission itself says of the topic that it goes on with; [] where it says nothing. */
export interface RevisionHints {
  /** "20240105-fix-leak-3f1e2d", "I5e2c…": the same in all revisions of a topic. */
  readonly changeIds: readonly string[];
  /** Messages that it says it replaces. */
  readonly supersedes: readonly MessageId[];
  /** Files that its diff touches, as the newer side names them; the first 32. */
  readonly paths: readonly string[];
}

const noHints: RevisionHints = { changeIds: [], supersedes: [], paths: [] };
const maxHintsOfAKind = 32;
const maxChangeIdLength = 200;

/**
 * Change-ids (trailer `change-id` as b4 writes it below a cover letter, Gerrit's `Change-Id`, header X-Change-ID),
 * messages named by `Supersedes` or `Obsoletes`, and touched files. [] all for discussion. Never throws, linear.
 */
export function revisionHints(facts: HintSource): RevisionHints {
  if (facts.role === 'discussion') return noHints;
  const headers = ['x-change-id', 'change-id'].flatMap((name) => fieldValues(facts.headers, name));
  return {
    changeIds: firstDistinct(
      [...trailerValues(facts, 'change-id'), ...headers].flatMap(changeIdIn),
    ),
    supersedes: firstDistinct(
      [...trailerValues(facts, 'supersedes'), ...trailerValues(facts, 'obsoletes')].flatMap(
        namedMessages,
      ),
    ),
    paths: firstDistinct(
      facts.diffFiles.flatMap(({ newPath, oldPath }) => newPath ?? oldPath ?? []),
    ),
  };
}

export type HintSource = Pick<MessageFacts, 'role' | 'trailers' | 'headers' | 'diffFiles'>;

function trailerValues({ trailers }: HintSource, lowerCaseKind: string): string[] {
  return trailers
    .filter(({ kind }) => kind.toLowerCase() === lowerCaseKind)
    .map(({ value }) => value);
}

/** Without those that hold NUL, which escapes in quoted paths and URLs can write: Postgres has no such text. */
function firstDistinct<T extends string>(values: readonly T[]): T[] {
  const usable = values.filter((value) => !value.includes('\0'));
  return [...new Set(usable)].slice(0, maxHintsOfAKind);
}

/** The first word of a value; none where that is longer than any tool makes it. */
function changeIdIn(value: string): string[] {
  const [id = ''] = value
    .trim()
    .slice(0, maxChangeIdLength + 1)
    .split(/[ \t]/, 1);
  return id === '' || id.length > maxChangeIdLength ? [] : [id];
}

/** "<a@b>", "a@b", "https://lore.kernel.org/r/a@b/#t", "https://host/list/a%40b/" -> ["<a@b>"] */
function namedMessages(value: string): MessageId[] {
  const bracketed = bracketedIds(value).filter((id) => !id.includes('/'));
  const ids = bracketed.length > 0 ? bracketed : value.split(/[ \t,<>]/).flatMap(idInWord);
  return ids.filter((id) => isMessageId(id));
}

/** A word that is a message-id, or a URL with one as a part of its path; [] for others. */
function idInWord(word: string): string[] {
  const parts = word.includes('://') ? urlParts(word) : [word];
  const id = parts.find((part) => part.indexOf('@') > 0 && !part.endsWith('@'));
  return id === undefined ? [] : [`<${id}>`];
}

function urlParts(url: string): string[] {
  const [path = ''] = url.slice(url.indexOf('://') + 3).split(/[?#]/, 1);
  return path.split('/').slice(1).map(percentDecoded);
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
