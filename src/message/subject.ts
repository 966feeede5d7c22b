import { seriesMarker } from './series-marker.ts';

/** What a subject says about a message's place among patches. */
export interface SubjectFacts {
  /** "[RFC,v2,08/33] migration: new postcopy-pause state" */
  readonly name: string;
  /** ["RFC", "v2", "08/33"] */
  readonly prefixes: readonly string[];
  /** 1 when the subject names none: then versionInferred. */
  readonly version: number;
  readonly versionInferred: boolean;
  /** 8 of "08/33"; null when the subject has no series marker. */
  readonly number: number | null;
  readonly total: number | null;
  readonly isReply: boolean;
}

/**
 * Tokens of one bracketed prefix: "PATCH RFC,v2 1/3" -> ["PATCH", "RFC", "v2", "1/3"]; Mercurial's "PATCH 1 of 2" -> ["PATCH", "1 of 2"].
 * Source: Patchwork's rule R15.
 */
export function prefixTokens(prefix: string): string[] {
  const mercurial = /^(patch) ([0-9]+ of [0-9]+)(?![0-9])/i.exec(prefix);
  const [all = '', patch = '', marker = ''] = mercurial ?? [];
  const rest = prefix.slice(all.length).split(/[, ]/);
  return [patch, marker, ...rest].filter((token) => token !== '');
}

/**
 * Version that a subject names: a prefix that is "v2" or "V2", else "(v2)" anywhere in the rest; null when it names none.
 * Source: Patchwork's rule R18.
 */
function namedVersion(prefixes: readonly string[], rest: string): number | null {
  for (const prefix of prefixes) {
    if (/^[vV][0-9]{1,9}$/.test(prefix)) return Number(prefix.slice(1));
  }
  const inRest = /\([vV]([0-9]{1,9})\)/.exec(rest)?.[1];
  return inRest === undefined ? null : Number(inRest);
}

/** A subject taken apart into the tokens of its leading brackets and the rest, without those that only say "patch" or name the project. */
function splitPrefixes(text: string, linkname: string): { prefixes: string[]; rest: string } {
  const prefixes: string[] = [];
  let at = 0;
  while (text[at] === '[') {
    const close = text.indexOf(']', at);
    if (close === -1) break;
    prefixes.push(...prefixTokens(text.slice(at + 1, close)));
    at = text[close + 1] === ' ' ? close + 2 : close + 1;
  }
  const ignored = new Set(['patch', linkname.toLowerCase()]);
  return {
    prefixes: prefixes.filter((token) => !ignored.has(token.toLowerCase())),
    rest: text.slice(at),
  };
}

/**
 * Name, prefixes, version and series marker of a subject, which must have its white space collapsed:
 * "[Qemu-devel] [RFC v2 08/33] migration: pause" on "qemu-devel" -> name "[RFC,v2,08/33] migration: pause", prefixes ["RFC", "v2", "08/33"],
 * version 2, number 8, total 33. One leading Re, Fw or Fwd is dropped from the name; only Re makes a reply.
 * `linkname` is the project's short name, whose prefix says nothing. Never throws, linear.
 * Source: Patchwork's rules R14 to R19; its names are cut at 255 characters, these are not.
 */
export function subjectFacts(subject: string, linkname: string): SubjectFacts {
  const answer = /^(?:re|fwd?)[: ] ?/i.exec(subject)?.[0] ?? '';
  const { prefixes, rest } = splitPrefixes(subject.slice(answer.length), linkname);
  const version = namedVersion(prefixes, rest);
  const marker = seriesMarker(prefixes);
  return {
    name: prefixes.length > 0 ? `[${prefixes.join(',')}] ${rest}` : rest,
    prefixes,
    version: version ?? 1,
    versionInferred: version === null,
    number: marker?.number ?? null,
    total: marker?.total ?? null,
    isReply: /^re[: ]/i.test(subject),
  };
}
