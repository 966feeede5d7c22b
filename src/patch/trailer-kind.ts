/** Kinds that the tools which write them write in lower case: git format-patch --base, b4. */
const lowerCaseKinds: ReadonlySet<string> = new Set([
  'base-commit',
  'prerequisite-change-id',
  'prerequisite-message-id',
  'prerequisite-patch-id',
]);

/** Kinds that have more than one capital. */
const irregularKinds: ReadonlyMap<string, string> = new Map([
  ['buglink', 'BugLink'],
  ['change-id', 'Change-Id'],
  ['message-id', 'Message-ID'],
]);

/**
 * A kind as it is usually written: "REVIEWED-BY", "Reviewed-By" -> "Reviewed-by"; "change-id" -> "Change-Id";
 * "Base-commit" -> "base-commit".
 */
export function canonicalKind(kind: string): string {
  const lower = kind.toLowerCase();
  if (lowerCaseKinds.has(lower)) return lower;
  return irregularKinds.get(lower) ?? lower.slice(0, 1).toUpperCase() + lower.slice(1);
}

/** Whether trailers of a canonical kind name a person: all that end in "-by". */
export function namesPerson(kind: string): boolean {
  return kind.endsWith('-by');
}
