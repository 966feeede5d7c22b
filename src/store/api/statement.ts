import type { Queryable } from '../database.ts';

/** Values of a statement that is being put together. */
export interface Parameters {
  readonly values: unknown[];
  /** Adds a value; what stands for it in the text: "$3" */
  bind(value: unknown): string;
}

export function newParameters(): Parameters {
  const values: unknown[] = [];
  return {
    values,
    bind(value) {
      values.push(value);
      return `$${values.length}`;
    },
  };
}

/** "WHERE a AND b", or nothing without conditions. */
export function whereAll(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
}

/** Which rows of a list, and in which order. */
export interface Slice {
  /** A whole number that is safe to stand in the text of a statement: the planner is to know that it is small. */
  readonly limit: number;
  readonly offset: number;
  /** Only rows behind this one; undefined: from the start. */
  readonly after?: RowPlace;
}

/** Where a row stands in a list: its date, where the list is sorted by that, and its number. */
export interface RowPlace {
  readonly date: string | null;
  readonly id: number;
}

/** The condition that a row stands behind another in a list; none from the start. Costs the same however deep. */
export function afterCondition(
  columns: { readonly date: string | null; readonly id: string },
  isDescending: boolean,
  after: RowPlace | undefined,
  parameters: Parameters,
): string[] {
  if (after === undefined) return [];
  const beyond = isDescending ? '<' : '>';
  const id = parameters.bind(after.id);
  if (columns.date === null || after.date === null) return [`${columns.id} ${beyond} ${id}`];
  return [`(${columns.date}, ${columns.id}) ${beyond} (${parameters.bind(after.date)}, ${id})`];
}

/** What a list is sorted by, ties by id in the same direction. */
export interface Order<By extends string> {
  readonly by: By;
  readonly isDescending: boolean;
}

const statementNames = new Map<string, string>();

/** Each connection keeps what it has prepared. */
const maxStatementNames = 200;

/** The name under which a statement that is put together is prepared, the same for the same text; {} when there are too many. */
export function statementName(text: string): { name?: string } {
  const known = statementNames.get(text);
  if (known !== undefined) return { name: known };
  if (statementNames.size >= maxStatementNames) return {};
  const name = `api-made-${statementNames.size}`;
  statementNames.set(text, name);
  return { name };
}

/**
 * "LIMIT 30 OFFSET $2"; "LIMIT 30" for the first page: for an unknown offset the planner expects a tenth of all rows, and so
 * would never keep a plan of a long list.
 */
export function sliceText({ limit, offset }: Slice, parameters: Parameters): string {
  const some = `LIMIT ${Math.trunc(limit)}`;
  return offset === 0 ? some : `${some} OFFSET ${parameters.bind(offset)}`;
}

/** Up to here rows are counted one by one. */
const maxCounted = 10_000;

/**
 * How many rows a query gives: exactly up to 10,000, beyond that what the planner expects, so that a count never costs more
 * than a page. `from` is all that follows SELECT's list.
 */
export async function countUpTo(
  queryable: Queryable,
  from: string,
  values: readonly unknown[],
): Promise<number> {
  const counted = await queryable.query<{ total: number }>(
    `SELECT count(*) AS total FROM (SELECT 1 ${from} LIMIT ${maxCounted + 1}) AS counted`,
    [...values],
  );
  const total = counted.rows[0]?.total ?? 0;
  if (total <= maxCounted) return total;
  const { rows } = await queryable.query<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(
    `EXPLAIN (FORMAT JSON) SELECT 1 ${from}`,
    [...values],
  );
  return Math.max(total, rows[0]!['QUERY PLAN'][0].Plan['Plan Rows']);
}

/** A pattern for ILIKE that finds a part of a text: "50%" -> "%50\%%" */
export function partPattern(part: string): string {
  return `%${part.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
}

/** The condition that a column has one of these values: "p.state_id = $2"; none where it is not filtered. */
export function amongCondition(
  column: string,
  values: readonly unknown[] | null,
  parameters: Parameters,
): string[] {
  if (values === null) return [];
  if (values.length === 1) return [`${column} = ${parameters.bind(values[0])}`];
  return [`${column} = ANY(${parameters.bind(values)})`];
}

/** Dates that a list leaves: from `since` on, before `before`; null: not given. "2017-08-30T08:32:05Z" */
export interface DateRange {
  readonly since: string | null;
  readonly before: string | null;
}

export function dateConditions(
  column: string,
  { since, before }: DateRange,
  parameters: Parameters,
): string[] {
  const conditions: string[] = [];
  if (since !== null) conditions.push(`${column} >= ${parameters.bind(since)}`);
  if (before !== null) conditions.push(`${column} < ${parameters.bind(before)}`);
  return conditions;
}

/** More words hardly leave out more, and each costs a walk through the index of names. */
const maxIndexedWords = 4;

/** Names in which all these words occur, in any case. Long words are rare: they are looked up, short ones then compared. */
export function wordConditions(
  column: string,
  words: readonly string[],
  parameters: Parameters,
): string[] {
  const byLength = words.toSorted((a, b) => b.length - a.length);
  return byLength.map((word, place) => {
    // No index is of the name with something added.
    const searched = place < maxIndexedWords ? column : `(${column} || '')`;
    return `${searched} ILIKE ${parameters.bind(partPattern(word))}`;
  });
}

/** The kept count of what lists have: "series", "cover" or categories of events; of all lists where none is named. */
export async function loadKeptCount(
  queryable: Queryable,
  counted: readonly string[],
  listIds: readonly number[] | null,
): Promise<number> {
  const { rows } = await queryable.query<{ total: number }>({
    name: 'api-kept-count',
    text: `SELECT coalesce(sum(c.row_count), 0)::bigint AS total FROM patchloom.list_count c
      WHERE c.counted = ANY($1) AND ($2::int[] IS NULL OR c.mailing_list_id = ANY($2))`,
    values: [counted, listIds],
  });
  return rows[0]?.total ?? 0;
}
