import { inTransaction } from './database.ts';
import type { Database, Queryable } from './database.ts';

/** A user as the API shows one. */
export interface User {
  readonly id: number;
  readonly username: string;
  /** Empty when unset, as are the other names. */
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly isSuperuser: boolean;
  readonly isActive: boolean;
}

/** What is said of a user who is added. */
export interface NewUser {
  readonly username: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly isSuperuser: boolean;
}

const userColumns = `u.id, u.username, u.first_name AS "firstName", u.last_name AS "lastName", u.email,
  u.is_superuser AS "isSuperuser", u.is_active AS "isActive"`;

/**
 * Adds a user, whose own is all mail from their address, past and to come; null when the name is taken in any case.
 * Nobody is taken away from another user with the same address.
 */
export async function addUser(database: Database, user: NewUser): Promise<User | null> {
  return inTransaction(database, async (transaction) => {
    // Whoever adds a person looks for its user: without the lock, neither of the two would see the other.
    await transaction.query('LOCK TABLE patchloom.person IN SHARE ROW EXCLUSIVE MODE');
    const { rows } = await transaction.query<User>(
      `INSERT INTO patchloom.app_user AS u (username, first_name, last_name, email, is_superuser)
       VALUES ($1, $2, $3, $4, $5) ON CONFLICT (lower(username)) DO NOTHING RETURNING ${userColumns}`,
      [user.username, user.firstName, user.lastName, user.email, user.isSuperuser],
    );
    const [added] = rows;
    if (added === undefined) return null;
    await transaction.query(
      `UPDATE patchloom.person SET user_id = $1
       WHERE lower(email) = lower($2) AND email <> '' AND user_id IS NULL`,
      [added.id, added.email],
    );
    return added;
  });
}

/** The user of that name in any case, active or not; null when there is none. */
export async function findUser(queryable: Queryable, username: string): Promise<User | null> {
  const { rows } = await queryable.query<User>(
    `SELECT ${userColumns} FROM patchloom.app_user u WHERE lower(u.username) = lower($1)`,
    [username],
  );
  return rows[0] ?? null;
}

/** A user with the lists that they maintain, for an operator to read. */
export interface ListedUser extends User {
  readonly hasPassword: boolean;
  readonly tokenCount: number;
  /** List-Ids. */
  readonly maintains: readonly string[];
}

/** All users, by id. */
export async function loadUsers(queryable: Queryable): Promise<ListedUser[]> {
  const { rows } = await queryable.query<ListedUser>(
    `SELECT ${userColumns}, u.password_hash IS NOT NULL AS "hasPassword",
       (SELECT count(*)::int FROM patchloom.api_token t WHERE t.user_id = u.id) AS "tokenCount",
       ARRAY(
         SELECT l.list_id FROM patchloom.maintainer m JOIN patchloom.mailing_list l ON l.id = m.mailing_list_id
         WHERE m.user_id = u.id ORDER BY l.list_id
       ) AS maintains
     FROM patchloom.app_user u ORDER BY u.id`,
  );
  return rows;
}

/** Puts the hash of a new password in the place of the former one. */
export async function setPasswordHash(
  queryable: Queryable,
  userId: number,
  hash: string,
): Promise<void> {
  await queryable.query('UPDATE patchloom.app_user SET password_hash = $2 WHERE id = $1', [
    userId,
    hash,
  ]);
}

/** Gives the user one more token. */
export async function addToken(
  queryable: Queryable,
  userId: number,
  sha256: Buffer,
): Promise<void> {
  await queryable.query('INSERT INTO patchloom.api_token (sha256, user_id) VALUES ($1, $2)', [
    sha256,
    userId,
  ]);
}

/** Makes all tokens of the user void. */
export async function revokeTokens(queryable: Queryable, userId: number): Promise<void> {
  await queryable.query('DELETE FROM patchloom.api_token WHERE user_id = $1', [userId]);
}

/** From now on the user may do nothing, and their tokens are gone; what they did keeps their name. */
export async function deactivateUser(queryable: Queryable, userId: number): Promise<void> {
  await queryable.query(
    `WITH revoked AS (DELETE FROM patchloom.api_token WHERE user_id = $1)
     UPDATE patchloom.app_user SET is_active = false WHERE id = $1`,
    [userId],
  );
}

/** What users change of themselves; what is left out stays. */
export interface UserChange {
  readonly firstName: string | undefined;
  readonly lastName: string | undefined;
  readonly sendEmail: boolean | undefined;
  readonly itemsPerPage: number | undefined;
  readonly showIds: boolean | undefined;
}

/** Whether there is a user with that id. */
export async function hasUser(queryable: Queryable, userId: number): Promise<boolean> {
  const { rowCount } = await queryable.query(
    'SELECT FROM patchloom.app_user WHERE id = $1::bigint',
    [userId],
  );
  return rowCount === 1;
}

/** Changes a user. */
export async function updateUser(
  queryable: Queryable,
  userId: number,
  change: UserChange,
): Promise<void> {
  await queryable.query({
    name: 'update-user',
    text: `UPDATE patchloom.app_user u SET
             first_name = coalesce($2, u.first_name),
             last_name = coalesce($3, u.last_name),
             send_email = coalesce($4, u.send_email),
             items_per_page = coalesce($5, u.items_per_page),
             show_ids = coalesce($6, u.show_ids)
           WHERE u.id = $1::bigint`,
    values: [
      userId,
      change.firstName,
      change.lastName,
      change.sendEmail,
      change.itemsPerPage,
      change.showIds,
    ],
  });
}
