import type { Queryable } from '../database.ts';

/** How many connections of daemons and commands of Patchloom there are beside this one's own. */
export async function countOthers(queryable: Queryable): Promise<number> {
  const { rows } = await queryable.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity a
     WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.application_name LIKE 'patchloom%'`,
  );
  return rows[0]!.count;
}
