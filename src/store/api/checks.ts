import type { CheckState } from '../../review/combined-check.ts';
import type { Queryable } from '../database.ts';
import { userColumn } from './columns.ts';
import type { UserRow } from './columns.ts';
import { amongCondition, dateConditions, newParameters, sliceText, whereAll } from './statement.ts';
import type { DateRange, Order, Parameters, Slice } from './statement.ts';

/** A check as the API shows it. */
export interface CheckRow {
  readonly id: number;
  readonly user: UserRow;
  /** "2017-08-30T08:32:05.25Z" */
  readonly date: string;
  readonly state: CheckState;
  readonly targetUrl: string | null;
  readonly context: string;
  readonly description: string | null;
}

/** Which checks of a patch a list shows; null: not filtered. */
export interface CheckFilter extends DateRange {
  readonly patchId: number;
  readonly userIds: readonly number[] | null;
  readonly states: readonly CheckState[] | null;
  readonly contexts: readonly string[] | null;
}

export const checkOrderNames = [
  'id',
  'date',
  'state',
  'target_url',
  'context',
  'description',
  'user',
] as const;

export type CheckOrder = (typeof checkOrderNames)[number];

const orderColumns: Readonly<Record<CheckOrder, string>> = {
  id: 'c.id',
  date: 'c.created_at',
  state: 'c.state',
  target_url: 'c.target_url',
  context: 'c.context',
  description: 'c.description',
  user: 'c.user_id',
};

const checkColumns = `c.id, ${userColumn('u')} AS "user", c.created_at AS date, c.state, c.target_url AS "targetUrl",
  c.context, c.description`;

const checkJoins = 'JOIN patchloom.app_user u ON u.id = c.user_id';

/** The checks of one page. */
export async function loadChecks(
  queryable: Queryable,
  filter: CheckFilter,
  order: Order<CheckOrder>,
  slice: Slice,
): Promise<CheckRow[]> {
  const parameters = newParameters();
  const direction = order.isDescending ? 'DESC' : 'ASC';
  const { rows } = await queryable.query<CheckRow>(
    `SELECT ${checkColumns} FROM patchloom.patch_check c ${checkJoins}
     ${whereAll(checkConditions(filter, parameters))}
     ORDER BY ${orderColumns[order.by]} ${direction}, c.id ${direction} ${sliceText(slice, parameters)}`,
    parameters.values,
  );
  return rows;
}

function checkConditions(filter: CheckFilter, parameters: Parameters): string[] {
  return [
    `c.patch_id = ${parameters.bind(filter.patchId)}`,
    ...amongCondition('c.user_id', filter.userIds, parameters),
    ...amongCondition('c.state', filter.states, parameters),
    ...amongCondition('c.context', filter.contexts, parameters),
    ...dateConditions('c.created_at', filter, parameters),
  ];
}

/** How many checks a filter lets through. */
export async function countChecks(queryable: Queryable, filter: CheckFilter): Promise<number> {
  const parameters = newParameters();
  const { rows } = await queryable.query<{ total: number }>(
    `SELECT count(*) AS total FROM patchloom.patch_check c ${whereAll(checkConditions(filter, parameters))}`,
    parameters.values,
  );
  return rows[0]?.total ?? 0;
}

/** The check of that number of a patch that is shown; null when there is none. */
export async function loadCheck(
  queryable: Queryable,
  patchId: number,
  id: number,
): Promise<CheckRow | null> {
  const { rows } = await queryable.query<CheckRow>({
    name: 'api-check',
    text: `SELECT ${checkColumns} FROM patchloom.patch_check c ${checkJoins}
      JOIN patchloom.patch p ON p.id = c.patch_id AND p.is_shown
      WHERE c.patch_id = $1 AND c.id = $2`,
    values: [patchId, id],
  });
  return rows[0] ?? null;
}
