import type { Queryable } from '../database.ts';

/** Numbers of the people with these addresses, in any case, in the order given; null for one that is not known. */
export async function findPeople(
  queryable: Queryable,
  emails: readonly string[],
): Promise<(number | null)[]> {
  const { rows } = await queryable.query<{ id: number | null }>({
    name: 'api-find-people',
    text: `SELECT p.id FROM unnest($1::text[]) WITH ORDINALITY AS u (email, ordinal)
      LEFT JOIN patchloom.person p ON lower(p.email) = lower(u.email) ORDER BY u.ordinal`,
    values: [emails],
  });
  return rows.map(({ id }) => id);
}

/** Numbers of the users with these names, in any case, in the order given; null for one that is not known. */
export async function findUsers(
  queryable: Queryable,
  usernames: readonly string[],
): Promise<(number | null)[]> {
  const { rows } = await queryable.query<{ id: number | null }>({
    name: 'api-find-users',
    text: `SELECT a.id FROM unnest($1::text[]) WITH ORDINALITY AS u (username, ordinal)
      LEFT JOIN patchloom.app_user a ON lower(a.username) = lower(u.username) ORDER BY u.ordinal`,
    values: [usernames],
  });
  return rows.map(({ id }) => id);
}
