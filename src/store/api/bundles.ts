import type { Queryable } from '../database.ts';
import { embeddedPatchColumn, userColumn } from './columns.ts';
import type { EmbeddedRow, UserRow } from './columns.ts';
import {
  amongCondition,
  countUpTo,
  newParameters,
  sliceText,
  whereAll,
  wordConditions,
} from './statement.ts';
import type { Order, Parameters, Slice } from './statement.ts';

/** A bundle as the API shows it. */
export interface BundleRow {
  readonly id: number;
  readonly listId: number;
  readonly name: string;
  readonly owner: UserRow;
  /** In the bundle's order. */
  readonly patches: readonly EmbeddedRow[];
  readonly isPublic: boolean;
}

/** Which bundles a list shows; null: not filtered. */
export interface BundleFilter {
  /** Who asks: sees public ones and his own; null: nobody. */
  readonly callerId: number | null;
  readonly listIds: readonly number[] | null;
  readonly ownerIds: readonly number[] | null;
  readonly isPublic: boolean | null;
  readonly words: readonly string[];
}

export const bundleOrderNames = ['id', 'name', 'owner'] as const;

export type BundleOrder = (typeof bundleOrderNames)[number];

const orderColumns: Readonly<Record<BundleOrder, string>> = {
  id: 'b.id',
  name: 'b.name',
  owner: 'b.owner_id',
};

const bundleColumns = `b.id, b.mailing_list_id AS "listId", b.name, ${userColumn('u')} AS owner,
  b.is_public AS "isPublic",
  coalesce((SELECT json_agg(${embeddedPatchColumn('p', 'm')} ORDER BY e.position)
    FROM patchloom.bundle_patch e JOIN patchloom.patch p ON p.id = e.patch_id AND p.is_shown
    JOIN patchloom.message m ON m.id = p.message
    WHERE e.bundle_id = b.id), '[]') AS patches`;

const bundleJoins = 'JOIN patchloom.app_user u ON u.id = b.owner_id';

/** The bundles of one page. */
export async function loadBundles(
  queryable: Queryable,
  filter: BundleFilter,
  order: Order<BundleOrder>,
  slice: Slice,
): Promise<BundleRow[]> {
  const parameters = newParameters();
  const direction = order.isDescending ? 'DESC' : 'ASC';
  const { rows } = await queryable.query<BundleRow>(
    `SELECT ${bundleColumns} FROM patchloom.bundle b ${bundleJoins}
     ${whereAll(bundleConditions(filter, parameters))}
     ORDER BY ${orderColumns[order.by]} ${direction}, b.id ${direction} ${sliceText(slice, parameters)}`,
    parameters.values,
  );
  return rows;
}

function bundleConditions(filter: BundleFilter, parameters: Parameters): string[] {
  const { callerId, isPublic } = filter;
  return [
    isVisible(parameters.bind(callerId)),
    ...amongCondition('b.mailing_list_id', filter.listIds, parameters),
    ...amongCondition('b.owner_id', filter.ownerIds, parameters),
    ...(isPublic === null ? [] : [isPublic ? 'b.is_public' : 'NOT b.is_public']),
    ...wordConditions('b.name', filter.words, parameters),
  ];
}

/** Whether a caller sees bundle `b`. */
function isVisible(caller: string): string {
  return `(b.is_public OR b.owner_id = ${caller}::int)`;
}

/** How many bundles a filter lets through; see countUpTo. */
export async function countBundles(queryable: Queryable, filter: BundleFilter): Promise<number> {
  const parameters = newParameters();
  const from = `FROM patchloom.bundle b ${whereAll(bundleConditions(filter, parameters))}`;
  return countUpTo(queryable, from, parameters.values);
}

/** The bundle of that number, if the caller may see it; else null. */
export async function loadBundle(
  queryable: Queryable,
  id: number,
  callerId: number | null,
): Promise<BundleRow | null> {
  const { rows } = await queryable.query<BundleRow>({
    name: 'api-bundle',
    text: `SELECT ${bundleColumns} FROM patchloom.bundle b ${bundleJoins} WHERE b.id = $1 AND ${isVisible('$2')}`,
    values: [id, callerId],
  });
  return rows[0] ?? null;
}

/** The bundle of that owner and name, if the caller may see it; else null. */
export async function findBundle(
  queryable: Queryable,
  username: string,
  name: string,
  callerId: number | null,
): Promise<{ id: number; name: string } | null> {
  const { rows } = await queryable.query<{ id: number; name: string }>({
    name: 'api-find-bundle',
    text: `SELECT b.id, b.name FROM patchloom.bundle b ${bundleJoins}
      WHERE lower(u.username) = lower($1) AND b.name = $2 AND ${isVisible('$3')}`,
    values: [username, name, callerId],
  });
  return rows[0] ?? null;
}
