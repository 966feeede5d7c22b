import { canonicalKind } from '../patch/trailer-kind.ts';
import type { Trailer } from '../patch/trailers.ts';
import { messageIdInUrl, messageIdOfText } from './message-id-in-url.ts';
import type { MessageId } from './message-id.ts';

export type DependencyKind =
  | 'Based-on'
  | 'Depends-on'
  | 'base-commit'
  | 'prerequisite-change-id'
  | 'prerequisite-message-id'
  | 'prerequisite-patch-id';

/** What a message says must be there before its series. At most one of the targets is named; none where only a URL is. */
export interface Dependency {
  readonly kind: DependencyKind;
  /** The trailer's value as written. */
  readonly value: string;
  readonly messageId: MessageId | null;
  /** SHA-1 in hex, lower case. */
  readonly patchId: string | null;
  /** Hex, lower case, as short as it was written. */
  readonly baseCommit: string | null;
  readonly changeId: string | null;
  /** 2 of "20260302-float-1f2e:v2"; null when the value names none. */
  readonly changeVersion: number | null;
}

/** A message that names more is damaged or hostile. */
const maxDependencies = 1000;

function noTarget(kind: DependencyKind, value: string): Dependency {
  return {
    kind,
    value,
    messageId: null,
    patchId: null,
    baseCommit: null,
    changeId: null,
    changeVersion: null,
  };
}

const closers = ')]}"\'.,;:';
const openers = '([{"\'';

/** A word without the punctuation around it: "(https://example.com)." -> "https://example.com". */
function trimmed(word: string): string {
  let start = 0;
  let end = word.length;
  while (start < end && openers.includes(word[start] ?? '')) start += 1;
  while (end > start && closers.includes(word[end - 1] ?? '')) end -= 1;
  return word.slice(start, end);
}

function isUrl(word: string): boolean {
  const start = word.slice(0, 'https://'.length).toLowerCase();
  return start.startsWith('http://') || start.startsWith('https://') || start.startsWith('mid:');
}

/** The words of a value, what stands in angle brackets being one: "v2 of <a1@x>, <https://y/>" -> ["v2", "of", "a1@x", "https://y/"]. */
function words(value: string): string[] {
  const found = value.match(/<[^<>]*>|[^\s,<>]+/g) ?? [];
  return found.map((word) => (word.startsWith('<') ? word.slice(1, -1).trim() : trimmed(word)));
}

/** One dependency for each message-id or URL of a value. */
function onMessages(kind: DependencyKind, value: string): Dependency[] {
  return words(value).flatMap((word) => {
    const messageId = isUrl(word) ? messageIdInUrl(word) : messageIdOfText(word);
    return messageId !== null || isUrl(word) ? [{ ...noTarget(kind, value), messageId }] : [];
  });
}

/** Lower-case hex at a value's start, of a length that git prints; null when there is none. */
function hexAtStart(value: string, minLength: number, maxLength: number): string | null {
  const [word = ''] = value.split(/\s/, 1);
  const isHex = /^[0-9a-fA-F]+$/.test(word);
  return isHex && word.length >= minLength && word.length <= maxLength ? word.toLowerCase() : null;
}

const patchIdLength = 40;
const minCommitLength = 7;
const maxCommitLength = 64;
const maxChangeIdLength = 200;

function onPatchId(value: string): Dependency[] {
  const patchId = hexAtStart(value, patchIdLength, patchIdLength);
  return patchId === null ? [] : [{ ...noTarget('prerequisite-patch-id', value), patchId }];
}

function onCommit(value: string): Dependency[] {
  const baseCommit = hexAtStart(value, minCommitLength, maxCommitLength);
  return baseCommit === null ? [] : [{ ...noTarget('base-commit', value), baseCommit }];
}

/** "20260302-float-1f2e:v2" */
function onChange(value: string): Dependency[] {
  const [word = ''] = value.split(/\s/, 1);
  const version = /:v([0-9]{1,9})$/.exec(word);
  const changeId = word.slice(0, version?.index);
  if (changeId === '' || changeId.length > maxChangeIdLength) return [];
  const changeVersion = version === null ? null : Number(version[1]);
  return [{ ...noTarget('prerequisite-change-id', value), changeId, changeVersion }];
}

function ofTrailer({ kind, value }: Trailer): Dependency[] {
  const canonical = canonicalKind(kind);
  switch (canonical) {
    case 'Based-on':
    case 'Depends-on':
    case 'prerequisite-message-id':
      return onMessages(canonical, value);
    case 'prerequisite-patch-id':
      return onPatchId(value);
    case 'base-commit':
      return onCommit(value);
    case 'prerequisite-change-id':
      return onChange(value);
    default:
      return [];
  }
}

/**
 * What the trailers of a message say must be there before its series, in order; the first 1000 at most:
 * Depends-on, Based-on and prerequisite-message-id with message-ids (brackets or not) or URLs, one dependency for each, where a URL
 * without a message-id in it (Patchwork's …/patch/12/, ?series=12) is one without a target; prerequisite-patch-id, base-commit and prerequisite-change-id.
 * A value that names nothing of the kind gives none. Linear; never throws. Source: Patchwork's rule R54; git-format-patch(1), BASE TREE INFORMATION; b4.
 */
export function dependencies(trailers: readonly Trailer[]): Dependency[] {
  return trailers.flatMap(ofTrailer).slice(0, maxDependencies);
}
