import { lastValue } from '../http/query-parameters.ts';
import type { QueryParameters } from '../http/query-parameters.ts';
import { isMessageId } from '../message/message-id.ts';
import type { MessageId } from '../message/message-id.ts';
import type { DateRange } from '../store/api/statement.ts';
import type { Projects, States } from './api-context.ts';

/**
 * Values of a filter: null when it is not given; [] when one of its values names nothing that exists or is malformed, which
 * makes the list empty, as in Patchwork.
 */
export type FilterValues<T> = readonly T[] | null;

/** All values of a parameter, each turned into what it means; [] when one means nothing. */
export function filterValues<T>(
  query: QueryParameters,
  name: string,
  meaning: (value: string) => T | null,
): FilterValues<T> {
  const given = query.get(name)?.filter((value) => value !== '') ?? [];
  if (given.length === 0) return null;
  const meant: T[] = [];
  for (const value of given) {
    const one = meaning(value);
    if (one === null) return [];
    meant.push(one);
  }
  return meant;
}

/** The number of a row that "12" names; null for anything else. */
export function rowNumber(value: string): number | null {
  if (!/^[0-9]{1,16}$/.test(value)) return null;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : null;
}

/** As rowNumber, for columns of 32 bits. */
export function smallRowNumber(value: string): number | null {
  const number = rowNumber(value);
  return number === null || number > 0x7fffffff ? null : number;
}

/** Number of the project that a number or link name names, in any case. */
export function projectId(projects: Projects): (value: string) => number | null {
  return (value) => {
    const number = smallRowNumber(value);
    if (number !== null && projects.has(number)) return number;
    const name = value.toLowerCase();
    for (const { id, linkName } of projects.values()) {
      if (linkName.toLowerCase() === name) return id;
    }
    return null;
  };
}

/** Number of the state that a number or slug names, in any case. */
export function stateId(states: States): (value: string) => number | null {
  return (value) => {
    const number = smallRowNumber(value);
    if (number !== null && states.has(number)) return number;
    const name = value.replaceAll('-', ' ').toLowerCase();
    for (const state of states.values()) {
      if (state.name.toLowerCase() === name) return state.id;
    }
    return null;
  };
}

/** true or false in any case; null for anything else, which does not filter. */
export function truthFilter(query: QueryParameters, name: string): boolean | null {
  const value = lastValue(query, name)?.toLowerCase();
  if (value === 'true') return true;
  return value === 'false' ? false : null;
}

/** The message-id of a `msgid` filter, which has no angle brackets. */
export function filteredMessageId(value: string): MessageId | null {
  const id = `<${value}>`;
  return isMessageId(id) && !id.includes('\0') ? id : null;
}

/** A hash in hex, 40 digits. */
export function filteredHash(value: string): string | null {
  return /^[0-9a-fA-F]{40}$/.test(value) ? value.toLowerCase() : null;
}

/** Words of a search: all that `q` holds, split at blanks and commas. */
export function searchWords(query: QueryParameters): string[] {
  return (lastValue(query, 'q') ?? '')
    .replaceAll('\0', '')
    .split(/[\s,]+/)
    .filter((word) => word !== '');
}

/**
 * A time as filters take it, in UTC where it names no zone: "2020-06-01", "2020-06-01T10:00", "2020-06-01T10:00:00.25+02:00" ->
 * "2020-06-01T08:00:00.25Z"; null when it is none. A "+" that became a blank in the query is read as "+".
 */
export function filteredTime(value: string): `${string}Z` | null {
  const match =
    /^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2})(:[0-9]{2})?(\.[0-9]{1,6})?[0-9]{0,3}(Z|[+ -][0-9]{2}:?[0-9]{2})?)?$/.exec(
      value.trim(),
    );
  if (match === null) return null;
  const [, date = '', minutes = '00:00', seconds = ':00', fraction = '', zone = 'Z'] = match;
  const offset = zone === 'Z' ? 'Z' : zone.replace(' ', '+').replace(/^(...):?/, '$1:');
  const at = new Date(`${date}T${minutes}${seconds}${offset}`);
  if (Number.isNaN(at.getTime())) return null;
  const time = at.toISOString();
  // Other years, which a zone may lead to as well, are none to Postgres in this form.
  return /^(?!0000)[0-9]{4}-/.test(time) ? `${time.slice(0, 19)}${fraction}Z` : null;
}

/** The last `since` and `before`; null when one of them is no time, which makes the list empty. */
export function dateRange(query: QueryParameters): DateRange | null {
  const since = timeFilter(query, 'since');
  const before = timeFilter(query, 'before');
  return since === 'malformed' || before === 'malformed' ? null : { since, before };
}

type TimeFilter = 'malformed' | `${string}Z` | null;

function timeFilter(query: QueryParameters, name: string): TimeFilter {
  const value = lastValue(query, name);
  if (value === null || value === '') return null;
  return filteredTime(value) ?? 'malformed';
}

/** Whether filters can let anything through. */
export function isPossible(filters: Readonly<Record<string, FilterValues<unknown>>>): boolean {
  return Object.values(filters).every((values) => values === null || values.length > 0);
}
