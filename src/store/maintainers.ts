import type { Queryable } from './database.ts';

/** Lets the user write the patches of a list; nothing happens when they may already. */
export async function addMaintainer(
  queryable: Queryable,
  userId: number,
  listId: number,
): Promise<void> {
  await queryable.query(
    `INSERT INTO patchloom.maintainer (mailing_list_id, user_id) VALUES ($1, $2)
     ON CONFLICT DO NOTHING`,
    [listId, userId],
  );
}

/** Whether the user maintained the list, and does so no longer. */
export async function removeMaintainer(
  queryable: Queryable,
  userId: number,
  listId: number,
): Promise<boolean> {
  const { rowCount } = await queryable.query(
    'DELETE FROM patchloom.maintainer WHERE mailing_list_id = $1 AND user_id = $2',
    [listId, userId],
  );
  return rowCount === 1;
}
