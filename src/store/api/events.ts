import type { CheckState } from '../../review/combined-check.ts';
import type { Queryable } from '../database.ts';
import {
  embeddedMessageColumn,
  embeddedPatchColumn,
  jsonTime,
  seriesOfColumns,
  userColumn,
} from './columns.ts';
import type { EmbeddedRow, SeriesOfRow, UserRow } from './columns.ts';
import {
  amongCondition,
  countUpTo,
  loadKeptCount,
  newParameters,
  sliceText,
  statementName,
  whereAll,
} from './statement.ts';
import type { DateRange, Parameters, Slice } from './statement.ts';

/** An event with what it names, as that is now; null where it names none. */
export interface EventRow extends SeriesOfRow {
  readonly id: number;
  readonly listId: number;
  readonly category: string;
  /** "2017-08-30T08:32:05.25Z" */
  readonly date: string;
  readonly actor: UserRow | null;
  readonly patch: EmbeddedRow | null;
  readonly cover: EmbeddedRow | null;
  readonly comment: EmbeddedRow | null;
  readonly check: EventCheckRow | null;
  /** { previous_state: "new", current_state: "accepted" } */
  readonly details: Readonly<Record<string, unknown>> | null;
  readonly previousDelegate: UserRow | null;
  readonly currentDelegate: UserRow | null;
  /** The newer version that an event tells of. */
  readonly newerSeries: SeriesOfRow | null;
}

export interface EventCheckRow {
  readonly id: number;
  readonly date: string;
  readonly state: CheckState;
  readonly targetUrl: string | null;
  readonly context: string;
}

/** Which events a list shows; null: not filtered. Numbers are those that the API shows. */
export interface EventFilter extends DateRange {
  readonly categories: readonly string[];
  readonly listIds: readonly number[] | null;
  readonly seriesIds: readonly number[] | null;
  readonly patchIds: readonly number[] | null;
  readonly coverIds: readonly number[] | null;
  readonly actorIds: readonly number[] | null;
}

/** A delegate in an event's details, by number. */
const delegateOf = (alias: string, key: string): string =>
  `LEFT JOIN patchloom.app_user ${alias} ON e.category = 'patch-delegated'
     AND ${alias}.id = CASE WHEN e.details->>'${key}' ~ '^[0-9]{1,9}$' THEN (e.details->>'${key}')::int END`;

/** The series in an event's details, or the one that took it in. */
const newerSeries = `LEFT JOIN patchloom.series_redirect nr ON e.category = 'series-superseded'
     AND nr.former_id = (e.details->>'by')::bigint
   LEFT JOIN patchloom.series n ON e.category = 'series-superseded'
     AND n.id = coalesce(nr.series_id, (e.details->>'by')::bigint)`;

const newerSeriesDate = `coalesce(n.date,
  (SELECT min(x.received_at) FROM patchloom.message x WHERE x.series_id = n.id))`;

const eventQuery = `SELECT e.seq AS id, e.mailing_list_id AS "listId", e.category, e.created_at AS date, e.details,
    ${userColumn('u')} AS actor, ${seriesOfColumns},
    CASE WHEN p.id IS NOT NULL THEN ${embeddedPatchColumn('p', 'm')} END AS patch,
    CASE WHEN c.id IS NOT NULL THEN ${embeddedMessageColumn('c')} END AS cover,
    CASE WHEN k.id IS NOT NULL THEN ${embeddedMessageColumn('k')} END AS comment,
    CASE WHEN h.id IS NOT NULL THEN json_build_object('id', h.id, 'date', replace(replace(h.created_at::text, ' ', 'T'),
      '+00', 'Z'), 'state', h.state, 'targetUrl', h.target_url, 'context', h.context) END AS "check",
    ${userColumn('pd')} AS "previousDelegate", ${userColumn('cd')} AS "currentDelegate",
    CASE WHEN n.id IS NOT NULL THEN json_build_object('seriesId', n.public_id, 'seriesName', n.name,
      'seriesVersion', n.version, 'seriesDate', ${jsonTime(newerSeriesDate)}) END AS "newerSeries"
  FROM chosen e
  LEFT JOIN patchloom.app_user u ON u.id = e.actor_id
  LEFT JOIN patchloom.message m ON m.id = e.patch
  LEFT JOIN patchloom.patch p ON p.message = e.patch
  LEFT JOIN patchloom.message c ON c.id = e.cover
  LEFT JOIN patchloom.message k ON k.id = e.comment
  LEFT JOIN patchloom.patch_check h ON h.id = e.check_id
  LEFT JOIN patchloom.series_redirect g ON g.former_id = e.series_id
  LEFT JOIN patchloom.series r ON r.id = coalesce(g.series_id, e.series_id)
  ${newerSeries}
  ${delegateOf('pd', 'previous_delegate')}
  ${delegateOf('cd', 'current_delegate')}`;

