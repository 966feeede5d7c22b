import { isCounted, patchConditions, patchOrders } from './patch-filter.ts';
import type { PatchFilter, PatchOrder } from './patch-filter.ts';
import { afterCondition, amongCondition, sliceText, whereAll } from './statement.ts';
import type { Order, Parameters, Slice } from './statement.ts';

/** The ids of the patches of one page, each with what they are sorted by: a query with the columns id and sort_key. */
export function choosePatches(
  filter: PatchFilter,
  order: Order<PatchOrder>,
  slice: Slice,
  parameters: Parameters,
): string {
  const columns = groupColumns(filter, order);
  if (columns !== null) return chooseFromGroups(columns, filter, order, slice, parameters);
  const { conditions, joins } = patchConditions(filter, parameters);
  const { column, join } = patchOrders[order.by];
  const behind = placeCondition(order, slice, parameters);
  return `SELECT p.id, ${column} AS sort_key
    FROM patchloom.patch p ${[...new Set([...joins, ...join])].join(' ')}
    ${whereAll([...conditions, ...behind])} ORDER BY ${column} ${direction(order)}, p.id ${direction(order)}
    ${sliceText(slice, parameters)}`;
}

function direction({ isDescending }: Order<PatchOrder>): string {
  return isDescending ? 'DESC' : 'ASC';
}

function placeCondition(
  { by, isDescending }: Order<PatchOrder>,
  { after }: Slice,
  parameters: Parameters,
): string[] {
  const columns = { date: by === 'date' ? 'p.date' : null, id: 'p.id' };
  return afterCondition(columns, isDescending, after, parameters);
}

/** Columns of patch that an index has in front of date or id. */
type GroupColumns = readonly ('mailing_list_id' | 'state_id' | 'archived')[];

/**
 * How the patches of a filter come in groups that an index holds sorted each; null where one walk through an index is as good,
 * since most of what it meets is wanted. Such a walk for a rare state would meet all others.
 */
function groupColumns(filter: PatchFilter, { by }: Order<PatchOrder>): GroupColumns | null {
  if (!isCounted(filter) || (by !== 'id' && by !== 'date')) return null;
  const { listIds, stateIds, archived } = filter;
  if (stateIds !== null || (listIds !== null && archived !== null)) {
    return ['mailing_list_id', 'state_id', 'archived'];
  }
  return listIds !== null && listIds.length > 1 ? ['mailing_list_id'] : null;
}

/** Of each group that has patches as many as the page may need, and of those the page. */
function chooseFromGroups(
  columns: GroupColumns,
  { listIds, stateIds, archived }: PatchFilter,
  order: Order<PatchOrder>,
  slice: Slice,
  parameters: Parameters,
): string {
  const { column } = patchOrders[order.by];
  const conditions = [
    'c.patch_count > 0',
    ...amongCondition('c.mailing_list_id', listIds, parameters),
    ...amongCondition('c.state_id', stateIds, parameters),
    ...amongCondition('c.archived', archived === null ? null : [archived], parameters),
  ];
  const inGroup = columns.map((name) => `p.${name} = g.${name}`);
  const behind = placeCondition(order, slice, parameters);
  const page = sliceText(slice, parameters);
  const { limit, offset } = slice;
  const needed = sliceText({ limit: limit + offset, offset: 0 }, parameters);
  return `SELECT s.id, s.sort_key
    FROM (SELECT DISTINCT ${columns.map((name) => `c.${name}`).join(', ')}
      FROM patchloom.patch_count c ${whereAll(conditions)}) AS g
    CROSS JOIN LATERAL (SELECT p.id, ${column} AS sort_key FROM patchloom.patch p
      ${whereAll(['p.is_shown', ...inGroup, ...behind])}
      ORDER BY ${column} ${direction(order)}, p.id ${direction(order)} ${needed}) AS s
    ORDER BY s.sort_key ${direction(order)}, s.id ${direction(order)} ${page}`;
}
