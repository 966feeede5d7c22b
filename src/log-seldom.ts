/** The same trouble is logged again after this. */
const defaultPeriodMs = 10_000;

/**
 * Passes each kind of error on at once, and then at most once a period with the number of those that were held back in
 * between: a server that is out of reach is told of by every call. `details` are those of the call that is passed on. Errors are of one kind when their message is the same.
 */
export function seldom<Details = undefined>(
  report: (error: unknown, repeatCount: number, details?: Details) => void,
  periodMs = defaultPeriodMs,
): (error: unknown, details?: Details) => void {
  const reported = new Map<string, { at: number; heldBackCount: number }>();
  return (error, details) => {
    const kind = error instanceof Error ? error.message : String(error);
    const last = reported.get(kind);
    const now = performance.now();
    if (last !== undefined && now - last.at < periodMs) {
      last.heldBackCount += 1;
      return;
    }
    for (const [old, { at }] of reported) {
      if (now - at >= periodMs) reported.delete(old);
    }
    reported.set(kind, { at: now, heldBackCount: 0 });
    report(error, last?.heldBackCount ?? 0, details);
  };
}
