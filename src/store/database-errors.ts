/** SQLSTATE of an error that Postgres sent: "23505"; null for any other error. */
export function sqlState(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : null;
}

/**
 * Classes whose cause lies in what was sent, so that the same statement will fail again:
 * data exception, constraint violation, syntax or access rule, program limit exceeded (SQLSTATE, appendix A).
 */
const classesOfBadInput = new Set(['22', '23', '42', '54']);

/**
 * Whether the message at hand is to blame, rather than a database that is out of reach, full, stopping or busy:
 * Postgres refused what was sent, or our own code broke on it. Only then is it worth looking for the one message.
 */
export function isFaultOfMessage(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== null) return classesOfBadInput.has(state.slice(0, 2));
  return error instanceof TypeError || error instanceof RangeError;
}

/** Serialization failure and deadlock: the same transaction may succeed at once. */
export function isConflict(error: unknown): boolean {
  const state = sqlState(error);
  return state === '40001' || state === '40P01';
}
