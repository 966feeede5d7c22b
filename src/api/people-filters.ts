import type { QueryParameters } from '../http/query-parameters.ts';
import { findPeople, findUsers } from '../store/api/find-people.ts';
import type { Queryable } from '../store/database.ts';
import { filterValues, rowNumber, smallRowNumber } from './filters.ts';
import type { FilterValues } from './filters.ts';

/** Numbers of the people whom `submitter` names, by number or address. */
export async function submitterFilter(
  database: Queryable,
  query: QueryParameters,
): Promise<FilterValues<number>> {
  return resolved(filterValues(query, 'submitter', meant), rowNumber, (emails) =>
    findPeople(database, emails),
  );
}

/** Numbers of the users whom a parameter names, by number or username. */
export async function userFilter(
  database: Queryable,
  query: QueryParameters,
  name: string,
): Promise<FilterValues<number>> {
  return resolved(filterValues(query, name, meant), smallRowNumber, (usernames) =>
    findUsers(database, usernames),
  );
}

/** Postgres takes no NUL. */
function meant(value: string): string | null {
  return value.includes('\0') ? null : value;
}

async function resolved(
  values: FilterValues<string>,
  numberOf: (value: string) => number | null,
  find: (names: readonly string[]) => Promise<(number | null)[]>,
): Promise<FilterValues<number>> {
  if (values === null) return null;
  const names = values.filter((value) => numberOf(value) === null);
  const numbers = values.flatMap((value) => numberOf(value) ?? []);
  const found = names.length === 0 ? [] : await find(names);
  return found.some((id) => id === null) ? [] : [...numbers, ...found.filter((id) => id !== null)];
}
