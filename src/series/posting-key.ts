import type { NodeId } from '../thread/known-message.ts';
import { isCover, isNumbered } from './submission.ts';
import type { NumberedSubmission, Submission } from './submission.ts';

/**
 * The version a submission belongs to: its own; where the subject names none, that of the closest cover letter
 * it refers to (same submitter, same total). On some lists only the cover says "v3".
 */
export function effectiveVersion(
  submission: NumberedSubmission,
  known: ReadonlyMap<NodeId, Submission>,
): number {
  if (!submission.versionInferred) return submission.version;
  for (const node of submission.references) {
    const referred = known.get(node);
    if (referred === undefined || !isNumbered(referred)) continue;
    if (!isCover(referred) || referred.versionInferred) continue;
    if (haveSameSubmitter(referred, submission) && referred.total === submission.total) {
      return referred.version;
    }
  }
  return submission.version;
}

/** Submissions can stand in one posting only if their posting keys are equal: submitter, version and total. */
export function postingKey(
  submission: NumberedSubmission,
  known: ReadonlyMap<NodeId, Submission>,
): string {
  const version = effectiveVersion(submission, known);
  return `${version}/${submission.total}/${submitterKey(submission)}`;
}

function haveSameSubmitter(a: Submission, b: Submission): boolean {
  return submitterKey(a) === submitterKey(b);
}

/** Addresses count without regard to case; without an address, nobody else is the same submitter. */
export function submitterKey(submission: Submission): string {
  return submission.submitterEmail?.toLowerCase() ?? submission.messageId;
}
