/** SQLSTATE of an error that Postgres sent: "23505"; null for any other error, such as EPIPE: no class begins with E. */
export function sqlState(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  return typeof error.code === 'string' && /^(?!E)[0-9A-Z]{5}$/.test(error.code)
    ? error.code
    : null;
}

/**
 * Classes whose cause lies in what was sent, so that the same statement will fail again:
 * data exception, constraint violation, program limit exceeded (SQLSTATE, appendix A).
 */
const classesOfBadInput = new Set(['22', '23', '54']);

/**
 * Whether the message at hand is to blame, rather than a database that is out of reach, full, stopping or busy:
 * Postgres refused what was sent, or our own code broke on it. Only then is it worth looking for the one message.
 */
export function isFaultOfMessage(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== null) return classesOfBadInput.has(state.slice(0, 2));
  return error instanceof TypeError || error instanceof RangeError;
}

/**
 * Classes whose cause lies in the server, its state or its schema, so that every message would fail:
 * connection, transaction state (read-only), prepared statement, authorization, catalog and schema names, conflict,
 * access rule (a table or right is missing), insufficient resources, object state, operator intervention, system error.
 */
const classesOfTrouble = new Set([
  '08',
  '25',
  '26',
  '28',
  '3D',
  '3F',
  '40',
  '42',
  '53',
  '55',
  '57',
  '58',
]);

/** Cancelled, as by statement_timeout: a message that takes for ever causes it time and again. */
const queryCancelled = '57014';

/** What pg 8.23 says, without a code, when a connection is not made, is lost or does not answer. */
const connectionTroubles = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Query read timeout',
  'Client has encountered a connection error',
  'Client was closed',
  'Cannot use a pool after calling end',
];

/** Whether the database is out of reach, full, read-only, stopping or not as this build needs it: no message is to blame. */
export function isFaultOfMachine(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== null) return state !== queryCancelled && classesOfTrouble.has(state.slice(0, 2));
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string' && /^E[A-Z0-9]+$/.test(error.code)) {
    return true; // a system error, such as ECONNREFUSED
  }
  return connectionTroubles.some((trouble) => error.message.startsWith(trouble));
}

/** Disk full, on the server's side. */
export function isDiskFull(error: unknown): boolean {
  return sqlState(error) === '53100';
}

/** Serialization failure and deadlock: the same transaction may succeed at once. */
export function isConflict(error: unknown): boolean {
  const state = sqlState(error);
  return state === '40001' || state === '40P01';
}

/** Whether the same question may be answered later: the database is out of reach or busy, or it took too long. */
export function mayBeTriedAgain(error: unknown): boolean {
  return isFaultOfMachine(error) || isConflict(error) || sqlState(error) === queryCancelled;
}
