import type { Queryable } from '../database.ts';
import {
  embeddedMessageColumn,
  embeddedPatchColumn,
  personColumns,
  seriesDate,
} from './columns.ts';
import type { EmbeddedRow, PersonRow } from './columns.ts';
import {
  afterCondition,
  amongCondition,
  countUpTo,
  dateConditions,
  loadKeptCount,
  newParameters,
  sliceText,
  statementName,
  whereAll,
  wordConditions,
} from './statement.ts';
import type { DateRange, Order, Parameters, Slice } from './statement.ts';

/** A series as the API shows it. */
export interface SeriesRow extends PersonRow {
  readonly id: number;
  readonly listId: number;
  readonly name: string | null;
  /** "2017-08-30T08:32:05Z" */
  readonly date: string;
  readonly version: number;
  readonly total: number;
  readonly receivedTotal: number;
  readonly receivedAll: boolean;
  readonly cover: EmbeddedRow | null;
  /** In order of date. */
  readonly patches: readonly EmbeddedRow[];
  /** Numbers of the series that it says must be there before it; [] where the project does not show them. */
  readonly dependencies: readonly number[];
  /** Numbers of the series that say so of this one. */
  readonly dependents: readonly number[];
}

/** Which series a list shows; null: not filtered. */
export interface SeriesFilter extends DateRange {
  readonly listIds: readonly number[] | null;
  readonly submitterIds: readonly number[] | null;
  readonly words: readonly string[];
}

export const seriesOrderNames = ['id', 'name', 'date', 'submitter', 'received_all'] as const;

export type SeriesOrder = (typeof seriesOrderNames)[number];

const orderColumns: Readonly<Record<SeriesOrder, string>> = {
  id: 'r.public_id',
  name: 'r.name',
  date: 'r.date',
  submitter: 'r.submitter_id',
  received_all: 'r.is_complete',
};

const seriesColumns = `r.public_id AS id, r.mailing_list_id AS "listId", r.name, ${seriesDate} AS date, r.version,
  r.total, r.patch_count AS "receivedTotal", r.is_complete AS "receivedAll", ${personColumns},
  (SELECT ${embeddedMessageColumn('c')} FROM patchloom.message c WHERE c.id = r.cover) AS cover,
  coalesce((SELECT json_agg(${embeddedPatchColumn('p', 'm')} ORDER BY p.date, m.series_number, p.id)
    FROM patchloom.message m JOIN patchloom.patch p ON p.message = m.id
    WHERE m.series_id = r.id AND p.is_shown), '[]') AS patches,
  CASE WHEN l.show_dependencies THEN coalesce((
    SELECT json_agg(DISTINCT f.public_id)
    FROM patchloom.message m JOIN patchloom.dependency d ON d.message = m.id
    JOIN patchloom.thread_node n ON n.message_id = d.target_message_id AND n.mailing_list_id = m.mailing_list_id
    JOIN patchloom.message b ON b.thread_node_id = n.id
    JOIN patchloom.series f ON f.id = b.series_id
    WHERE m.series_id = r.id AND f.id <> r.id), '[]') ELSE '[]' END AS dependencies,
  CASE WHEN l.show_dependencies THEN coalesce((
    SELECT json_agg(DISTINCT f.public_id)
    FROM patchloom.message b JOIN patchloom.dependency d ON d.target_message_id = b.message_id
    JOIN patchloom.message m ON m.id = d.message AND m.mailing_list_id = b.mailing_list_id
    JOIN patchloom.series f ON f.id = m.series_id
    WHERE b.series_id = r.id AND f.id <> r.id), '[]') ELSE '[]' END AS dependents`;

const seriesJoins = `JOIN patchloom.mailing_list l ON l.id = r.mailing_list_id
  JOIN patchloom.person s ON s.id = r.submitter_id`;

/** The series of one page. */
export async function loadSeriesList(
  queryable: Queryable,
  filter: SeriesFilter,
  order: Order<SeriesOrder>,
  slice: Slice,
): Promise<SeriesRow[]> {
  const parameters = newParameters();
  const direction = order.isDescending ? 'DESC' : 'ASC';
  const column = orderColumns[order.by];
  const sorted = `${column} ${direction}, r.public_id ${direction}`;
  const columns = { date: null, id: 'r.public_id' };
  const behind = afterCondition(columns, order.isDescending, slice.after, parameters);
  const text = `SELECT ${seriesColumns} FROM (
      SELECT r.* FROM patchloom.series r ${whereAll([...seriesConditions(filter, parameters), ...behind])}
      ORDER BY ${sorted} ${sliceText(slice, parameters)}) AS r
    ${seriesJoins} ORDER BY ${sorted}`;
  const name = filter.words.length === 0 ? statementName(text) : {};
  const { rows } = await queryable.query<SeriesRow>({ ...name, text, values: parameters.values });
  return rows;
}

function seriesConditions(filter: SeriesFilter, parameters: Parameters): string[] {
  return [
    ...amongCondition('r.mailing_list_id', filter.listIds, parameters),
    ...amongCondition('r.submitter_id', filter.submitterIds, parameters),
    ...dateConditions('r.date', filter, parameters),
    ...wordConditions('r.name', filter.words, parameters),
  ];
}

/** Whether the count of what a filter lets through is kept. */
export function isSeriesCountKept(filter: SeriesFilter): boolean {
  const { submitterIds, since, before, words } = filter;
  return submitterIds === null && since === null && before === null && words.length === 0;
}

/** How many series a filter lets through; see countUpTo. */
export async function countSeries(queryable: Queryable, filter: SeriesFilter): Promise<number> {
  if (isSeriesCountKept(filter)) return loadKeptCount(queryable, ['series'], filter.listIds);
  const parameters = newParameters();
  const from = `FROM patchloom.series r ${whereAll(seriesConditions(filter, parameters))}`;
  return countUpTo(queryable, from, parameters.values);
}

/** The series of that number; null when there is none. */
export async function loadSeries(queryable: Queryable, id: number): Promise<SeriesRow | null> {
  const { rows } = await queryable.query<SeriesRow>({
    name: 'api-series',
    text: `SELECT ${seriesColumns} FROM patchloom.series r ${seriesJoins} WHERE r.public_id = $1`,
    values: [id],
  });
  return rows[0] ?? null;
}

/** Number of the series that took the messages of one that is gone; null when there is none. */
export async function findSurvivor(queryable: Queryable, formerId: number): Promise<number | null> {
  const { rows } = await queryable.query<{ id: number }>({
    name: 'api-series-survivor',
    text: `SELECT r.public_id AS id FROM patchloom.series_redirect d JOIN patchloom.series r ON r.id = d.series_id
      WHERE d.former_public_id = $1`,
    values: [formerId],
  });
  return rows[0]?.id ?? null;
}
