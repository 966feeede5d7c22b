import { invalidFields, invalidPage } from '../http/api-error.ts';
import { pageCount, pageRequest } from '../http/pages.ts';
import type { Page } from '../http/pages.ts';
import type { ApiRequest } from '../http/route.ts';
import type { Order, RowPlace, Slice } from '../store/api/statement.ts';
import { filteredTime, rowNumber } from './filters.ts';
import { lastValue } from '../http/query-parameters.ts';

/** Where the rows of a list come from. */
export interface ListSource<Row> {
  /** Whether counting costs next to nothing, so that it is done beside loading. */
  readonly isCountKept?: boolean;
  count(): Promise<number>;
  rows(slice: Slice): Promise<Row[]>;
  answer(row: Row): object;
  /** Where a row stands, for lists that can go on from there. */
  readonly placeOf?: ((row: Row) => RowPlace) | undefined;
}

/** The page of a list that a request asks for. Throws 404 for one past the end. */
export async function listPage<Row>(request: ApiRequest, source: ListSource<Row>): Promise<Page> {
  const { number: wanted, rowCount } = pageRequest(request.query);
  const cursor = lastValue(request.query, 'cursor');
  const { placeOf } = source;
  if (cursor !== null && placeOf !== undefined) {
    return pageBehind(source, placeOf, cursor, rowCount);
  }
  const number = wanted ?? pageCount(await source.count(), rowCount);
  const slice = { limit: rowCount, offset: (number - 1) * rowCount };
  const [rows, total] = await rowsAndTotal(source, slice);
  const count = pageCount(total, rowCount);
  if (rows.length === 0 && number > 1) throw invalidPage();
  const answers = rows.map((row) => source.answer(row));
  return { rows: answers, links: { number, pageCount: Math.max(count, number) } };
}

async function rowsAndTotal<Row>(source: ListSource<Row>, slice: Slice): Promise<[Row[], number]> {
  if (source.isCountKept === true) {
    const total = await source.count();
    // Where nothing is found, finding that out may cost a look at all rows.
    return [slice.offset < total ? await source.rows(slice) : [], total];
  }
  const rows = await source.rows(slice);
  const isLast = rows.length < slice.limit && (rows.length > 0 || slice.offset === 0);
  return [rows, isLast ? slice.offset + rows.length : await source.count()];
}

/**
 * The page behind a cursor, with a link to the next. Not Patchwork's: `cursor=` begins, and each page costs the same however
 * deep. Throws 400 for a cursor that no page gave.
 */
async function pageBehind<Row>(
  source: ListSource<Row>,
  placeOf: (row: Row) => RowPlace,
  cursor: string,
  limit: number,
): Promise<Page> {
  const rows = await source.rows({ limit, offset: 0, ...cursorPlace(cursor) });
  const last = rows.length < limit ? undefined : rows.at(-1);
  const nextCursor = last === undefined ? null : cursorText(placeOf(last));
  return { rows: rows.map((row) => source.answer(row)), links: { nextCursor } };
}

/** "12", or "2020-10-07T12:00:00Z_12" in a list that is sorted by date. */
function cursorText({ date, id }: RowPlace): string {
  return date === null ? String(id) : `${date}_${id}`;
}

function cursorPlace(cursor: string): { after?: RowPlace } {
  if (cursor === '') return {};
  const [first = '', second] = cursor.split('_');
  const id = rowNumber(second ?? first);
  const date = second === undefined ? null : filteredTime(first);
  if (id === null || (second !== undefined && date === null)) {
    throw invalidFields({ cursor: ['Invalid cursor.'] });
  }
  return { after: { date, id } };
}

/** A page of nothing, for filters that let nothing through. */
export function emptyPage(request: ApiRequest): Page {
  const { number } = pageRequest(request.query);
  if (number !== null && number > 1) throw invalidPage();
  return { rows: [], links: { number: 1, pageCount: 1 } };
}

/** The order that a request asks for: "-date"; the default where it asks for what the list cannot be sorted by. */
export function requestedOrder<By extends string>(
  request: ApiRequest,
  known: readonly By[],
  otherwise: Order<By>,
): Order<By> {
  const value = lastValue(request.query, 'order') ?? '';
  const isDescending = value.startsWith('-');
  const name = isDescending ? value.slice(1) : value;
  const by = known.find((one) => one === name);
  return by === undefined ? otherwise : { by, isDescending };
}
