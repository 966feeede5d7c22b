import type { Queryable } from '../database.ts';
import { personColumns, userColumn } from './columns.ts';
import type { PersonRow, UserRow } from './columns.ts';
import { countUpTo, newParameters, partPattern, sliceText, whereAll } from './statement.ts';
import type { Order, Parameters, Slice } from './statement.ts';

/** A person with the user who has the address. */
export interface PersonDetailRow extends PersonRow {
  readonly user: UserRow | null;
}

/** A user with settings. */
export interface UserDetailRow extends UserRow {
  readonly sendEmail: boolean;
  readonly itemsPerPage: number;
  readonly showIds: boolean;
}

export const personOrderNames = ['id', 'name', 'email'] as const;

export type PersonOrder = (typeof personOrderNames)[number];

export const userOrderNames = ['id', 'username', 'email'] as const;

export type UserOrder = (typeof userOrderNames)[number];

const personDetail = `SELECT ${personColumns}, ${userColumn('u')} AS "user"
  FROM patchloom.person s LEFT JOIN patchloom.app_user u ON u.id = s.user_id`;

const userDetail = `SELECT u.id, u.username, u.first_name AS "firstName", u.last_name AS "lastName", u.email,
  u.send_email AS "sendEmail", u.items_per_page AS "itemsPerPage", u.show_ids AS "showIds"
  FROM patchloom.app_user u`;

const personSearch = ['s.name', 's.email'];
const userSearch = ['u.username', 'u.first_name', 'u.last_name', 'u.email'];

/** Rows in which each word occurs in one of the columns. */
function searchConditions(
  columns: readonly string[],
  words: readonly string[],
  parameters: Parameters,
): string[] {
  return words.map((word) => {
    const pattern = parameters.bind(partPattern(word));
    return `(${columns.map((column) => `${column} ILIKE ${pattern}`).join(' OR ')})`;
  });
}

/** The people of one page in whose name or address all words occur. */
export async function loadPeople(
  queryable: Queryable,
  words: readonly string[],
  order: Order<PersonOrder>,
  slice: Slice,
): Promise<PersonDetailRow[]> {
  const parameters = newParameters();
  const direction = order.isDescending ? 'DESC' : 'ASC';
  const { rows } = await queryable.query<PersonDetailRow>(
    `${personDetail} ${whereAll(searchConditions(personSearch, words, parameters))}
     ORDER BY s.${order.by} ${direction}, s.id ${direction} ${sliceText(slice, parameters)}`,
    parameters.values,
  );
  return rows;
}

/** How many people there are in whose name or address all words occur; see countUpTo. */
export async function countPeople(queryable: Queryable, words: readonly string[]): Promise<number> {
  const parameters = newParameters();
  const where = whereAll(searchConditions(personSearch, words, parameters));
  return countUpTo(queryable, `FROM patchloom.person s ${where}`, parameters.values);
}

/** The person of that number; null when there is none. */
export async function loadPerson(
  queryable: Queryable,
  id: number,
): Promise<PersonDetailRow | null> {
  const { rows } = await queryable.query<PersonDetailRow>(`${personDetail} WHERE s.id = $1`, [id]);
  return rows[0] ?? null;
}

/** The users of one page in whose names or address all words occur. */
export async function loadUsers(
  queryable: Queryable,
  words: readonly string[],
  order: Order<UserOrder>,
  slice: Slice,
): Promise<UserDetailRow[]> {
  const parameters = newParameters();
  const direction = order.isDescending ? 'DESC' : 'ASC';
  const { rows } = await queryable.query<UserDetailRow>(
    `${userDetail} ${whereAll(searchConditions(userSearch, words, parameters))}
     ORDER BY u.${order.by} ${direction}, u.id ${direction} ${sliceText(slice, parameters)}`,
    parameters.values,
  );
  return rows;
}

/** How many users there are in whose names or address all words occur; see countUpTo. */
export async function countUsers(queryable: Queryable, words: readonly string[]): Promise<number> {
  const parameters = newParameters();
  const where = whereAll(searchConditions(userSearch, words, parameters));
  return countUpTo(queryable, `FROM patchloom.app_user u ${where}`, parameters.values);
}

/** The user of that number; null when there is none. */
export async function loadUser(queryable: Queryable, id: number): Promise<UserDetailRow | null> {
  const { rows } = await queryable.query<UserDetailRow>(`${userDetail} WHERE u.id = $1`, [id]);
  return rows[0] ?? null;
}
