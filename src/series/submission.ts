import type { KnownMessage, NodeId } from '../thread/known-message.ts';

/** A message that is no reply and brings a patch, a pull request or a cover letter: what series are made of. */
export interface Submission extends KnownMessage {
  readonly role: 'patch' | 'pull-request' | 'cover';
  /** "[v2,1/3] mm: fix a leak" */
  readonly name: string;
  /** ["v2", "1/3"]; the name begins with them in brackets. */
  readonly prefixes: readonly string[];
  readonly version: number;
  /** True when the subject named no version and 1 was assumed. */
  readonly versionInferred: boolean;
  /** 1 of "1/3"; null when the subject has no series marker. */
  readonly number: number | null;
  readonly total: number | null;
  /** Address of the submitter; null when none could be read. */
  readonly submitterEmail: string | null;
  /** Node whose series an operator said it belongs to; absent or null for nearly all. */
  readonly mergedWith?: NodeId | null;
  /** Whether an operator said that it is a series of its own. */
  readonly isSplit?: boolean;
}

/** A message with the fields of a submission; it is one where its role says so. */
export type Placeable = KnownMessage & Omit<Submission, 'role'>;

/** A submission that says its place in a series: "1/3". */
export interface NumberedSubmission extends Submission {
  readonly number: number;
  readonly total: number;
}

export function isSubmission<M extends Placeable>(message: M): message is M & Submission {
  return message.role !== 'discussion';
}

/**
 * Whether a submission says its place in a series. "0.5/5", a patch to stand between two others, does not:
 * Patchwork's rule R17 reads it as 5/5, and it would take the place of the real one.
 */
export function isNumbered<S extends Submission>(
  submission: S,
): submission is S & NumberedSubmission {
  if (submission.number === null || submission.total === null) return false;
  return !submission.prefixes.some((prefix) => /^[0-9]+\.[0-9]+\/[0-9]+$/.test(prefix));
}

/** "[v2,0/3] mm: fix leaks" -> "mm: fix leaks" */
export function nameWithoutPrefixes(submission: Submission): string {
  const brackets = `[${submission.prefixes.join(',')}]`;
  if (submission.prefixes.length === 0 || !submission.name.startsWith(brackets)) {
    return submission.name;
  }
  return submission.name.slice(brackets.length).trimStart();
}
