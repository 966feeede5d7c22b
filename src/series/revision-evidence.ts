import { compareMessages, compareText } from '../thread/known-message.ts';
import { haveSimilarPaths, pairAlikePatches } from './revision-pairs.ts';
import type { PatchPair } from './revision-pairs.ts';
import { haveSameSubmitter } from './revision-series.ts';
import type { RevisionSeries } from './revision-series.ts';
import { compareVersions } from './revision-version.ts';

/** One thing that says that a series is a revision of another. */
export type RevisionEvidence =
  /** Both carry this change-id. */
  | { readonly kind: 'change-id'; readonly value: string }
  /** It says that it replaces this message of the other. */
  | { readonly kind: 'supersedes'; readonly value: string }
  /** It was sent in reply to this message of the other, or both were to this one of a third that they replace parts of. */
  | { readonly kind: 'reference'; readonly value: string }
  /** Both have this title. */
  | { readonly kind: 'title'; readonly value: string }
  /** So many of its patches (`of`) and of the other's (`before`) match by patch-id or title; identical: by patch-id. */
  | {
      readonly kind: 'patches';
      readonly matching: number;
      readonly identical: number;
      readonly of: number;
      readonly before: number;
    };

/** What speaks for one candidate, and how strongly. */
export interface RevisionCase {
  readonly evidence: readonly RevisionEvidence[];
  /** 3: it is named; 2: title, patches or place agree; 1: only a hint. */
  readonly strength: 1 | 2 | 3;
}

/** What two series have in common, before it is weighed. */
interface Common {
  readonly changeId: string | null;
  readonly superseded: string | null;
  readonly answered: string | null;
  readonly title: string | null;
  readonly pairs: readonly PatchPair[];
}

/**
 * What says that `series` is a revision of `older`; null when too little does. The two are in order: see isEarlier.
 * `replaced` is the message of a posting that both replace parts of, null where there is none.
 */
export function revisionCase(
  series: RevisionSeries,
  older: RevisionSeries,
  replaced: string | null,
): RevisionCase | null {
  const common = commonOf(series, older, replaced);
  const strength = strengthOf(series, older, common, replaced !== null);
  return strength === 0 ? null : { evidence: evidenceOf(series, older, common), strength };
}

function strengthOf(
  series: RevisionSeries,
  older: RevisionSeries,
  common: Common,
  isPartOfIt: boolean,
): 0 | 1 | 2 | 3 {
  if (isNamed(series, common)) return 3;
  if (isPartOfIt) return 2;
  return compareVersions(older.version, series.version) < 0
    ? newVersionStrength(series, older, common)
    : sameVersionStrength(series, older, common);
}

/** Whether a series can be the predecessor of another: a lower version, or the same one and earlier in the total order. */
export function isEarlier(older: RevisionSeries, series: RevisionSeries): boolean {
  const order = compareVersions(older.version, series.version);
  return order < 0 || (order === 0 && compareMessages(older.lead, series.lead) < 0);
}

function commonOf(series: RevisionSeries, older: RevisionSeries, replaced: string | null): Common {
  const changeId = lowest([...series.changeIds].filter((id) => older.changeIds.has(id)));
  const superseded = lowest([...series.supersedes].filter((id) => older.numberOf.has(id)));
  if (!haveSameSubmitter(series, older)) {
    return { changeId, superseded, answered: null, title: null, pairs: [] };
  }
  // Words alone bind only to what was there before; a reference needs no date.
  const isBefore = compareMessages(older.lead, series.lead) < 0;
  return {
    changeId,
    superseded,
    answered: answeredMember(series, older) ?? replaced,
    title: isBefore && series.title !== null && series.title === older.title ? series.title : null,
    pairs: isBefore ? pairAlikePatches(series.patches, older.patches) : [],
  };
}

/** The lowest number of `older` that `series` was sent in reply to. */
function answeredMember(series: RevisionSeries, older: RevisionSeries): string | null {
  for (const [messageId] of older.numberOf) if (series.answers.has(messageId)) return messageId;
  return null;
}

