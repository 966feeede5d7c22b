/** What a column is compared as. */
export type LookupType = 'text' | 'bigint' | 'boolean' | 'timestamptz';

/** A column that may be looked up by, and what it is compared as. */
export interface LookupColumn {
  /** SQL of our own. */
  readonly sql: string;
  readonly type: LookupType;
}

/** A value of a filter, as text, or several. */
export type LookupValue = string | readonly string[];

type Condition = (column: string, value: string, cast: string) => string;

/** Django's lookups of one value, in SQL; `value` is a parameter's name. */
const lookups: ReadonlyMap<string, Condition> = new Map([
  ['', (column, value, cast) => `${column} = ${value}::${cast}`],
  ['iexact', (column, value) => `lower(${column}::text) = lower(${value})`],
  ['contains', (column, value) => `strpos(${column}::text, ${value}) > 0`],
  ['icontains', (column, value) => `strpos(lower(${column}::text), lower(${value})) > 0`],
  ['gt', (column, value, cast) => `${column} > ${value}::${cast}`],
  ['gte', (column, value, cast) => `${column} >= ${value}::${cast}`],
  ['lt', (column, value, cast) => `${column} < ${value}::${cast}`],
  ['startswith', (column, value) => `starts_with(${column}::text, ${value})`],
  ['istartswith', (column, value) => `starts_with(lower(${column}::text), lower(${value}))`],
  ['endswith', (column, value) => `right(${column}::text, length(${value})) = ${value}`],
  [
    'iendswith',
    (column, value) => `lower(right(${column}::text, length(${value}))) = lower(${value})`,
  ],
  ['isnull', (column, value) => `(${column} IS NULL) = ${value}::boolean`],
  ['year', (column, value) => `extract(year FROM ${column}) = ${value}::int`],
  ['month', (column, value) => `extract(month FROM ${column}) = ${value}::int`],
  ['day', (column, value) => `extract(day FROM ${column}) = ${value}::int`],
]);

const datePartLookups = new Set(['year', 'month', 'day']);

/**
 * SQL for one key of a filter, "state_id" or "name__icontains"; its values are added to `parameters`. null for a column
 * or lookup that there is not. A value that cannot be compared so fails in Postgres, with an SQLSTATE of class 22.
 */
export function lookupCondition(
  columns: ReadonlyMap<string, LookupColumn>,
  key: string,
  value: LookupValue,
  parameters: unknown[],
): string | null {
  const at = key.indexOf('__');
  const column = columns.get(at === -1 ? key : key.slice(0, at));
  const lookup = at === -1 ? '' : key.slice(at + 2);
  if (column === undefined) return null;
  if (datePartLookups.has(lookup) && column.type !== 'timestamptz') return null;
  if (lookup === 'in')
    return `${column.sql} = ANY(${listParameter(value, parameters)}::${column.type}[])`;
  if (lookup === 'range') return rangeCondition(column, value, parameters);
  const condition = lookups.get(lookup);
  if (condition === undefined || typeof value !== 'string') return null;
  return condition(column.sql, textParameter(value, parameters), column.type);
}

function rangeCondition(
  { sql, type }: LookupColumn,
  value: LookupValue,
  parameters: unknown[],
): string | null {
  const [from, to, ...more] = value;
  if (typeof value === 'string' || from === undefined || to === undefined || more.length > 0) {
    return null;
  }
  const low = textParameter(from, parameters);
  const high = textParameter(to, parameters);
  return `${sql} BETWEEN ${low}::${type} AND ${high}::${type}`;
}

function textParameter(value: string, parameters: unknown[]): string {
  parameters.push(value);
  return `$${parameters.length}::text`;
}

function listParameter(value: LookupValue, parameters: unknown[]): string {
  parameters.push(typeof value === 'string' ? [value] : value);
  return `$${parameters.length}::text[]`;
}
