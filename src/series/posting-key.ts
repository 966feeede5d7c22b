import { asciiLowerCase } from '../message/ascii-lower-case.ts';
import type { NodeId } from '../thread/known-message.ts';
import type { NumberedSubmission, Submission } from './submission.ts';

/**
 * The posting key of each submission: submissions can stand in one posting only if version, total and submitter are
 * the same. The order of `submissions` does not count; linear in the number of references.
 */
export function postingKeys<S extends NumberedSubmission>(
  submissions: readonly S[],
): Map<S, string> {
  const known = new Map<NodeId, S>(submissions.map((submission) => [submission.node, submission]));
  const versions = new Map<S, string>();
  // Lower numbers first, so that the version of whatever a submission may take it from is there already.
  for (const submission of submissions.toSorted((a, b) => a.number - b.number)) {
    const version = namedVersion(submission) ?? inheritedVersion(submission, known, versions);
    versions.set(submission, version ?? '1');
  }
  return new Map(
    [...versions].map(([submission, version]) => [
      submission,
      `${version}/${familyKey(submission)}`,
    ]),
  );
}

/** Submissions of all versions that one submitter sent with one total share this key. */
export function familyKey(submission: NumberedSubmission): string {
  return `${submission.total}/${submitterKey(submission)}`;
}

/** Addresses count without regard to case; without an address, nobody else is the same submitter. */
export function submitterKey(submission: Submission): string {
  const { submitterEmail, messageId } = submission;
  return submitterEmail === null ? messageId : asciiLowerCase(submitterEmail);
}

/**
 * The version as the sender wrote it: "2" of "v2", and of "PATCHv2" too; "5.1" of "v5.1", which replaces part of
 * version 5 and must not be taken for it. Patchwork's rule R18 reads the last two as version 1.
 */
function namedVersion(submission: NumberedSubmission): string | null {
  if (!submission.versionInferred) return String(submission.version);
  for (const prefix of submission.prefixes) {
    const version = /^(?:patch|rfc)?v([0-9]{1,9}(?:\.[0-9]{1,9})?)$/i.exec(prefix)?.[1];
    if (version !== undefined) return version;
  }
  return null;
}

/**
 * That of the closest lower number of the same submitter and total that a submission refers to: on some lists only the
 * cover letter says "v3".
 */
function inheritedVersion<S extends NumberedSubmission>(
  submission: S,
  known: ReadonlyMap<NodeId, S>,
  versions: ReadonlyMap<S, string>,
): string | null {
  for (const node of submission.references) {
    const referred = known.get(node);
    if (referred === undefined || referred.number >= submission.number) continue;
    if (familyKey(referred) === familyKey(submission)) return versions.get(referred) ?? null;
  }
  return null;
}
