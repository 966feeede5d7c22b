import { invalidPage } from './api-error.ts';
import { lastValue, queryText } from './query-parameters.ts';
import type { QueryParameters } from './query-parameters.ts';

/** The part of a list that was asked for. */
export interface PageRequest {
  /** From 1; null: the last, whichever that is. */
  readonly number: number | null;
  /** 1 to 250. */
  readonly rowCount: number;
}

/** Patchwork's REST_RESULTS_PER_PAGE and MAX_REST_RESULTS_PER_PAGE. */
const defaultRowCount = 30;
const maxRowCount = 250;

/** No list is so long; more would not fit the database's numbers. */
const maxPageNumber = 1e12;

/** Reads page and per_page. Throws 404 for a page that no list can have; a per_page that is no number is passed over. */
export function pageRequest(query: QueryParameters): PageRequest {
  const page = lastValue(query, 'page');
  return {
    number: page === 'last' ? null : pageNumber(page ?? '1'),
    rowCount: rowCount(lastValue(query, 'per_page')),
  };
}

function pageNumber(value: string): number {
  const number = /^[0-9]{1,13}$/.test(value.trim()) ? Number(value) : 0;
  if (number < 1 || number > maxPageNumber) throw invalidPage();
  return number;
}

function rowCount(value: string | null): number {
  const count = value !== null && /^[0-9]{1,9}$/.test(value) ? Number(value) : 0;
  return count === 0 ? defaultRowCount : Math.min(count, maxRowCount);
}

/** One page of a list as it is sent. */
export interface Page {
  readonly rows: readonly object[];
  readonly links: PageLinks;
}

/** Where to go from a page: by number, or by cursor. */
export type PageLinks =
  { readonly number: number; readonly pageCount: number } | { readonly nextCursor: string | null };

/** Pages of a list with so many rows; an empty list has one. */
export function pageCount(rowTotal: number, rowsPerPage: number): number {
  return Math.max(1, Math.ceil(rowTotal / rowsPerPage));
}

/**
 * The Link header: `<…?page=2>; rel="next", <…?page=1>; rel="first", <…?page=9>; rel="last"`, in exactly this shape:
 * clients split it at "," and ";". `url` is that of the list, absolute, without query.
 */
export function linkHeader(url: string, query: QueryParameters, links: PageLinks): string {
  const link = (changes: Readonly<Record<string, string | null>>, rel: string): string =>
    `<${changedUrl(url, query, changes)}>; rel="${rel}"`;
  if ('nextCursor' in links) {
    const first = link({ cursor: '' }, 'first');
    return links.nextCursor === null
      ? first
      : `${link({ cursor: links.nextCursor }, 'next')}, ${first}`;
  }
  const { number, pageCount: last } = links;
  const parts: string[] = [];
  if (number < last) parts.push(link({ page: String(number + 1) }, 'next'));
  if (number > 1) parts.push(link({ page: number === 2 ? null : String(number - 1) }, 'prev'));
  parts.push(link({ page: '1' }, 'first'), link({ page: String(last) }, 'last'));
  return parts.join(', ');
}

function changedUrl(
  url: string,
  query: QueryParameters,
  changes: Readonly<Record<string, string | null>>,
): string {
  const changed = new Map(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) changed.delete(name);
    else changed.set(name, [value]);
  }
  const parameters = queryText(changed);
  return parameters === '' ? url : `${url}?${parameters}`;
}