/** The events of one page, by number. */
export async function loadEvents(
  queryable: Queryable,
  filter: EventFilter,
  isDescending: boolean,
  slice: Slice,
): Promise<EventRow[]> {
  const parameters = newParameters();
  const sorted = `e.seq ${isDescending ? 'DESC' : 'ASC'}`;
  const text = `WITH chosen AS MATERIALIZED (
      SELECT e.* FROM patchloom.event e ${whereAll(eventConditions(filter, parameters))}
      ORDER BY ${sorted} ${sliceText(slice, parameters)})
    ${eventQuery} ORDER BY ${sorted}`;
  const name = isEventCountKept(filter) ? statementName(text) : {};
  const { rows } = await queryable.query<EventRow>({ ...name, text, values: parameters.values });
  return rows;
}

/** The events with these numbers, by number. */
export async function loadEventsByNumber(
  queryable: Queryable,
  numbers: readonly number[],
): Promise<EventRow[]> {
  if (numbers.length === 0) return [];
  const { rows } = await queryable.query<EventRow>({
    name: 'load-events-by-number',
    text: `WITH chosen AS MATERIALIZED (SELECT * FROM patchloom.event WHERE seq = ANY($1))
           ${eventQuery} ORDER BY e.seq`,
    values: [numbers],
  });
  return rows;
}

function eventConditions(filter: EventFilter, parameters: Parameters): string[] {
  return [
    ...amongCondition('e.category', filter.categories, parameters),
    ...amongCondition('e.mailing_list_id', filter.listIds, parameters),
    ...amongCondition('e.actor_id', filter.actorIds, parameters),
    ...namedRows(
      'e.patch',
      filter.patchIds,
      parameters,
      'SELECT message FROM patchloom.patch WHERE id',
    ),
    ...namedRows(
      'e.cover',
      filter.coverIds,
      parameters,
      `SELECT id FROM patchloom.message WHERE kind = 'cover' AND public_id`,
    ),
    ...namedRows(
      'e.series_id',
      filter.seriesIds,
      parameters,
      'SELECT id FROM patchloom.series WHERE public_id',
    ),
    ...(filter.since === null ? [] : [`e.seq >= ${firstSince(parameters.bind(filter.since))}`]),
    ...(filter.before === null ? [] : [`e.seq < ${firstSince(parameters.bind(filter.before))}`]),
  ];
}

function namedRows(
  column: string,
  ids: readonly number[] | null,
  parameters: Parameters,
  query: string,
): string[] {
  return ids === null ? [] : [`${column} IN (${query} = ANY(${parameters.bind(ids)}::bigint[]))`];
}

/** Number of the first event that is not older than a time: numbers and times grow together. */
function firstSince(time: string): string {
  return `coalesce((SELECT f.seq FROM patchloom.event f WHERE f.created_at >= ${time}
    ORDER BY f.created_at, f.seq LIMIT 1), 9223372036854775807)`;
}

/** Whether the count of what a filter lets through is kept. */
export function isEventCountKept(filter: EventFilter): boolean {
  const { seriesIds, patchIds, coverIds, actorIds, since, before } = filter;
  return [seriesIds, patchIds, coverIds, actorIds, since, before].every((other) => other === null);
}

/** How many events a filter lets through; see countUpTo. */
export async function countEvents(queryable: Queryable, filter: EventFilter): Promise<number> {
  if (isEventCountKept(filter)) return loadKeptCount(queryable, filter.categories, filter.listIds);
  const parameters = newParameters();
  const from = `FROM patchloom.event e ${whereAll(eventConditions(filter, parameters))}`;
  return countUpTo(queryable, from, parameters.values);
}