function lowest(texts: readonly string[]): string | null {
  return texts.toSorted(compareText)[0] ?? null;
}

/** One change-id of many (a patch among others that Gerrit knows) does not name the whole. */
function isNamed(series: RevisionSeries, { changeId, superseded }: Common): boolean {
  return superseded !== null || (changeId !== null && series.changeIds.size <= 2);
}

function newVersionStrength(
  series: RevisionSeries,
  older: RevisionSeries,
  { title, pairs, answered }: Common,
): 0 | 1 | 2 {
  const share = pairs.length / series.patches.length;
  const olderShare = pairs.length / older.patches.length;
  const isMostOfOlder = olderShare >= 0.5 && (pairs.length > 1 || older.isPart);
  if (title !== null || share >= 0.5 || isMostOfOlder) return 2;
  if (answered !== null && pairs.length > 0) return 2;
  if (answered !== null && haveCommonPath(series, older)) return 1;
  return olderShare >= 0.5 && share >= 0.25 ? 1 : 0;
}

/** A reply alone may begin another topic: the two must at least touch one and the same file. */
function haveCommonPath(series: RevisionSeries, older: RevisionSeries): boolean {
  const paths = new Set(series.patches.flatMap((patch) => patch.paths));
  return older.patches.some((patch) => patch.paths.some((path) => paths.has(path)));
}

/**
 * Without a new version more is asked: the same title is also on patches for other things, and on the patch and the
 * cover letter of one posting.
 */
function sameVersionStrength(
  series: RevisionSeries,
  older: RevisionSeries,
  { title, pairs, answered }: Common,
): 0 | 2 {
  if (series.patches.length === 0 || older.patches.length === 0) return 0;
  const share = pairs.length / series.patches.length;
  if (series.isResend && (title !== null || share >= 0.5)) return 2;
  if (title !== null && answered !== null) return 2;
  if (series.isPull) return 0;
  const alikeCount = pairs.filter(isAlike).length;
  const alikeShare = alikeCount / Math.max(series.patches.length, older.patches.length);
  return alikeShare > 0.5 || (title !== null && alikeShare === 0.5) ? 2 : 0;
}

function isAlike({ newer, older, by }: PatchPair): boolean {
  return by === 'patch-id' || haveSimilarPaths(newer, older);
}

function evidenceOf(
  series: RevisionSeries,
  older: RevisionSeries,
  { changeId, superseded, answered, title, pairs }: Common,
): RevisionEvidence[] {
  const evidence: RevisionEvidence[] = [];
  if (changeId !== null) evidence.push({ kind: 'change-id', value: changeId });
  if (superseded !== null) evidence.push({ kind: 'supersedes', value: superseded });
  if (answered !== null) evidence.push({ kind: 'reference', value: answered });
  if (title !== null) evidence.push({ kind: 'title', value: title });
  if (pairs.length > 0) evidence.push(patchEvidence(series, older, pairs));
  return evidence;
}

function patchEvidence(
  series: RevisionSeries,
  older: RevisionSeries,
  pairs: readonly PatchPair[],
): RevisionEvidence {
  return {
    kind: 'patches',
    matching: pairs.length,
    identical: pairs.filter(({ by }) => by === 'patch-id').length,
    of: series.patches.length,
    before: older.patches.length,
  };
}

/** How sure each piece of evidence is by itself; patches count by their share. */
const weights = { 'change-id': 0.95, supersedes: 0.95, reference: 0.6, title: 0.7, patches: 0.7 };

/** From 0 to 1, two digits: 1 minus the product of what each piece of evidence leaves open. */
export function revisionScore(evidence: readonly RevisionEvidence[]): number {
  const open = evidence.reduce(
    (rest, piece) => rest * (1 - weights[piece.kind] * extent(piece)),
    1,
  );
  return Math.round((1 - open) * 100) / 100;
}

function extent(piece: RevisionEvidence): number {
  if (piece.kind !== 'patches') return 1;
  return piece.matching / Math.min(piece.of, piece.before);
}
