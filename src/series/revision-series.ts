import { compareMessages } from '../thread/known-message.ts';
import type { OrderFields } from '../thread/known-message.ts';
import { baseTitle } from './revision-title.ts';
import { isPullPrefix, isResendPrefix, revisionVersion } from './revision-version.ts';
import type { RevisionVersion } from './revision-version.ts';
import type { Submission } from './submission.ts';

/** What of a submission decides whose revision its series is. */
export interface RevisionMember extends OrderFields {
  /** Place in the series, 0 for the cover letter; 1 for a patch without a number. */
  readonly number: number;
  readonly role: Submission['role'];
  /** "[v2,1/3] mm: fix a leak" */
  readonly name: string;
  readonly prefixes: readonly string[];
  /** False for a patch without a series marker. */
  readonly isNumbered: boolean;
  readonly submitterName: string | null;
  readonly submitterEmail: string | null;
  /** Message-ids that it refers to, and of what the comment is about that it was sent in reply to. */
  readonly answers: readonly string[];
  /** `git patch-id --stable`; null where there is none. */
  readonly patchId: string | null;
  /** Patchwork's hash of the diff; null without one. */
  readonly hash: string | null;
  readonly paths: readonly string[];
  readonly changeIds: readonly string[];
  readonly supersedes: readonly string[];
}

/** A patch with the title by which its other revisions are known. */
export interface TitledPatch extends RevisionMember {
  readonly title: string | null;
}

/** A series as a possible revision of others. */
export interface RevisionSeries {
  readonly key: string;
  /** Its cover letter, else its lowest number. */
  readonly lead: RevisionMember;
  readonly version: RevisionVersion;
  readonly total: number;
  /** Address in lower case; where none is known, nobody else is the same submitter. */
  readonly submitter: string;
  /** Of the cover letter, or of the only patch of one; null for others. */
  readonly title: string | null;
  /** Without the cover letter, by number. */
  readonly patches: readonly TitledPatch[];
  /** Number of each member by message-id. */
  readonly numberOf: ReadonlyMap<string, number>;
  /** What its members refer to, but for themselves. */
  readonly answers: ReadonlySet<string>;
  readonly changeIds: ReadonlySet<string>;
  readonly supersedes: ReadonlySet<string>;
  /** Whether it holds only some numbers of its version, without a cover letter. */
  readonly isPart: boolean;
  /** Whether all of 1 to total are there. */
  readonly isComplete: boolean;
  readonly isResend: boolean;
  readonly isPull: boolean;
}

/** Takes a series for what counts in revisions; `members` is not empty. */
export function revisionSeries(
  series: { readonly listId: string; readonly version: number; readonly total: number },
  members: readonly RevisionMember[],
): RevisionSeries {
  const ordered = members.toSorted((a, b) => a.number - b.number || compareMessages(a, b));
  const lead = ordered[0]!;
  const cover = isCover(lead) ? lead : null;
  const patches = ordered
    .filter((member) => member !== cover)
    .map((member) => ({ ...member, title: baseTitle(member.name) }));
  const isComplete = !lacksNumbers(patches, series.total);
  const numberOf = new Map(ordered.map(({ messageId, number }) => [messageId, number]));
  const only = cover ?? (series.total === 1 ? lead : null);
  return {
    key: lead.messageId,
    lead,
    version: revisionVersion(series.version, lead.prefixes),
    total: series.total,
    submitter: submitterOf(lead, series.listId),
    title: only === null ? null : baseTitle(only.name),
    patches,
    numberOf,
    answers: new Set(ordered.flatMap(({ answers }) => answers.filter((id) => !numberOf.has(id)))),
    changeIds: new Set(ordered.flatMap(({ changeIds }) => changeIds)),
    supersedes: new Set(ordered.flatMap(({ supersedes }) => supersedes)),
    isPart: cover === null && lead.isNumbered && !isComplete,
    isComplete,
    isResend: lead.prefixes.some(isResendPrefix),
    isPull: ordered.some(({ role }) => role === 'pull-request') || lead.prefixes.some(isPullPrefix),
  };
}

/** A list that rewrites From: to its own address gives it to many people: there the name counts too. */
function submitterOf(lead: RevisionMember, listId: string): string {
  const { submitterName, submitterEmail, messageId } = lead;
  if (submitterEmail === null) return messageId;
  const isListAddress = submitterEmail.replace('@', '.').toLowerCase() === listId;
  return (isListAddress ? `${submitterName} ${submitterEmail}` : submitterEmail).toLowerCase();
}

function isCover(member: RevisionMember): boolean {
  return member.number === 0 || member.role === 'cover';
}

function lacksNumbers(patches: readonly TitledPatch[], total: number): boolean {
  const numbers = patches.map(({ number }) => number).filter((n) => n >= 1 && n <= total);
  return new Set(numbers).size < total;
}

/** Whether both were sent from one address; one without an address is nobody else's. */
export function haveSameSubmitter(a: RevisionSeries, b: RevisionSeries): boolean {
  return a.submitter === b.submitter;
}
