/** What a check found. */
export type CheckState = 'pending' | 'success' | 'warning' | 'fail';

/** One check of a patch. */
export interface PatchCheck {
  readonly id: number;
  readonly userId: number;
  readonly context: string;
  readonly state: CheckState;
}

const byGravity: readonly CheckState[] = ['fail', 'warning', 'pending'];

/**
 * What all checks of a patch come to: the gravest of each user's newest for each context: fail, warning, pending, success;
 * pending without any. The check with the higher id is the newer.
 */
export function combinedCheck(checks: readonly PatchCheck[]): CheckState {
  const newest = new Map<string, PatchCheck>();
  for (const check of checks) {
    const key = `${check.userId} ${check.context}`;
    const known = newest.get(key);
    if (known === undefined || known.id < check.id) newest.set(key, check);
  }
  if (newest.size === 0) return 'pending';
  const states = new Set([...newest.values()].map(({ state }) => state));
  return byGravity.find((state) => states.has(state)) ?? 'success';
}
