/** An error in words for the operator: "error: value too long", without what Postgres cannot store. */
export function failureReason(error: unknown): string {
  const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return words.replaceAll('\0', '');
}
