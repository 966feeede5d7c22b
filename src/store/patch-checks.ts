import type { Transaction } from './database.ts';

export const checkStates = ['pending', 'success', 'warning', 'fail'] as const;

export type CheckState = (typeof checkStates)[number];

/** What a program found. */
export interface NewCheck {
  readonly patchId: number;
  readonly userId: number;
  readonly state: CheckState;
  readonly targetUrl: string | null;
  readonly context: string;
  readonly description: string | null;
}

/** Adds a check of a patch that is locked; resolves to its id. */
export async function addCheck(transaction: Transaction, check: NewCheck): Promise<number> {
  const { rows } = await transaction.query<{ id: number }>({
    name: 'add-check',
    text: `INSERT INTO patchloom.patch_check
             (patch_id, user_id, created_at, state, target_url, context, description)
           VALUES ($1, $2, clock_timestamp(), $3, $4, $5, $6) RETURNING id`,
    values: [
      check.patchId,
      check.userId,
      check.state,
      check.targetUrl,
      check.context,
      check.description,
    ],
  });
  return rows[0]!.id;
}

/** Brings the state that a locked patch has by its checks up to date. */
export async function refreshCheckState(transaction: Transaction, patchId: number): Promise<void> {
  await transaction.query({
    name: 'refresh-check-state',
    text: `UPDATE patchloom.patch p SET check_state = coalesce((
             SELECT newest.state
             FROM (
               SELECT DISTINCT ON (c.user_id, c.context) c.state
               FROM patchloom.patch_check c WHERE c.patch_id = $1
               ORDER BY c.user_id, c.context, c.id DESC
             ) newest
             ORDER BY array_position('{fail,warning,pending,success}', newest.state) LIMIT 1
           ), 'pending')
           WHERE p.id = $1`,
    values: [patchId],
  });
}
