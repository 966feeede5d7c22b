import { createHash } from 'node:crypto';
import type { RevisionSeries } from './revision-series.ts';

/**
 * A key that more series than this share names no topic ("fix typo", a thread of everybody's patches): it makes
 * nobody a candidate. It also bounds the work for one series. No real topic comes near it.
 */
export const maxSeriesPerKey = 64;

/**
 * What a series and its predecessor can have in common: whoever shares a key is a candidate.
 * Letters before the colon: c change-id, m message-id (its own, answered or superseded), t submitter and title,
 * d submitter and patch-id, p submitter and total of a posting that holds only some numbers. What follows is the text
 * itself where it is short, else 22 characters of its SHA-256: "m:<a@example.com>", "t:9rG0…".
 */
export function revisionKeys(series: RevisionSeries): string[] {
  const { submitter, title, patches, total } = series;
  const keys = new Set<string>();
  const add = (letter: string, ...parts: readonly string[]): void => {
    keys.add(`${letter}:${shortText(parts.join('\n'))}`);
  };
  for (const id of series.changeIds) add('c', id);
  for (const id of series.numberOf.keys()) add('m', id);
  for (const id of series.answers) add('m', id);
  for (const id of series.supersedes) add('m', id);
  if (title !== null) add('t', submitter, title);
  for (const patch of patches) {
    if (patch.title !== null) add('t', submitter, patch.title);
    if (patch.patchId !== null) add('d', submitter, patch.patchId);
  }
  if (series.isPart) add('p', submitter, String(total));
  return [...keys];
}

/** As long as most message-ids. */
const maxPlainLength = 64;

function shortText(text: string): string {
  if (text.length <= maxPlainLength) return text;
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

/**
 * For each series those that share a key with it, keys that too many share left out: the candidates among which
 * its predecessor is. A pure function of the set.
 */
export function revisionCandidates<S extends RevisionSeries>(series: readonly S[]): Map<S, Set<S>> {
  const sharers = new Map<string, S[]>();
  for (const one of series) {
    for (const key of revisionKeys(one)) {
      const others = sharers.get(key);
      if (others === undefined) sharers.set(key, [one]);
      else others.push(one);
    }
  }
  const candidates = new Map(series.map((one) => [one, new Set<S>()]));
  for (const group of sharers.values()) {
    if (group.length < 2 || group.length > maxSeriesPerKey) continue;
    for (const one of group) {
      for (const other of group) if (other !== one) candidates.get(one)!.add(other);
    }
  }
  return candidates;
}
