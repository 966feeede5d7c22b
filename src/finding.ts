/** One thing that `doctor` looked at. */
export interface Finding {
  /** What was looked at: "Postgres: fsync". */
  readonly check: string;
  /** fail: mail is refused, lost or stands still; warn: it may be, or is slower than it need be. */
  readonly level: 'ok' | 'warn' | 'fail';
  /** What was found: "off". */
  readonly found: string;
  /** What to do; null where all is well. */
  readonly remedy: string | null;
}

/** All is well. */
export function sound(check: string, found: string): Finding {
  return { check, level: 'ok', found, remedy: null };
}

/** Well unless `remedy` says what to do. */
export function judged(
  check: string,
  found: string,
  level: 'warn' | 'fail',
  remedy: string | null,
): Finding {
  return remedy === null ? sound(check, found) : { check, level, found, remedy };
}
