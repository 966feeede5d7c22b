/** Place of a posting among the versions of its topic. */
export interface RevisionVersion {
  /** 5 of "v5" and of "v5.1". */
  readonly major: number;
  /** 1 of "v5.1"; 0 where the version is a whole number. */
  readonly minor: number;
  /** A request for comments comes before the patches of the same number. */
  readonly isRfc: boolean;
}

/**
 * The version of a posting, from that of its series and the prefixes of its first member: (5, ["v5"]) -> 5.0;
 * (1, ["v5.1", "10/12"]) -> 5.1 and (1, ["PATCHv2"]) -> 2.0, because in series such words are no version, and 1 was assumed.
 */
export function revisionVersion(version: number, prefixes: readonly string[]): RevisionVersion {
  const isRfc = prefixes.some(isRfcPrefix);
  for (const prefix of prefixes) {
    const [, major, minor] = namedVersion.exec(prefix) ?? [];
    if (major === undefined) continue;
    if (minor !== undefined) return { major: Number(major), minor: Number(minor), isRfc };
    if (version === 1) return { major: Number(major), minor: 0, isRfc };
  }
  return { major: version, minor: 0, isRfc };
}

const namedVersion = /^(?:patch|pull|rfc|resend|repost)?[-_]?v([0-9]{1,9})(?:\.([0-9]{1,9}))?$/i;

/** "RFC", "RFCv2", "RFC/PATCH", "PATCH/RFC" */
function isRfcPrefix(prefix: string): boolean {
  return prefix.split(/[/-]/).some((word) => /^rfc(?![a-uw-z])/i.test(word));
}

/** Below 0 when `a` is the lower one. */
export function compareVersions(a: RevisionVersion, b: RevisionVersion): number {
  return a.major - b.major || a.minor - b.minor || Number(b.isRfc) - Number(a.isRfc);
}

const resendWords = new Set(['resend', 'repost', 'resent', 're-send', 'rebase', 'rebased']);

/** "RESEND", "PATCH-RESEND" */
export function isResendPrefix(prefix: string): boolean {
  const lower = prefix.toLowerCase();
  return resendWords.has(lower) || lower.split(/[/-]/).some((word) => resendWords.has(word));
}

/** "PULL" of "[PULL 00/12]", "[GIT PULL]": such postings have one title for ever new content. */
export function isPullPrefix(prefix: string): boolean {
  return prefix.toLowerCase().split(/[/-]/).includes('pull');
}
