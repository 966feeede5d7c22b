import type { MessageId } from '../../message/message-id.ts';
import type { HeaderPairs } from '../../review/header-object.ts';
import type { Queryable } from '../database.ts';
import { personColumns, seriesOfColumns } from './columns.ts';
import type { PersonRow, SeriesOfRow } from './columns.ts';
import { messageIdConditions, seriesConditions } from './patch-filter.ts';
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

/** A cover letter as lists show it. */
export interface CoverRow extends PersonRow, SeriesOfRow {
  readonly id: number;
  readonly listId: number;
  readonly messageId: MessageId;
  /** "2017-08-30T08:32:05Z" */
  readonly date: string;
  readonly name: string;
}

export interface CoverDetailRow extends CoverRow {
  readonly headers: HeaderPairs;
  readonly content: string | null;
}

/** Which cover letters a list shows; null: not filtered. */
export interface CoverFilter extends DateRange {
  readonly listIds: readonly number[] | null;
  readonly seriesIds: readonly number[] | null;
  readonly submitterIds: readonly number[] | null;
  readonly messageIds: readonly MessageId[] | null;
  readonly words: readonly string[];
}

export const coverOrderNames = ['id', 'name', 'date', 'submitter'] as const;

export type CoverOrder = (typeof coverOrderNames)[number];

/** Date of message `m` as the API shows it. */
const date = 'coalesce(m.date, m.received_at)';

const orderColumns: Readonly<Record<CoverOrder, string>> = {
  id: 'm.public_id',
  name: 'm.name',
  date,
  submitter: 'm.submitter_id',
};

const coverColumns = `m.public_id AS id, m.mailing_list_id AS "listId", m.message_id AS "messageId", ${date} AS date,
  m.name, ${personColumns}, ${seriesOfColumns}`;

const coverJoins = `JOIN patchloom.person s ON s.id = m.submitter_id
  LEFT JOIN patchloom.series r ON r.id = m.series_id`;

/** The cover letters of one page. */
export async function loadCovers(
  queryable: Queryable,
  filter: CoverFilter,
  order: Order<CoverOrder>,
  slice: Slice,
): Promise<CoverRow[]> {
  const parameters = newParameters();
  const direction = order.isDescending ? 'DESC' : 'ASC';
  const sorted = `${orderColumns[order.by]} ${direction}, m.public_id ${direction}`;
  const columns = { date: null, id: 'm.public_id' };
  const behind = afterCondition(columns, order.isDescending, slice.after, parameters);
  const text = `SELECT ${coverColumns} FROM (
      SELECT m.* FROM patchloom.message m ${whereAll([...coverConditions(filter, parameters), ...behind])}
      ORDER BY ${sorted} ${sliceText(slice, parameters)}) AS m
    ${coverJoins} ORDER BY ${sorted}`;
  const name = isCoverCountKept(filter) ? statementName(text) : {};
  const { rows } = await queryable.query<CoverRow>({ ...name, text, values: parameters.values });
  return rows;
}

function coverConditions(filter: CoverFilter, parameters: Parameters): string[] {
  return [
    `m.kind = 'cover'`,
    ...amongCondition('m.mailing_list_id', filter.listIds, parameters),
    ...amongCondition('m.submitter_id', filter.submitterIds, parameters),
    ...seriesConditions(filter.seriesIds, parameters),
    ...messageIdConditions(filter.messageIds, parameters),
    ...dateConditions(date, filter, parameters),
    ...wordConditions('m.name', filter.words, parameters),
  ];
}

/** Whether the count of what a filter lets through is kept. */
export function isCoverCountKept(filter: CoverFilter): boolean {
  const { seriesIds, submitterIds, messageIds, since, before, words } = filter;
  const others = [seriesIds, submitterIds, messageIds, since, before];
  return others.every((other) => other === null) && words.length === 0;
}

/** How many cover letters a filter lets through; see countUpTo. */
export async function countCovers(queryable: Queryable, filter: CoverFilter): Promise<number> {
  if (isCoverCountKept(filter)) return loadKeptCount(queryable, ['cover'], filter.listIds);
  const parameters = newParameters();
  const from = `FROM patchloom.message m ${whereAll(coverConditions(filter, parameters))}`;
  return countUpTo(queryable, from, parameters.values);
}

/** The cover letter of that number; null when there is none. */
export async function loadCover(queryable: Queryable, id: number): Promise<CoverDetailRow | null> {
  const { rows } = await queryable.query<CoverDetailRow>({
    name: 'api-cover',
    text: `SELECT ${coverColumns}, x.headers, x.content
      FROM patchloom.message m ${coverJoins} JOIN patchloom.message_text x ON x.id = m.id
      WHERE m.kind = 'cover' AND m.public_id = $1`,
    values: [id],
  });
  return rows[0] ?? null;
}
