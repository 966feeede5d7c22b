import type { Queryable } from './database.ts';

/** A user with what decides on permissions. */
export interface ActingUser {
  readonly id: number;
  readonly username: string;
  readonly isSuperuser: boolean;
  /** Rows in mailing_list. */
  readonly maintains: ReadonlySet<number>;
}

interface ActingUserRow extends Omit<ActingUser, 'maintains'> {
  readonly maintains: readonly number[];
}

/** The active user with that id; null when there is none. */
export async function loadActingUser(
  queryable: Queryable,
  userId: number,
): Promise<ActingUser | null> {
  const { rows } = await queryable.query<ActingUserRow>({
    name: 'load-acting-user',
    text: `SELECT u.id, u.username, u.is_superuser AS "isSuperuser",
             ARRAY(SELECT m.mailing_list_id FROM patchloom.maintainer m WHERE m.user_id = u.id) AS maintains
           FROM patchloom.app_user u WHERE u.id = $1::bigint AND u.is_active`,
    values: [userId],
  });
  const [row] = rows;
  return row === undefined ? null : { ...row, maintains: new Set(row.maintains) };
}

/** What is known of a user whose credentials are to be looked at. */
export interface Credentials {
  readonly id: number;
  readonly username: string;
  readonly isSuperuser: boolean;
  readonly isActive: boolean;
  /** See column password_hash. */
  readonly passwordHash: string | null;
}

const credentialColumns = `u.id, u.username, u.is_superuser AS "isSuperuser", u.is_active AS "isActive",
  u.password_hash AS "passwordHash"`;

/** The user with the token of that SHA-256; null when there is none. */
export async function findTokenOwner(
  queryable: Queryable,
  sha256: Buffer,
): Promise<Credentials | null> {
  const { rows } = await queryable.query<Credentials>({
    name: 'find-token-owner',
    text: `SELECT ${credentialColumns}
           FROM patchloom.api_token t JOIN patchloom.app_user u ON u.id = t.user_id WHERE t.sha256 = $1`,
    values: [sha256],
  });
  return rows[0] ?? null;
}

/** The user of that name in any case; null when there is none. */
export async function findCredentials(
  queryable: Queryable,
  username: string,
): Promise<Credentials | null> {
  const { rows } = await queryable.query<Credentials>({
    name: 'find-credentials',
    text: `SELECT ${credentialColumns} FROM patchloom.app_user u WHERE lower(u.username) = lower($1)`,
    values: [username],
  });
  return rows[0] ?? null;
}
