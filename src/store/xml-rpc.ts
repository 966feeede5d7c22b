import type { Queryable } from './database.ts';
import { sqlState } from './database-errors.ts';
import { lookupCondition } from './lookup-condition.ts';
import type { LookupColumn, LookupValue } from './lookup-condition.ts';

/** A row as XML-RPC shows one; see the columns of each query. */
export type ListedRow = Readonly<Record<string, string | number | boolean>>;

/** Rows of a resource that XML-RPC lists. */
interface Listing {
  readonly columns: string;
  readonly tables: string;
  readonly order: string;
  readonly lookups: ReadonlyMap<string, LookupColumn>;
}

const patchListing: Listing = {
  columns: `p.id, to_char(p.date, 'YYYY-MM-DD HH24:MI:SS') AS date, m.message_id AS msgid, m.name,
    l.name AS project, p.mailing_list_id AS project_id, s.name AS state, p.state_id, p.archived,
    CASE WHEN person.name IS NULL THEN person.email ELSE person.name || ' <' || person.email || '>' END AS submitter,
    p.submitter_id, coalesce(delegate.username, 'None') AS delegate, coalesce(p.delegate_id, 0) AS delegate_id,
    coalesce(p.commit_ref, '') AS commit_ref, coalesce(encode(m.patchwork_hash, 'hex'), '') AS hash`,
  tables: `patchloom.patch p
    JOIN patchloom.message m ON m.id = p.message
    JOIN patchloom.mailing_list l ON l.id = p.mailing_list_id
    JOIN patchloom.patch_state s ON s.id = p.state_id
    JOIN patchloom.person person ON person.id = p.submitter_id
    LEFT JOIN patchloom.app_user delegate ON delegate.id = p.delegate_id`,
  order: 'p.date, p.id',
  lookups: new Map<string, LookupColumn>([
    ['id', { sql: 'p.id', type: 'bigint' }],
    ['name', { sql: 'm.name', type: 'text' }],
    ['project_id', { sql: 'p.mailing_list_id', type: 'bigint' }],
    ['submitter_id', { sql: 'p.submitter_id', type: 'bigint' }],
    ['delegate_id', { sql: 'p.delegate_id', type: 'bigint' }],
    ['archived', { sql: 'p.archived', type: 'boolean' }],
    ['state_id', { sql: 'p.state_id', type: 'bigint' }],
    ['date', { sql: 'p.date', type: 'timestamptz' }],
    ['commit_ref', { sql: 'p.commit_ref', type: 'text' }],
    ['hash', { sql: `encode(m.patchwork_hash, 'hex')`, type: 'text' }],
    ['msgid', { sql: 'm.message_id', type: 'text' }],
  ]),
};

const checkListing: Listing = {
  columns: `c.id, to_char(c.created_at, 'YYYY-MM-DD HH24:MI:SS.US') AS date, m.name AS patch, c.patch_id,
    u.username AS "user", c.user_id, c.state, coalesce(c.target_url, '') AS target_url,
    coalesce(c.description, '') AS description, c.context`,
  tables: `patchloom.patch_check c
    JOIN patchloom.patch p ON p.id = c.patch_id
    JOIN patchloom.message m ON m.id = p.message
    JOIN patchloom.app_user u ON u.id = c.user_id`,
  order: 'c.id',
  lookups: new Map<string, LookupColumn>([
    ['id', { sql: 'c.id', type: 'bigint' }],
    ['user', { sql: 'u.username', type: 'text' }],
    ['project_id', { sql: 'p.mailing_list_id', type: 'bigint' }],
    ['patch_id', { sql: 'c.patch_id', type: 'bigint' }],
  ]),
};

/** A list without a limit ends here: a client that wants more asks by ids or dates. */
const maxRowCount = 20_000;

/** The first rows of a list; a negative number for the last ones, 0 for all. */
export type RowLimit = number;

/** Patches by filters such as { state_id: "3", name__icontains: "futex" }, by date; none for a filter that cannot be. */
export async function listPatches(
  queryable: Queryable,
  filters: ReadonlyMap<string, LookupValue>,
  limit: RowLimit,
): Promise<ListedRow[]> {
  return listRows(queryable, patchListing, ['p.is_shown'], filters, limit);
}

/** Checks by filters such as { patch_id: "905" }, the oldest first; none for a filter that cannot be. */
export async function listChecks(
  queryable: Queryable,
  filters: ReadonlyMap<string, LookupValue>,
  limit: RowLimit,
): Promise<ListedRow[]> {
  return listRows(queryable, checkListing, ['p.is_shown'], filters, limit);
}

async function listRows(
  queryable: Queryable,
  { columns, tables, order, lookups }: Listing,
  fixed: readonly string[],
  filters: ReadonlyMap<string, LookupValue>,
  limit: RowLimit,
): Promise<ListedRow[]> {
  const parameters: unknown[] = [];
  const conditions = [...filters].map(([key, value]) =>
    lookupCondition(lookups, key, value, parameters),
  );
  if (conditions.includes(null)) return [];
  parameters.push(limit === 0 ? maxRowCount : Math.min(Math.abs(limit), maxRowCount));
  const direction = limit < 0 ? order.replaceAll(/([^,]+)/g, '$1 DESC') : order;
  const text = `SELECT ${columns} FROM ${tables} WHERE ${[...fixed, ...conditions].join(' AND ')}
    ORDER BY ${direction} LIMIT $${parameters.length}`;
  const rows = await rowsOrNone(queryable, text, parameters);
  return limit < 0 ? rows.toReversed() : rows;
}

/** A value that cannot be what it is compared with finds nothing, as in Patchwork. */
async function rowsOrNone(
  queryable: Queryable,
  text: string,
  parameters: readonly unknown[],
): Promise<ListedRow[]> {
  try {
    const { rows } = await queryable.query<ListedRow>(text, [...parameters]);
    return rows;
  } catch (error) {
    if (sqlState(error)?.startsWith('22') === true) return [];
    throw error;
  }
}

/** The newest patch with that hash, in one project or in all; null without one. Two mails may hold the same change. */
export async function findPatchByHash(
  queryable: Queryable,
  hash: string,
  linkName: string | null,
): Promise<number | null> {
  const { rows } = await queryable.query<{ id: number }>({
    name: 'find-patch-by-hash',
    text: `SELECT p.id FROM patchloom.message m
           JOIN patchloom.patch p ON p.message = m.id
           JOIN patchloom.mailing_list l ON l.id = m.mailing_list_id
           WHERE m.patchwork_hash = decode($1, 'hex') AND p.is_shown
             AND ($2::text IS NULL OR lower(l.link_name) = lower($2))
           ORDER BY p.date DESC, p.id DESC LIMIT 1`,
    values: [hash, linkName],
  });
  return rows[0]?.id ?? null;
}

/** State by its checks of a patch that is shown; null without such a patch. */
export async function loadCheckState(queryable: Queryable, id: number): Promise<string | null> {
  const { rows } = await queryable.query<{ state: string }>(
    'SELECT check_state AS state FROM patchloom.patch WHERE id = $1::bigint AND is_shown',
    [id],
  );
  return rows[0]?.state ?? null;
}

const namedListings = {
  project: {
    columns: 'l.id, l.link_name AS linkname, l.name',
    tables: 'patchloom.mailing_list l',
    search: 'strpos(lower(l.link_name), lower($1)) > 0',
    id: 'l.id',
  },
  person: {
    columns: `p.id, p.email, coalesce(p.name, p.email) AS name, coalesce(u.username, '') AS "user"`,
    tables: 'patchloom.person p LEFT JOIN patchloom.app_user u ON u.id = p.user_id',
    search: 'strpos(lower(p.email), lower($1)) > 0 OR strpos(lower(p.name), lower($1)) > 0',
    id: 'p.id',
  },
  state: {
    columns: 's.id, s.name',
    tables: 'patchloom.patch_state s',
    search: 'strpos(lower(s.name), lower($1)) > 0',
    id: 's.ordering',
  },
} as const;

/** What can be listed by a part of its name. */
export type NamedResource = keyof typeof namedListings;

/** Projects, people or states with that text in their names, in any case. */
export async function listNamed(
  queryable: Queryable,
  resource: NamedResource,
  search: string,
  limit: RowLimit,
): Promise<ListedRow[]> {
  const listing = namedListings[resource];
  const { rows } = await queryable.query<ListedRow>(
    `SELECT ${listing.columns} FROM ${listing.tables} WHERE ${listing.search}
     ORDER BY ${listing.id} ${limit < 0 ? 'DESC' : ''} LIMIT $2`,
    [search, limit === 0 ? maxRowCount : Math.min(Math.abs(limit), maxRowCount)],
  );
  return limit < 0 ? rows.toReversed() : rows;
}

/** The project, person or state with that id; null without one. */
export async function loadNamed(
  queryable: Queryable,
  resource: NamedResource,
  id: number,
): Promise<ListedRow | null> {
  const listing = namedListings[resource];
  const idColumn = listing.id.replace('ordering', 'id');
  const { rows } = await queryable.query<ListedRow>(
    `SELECT ${listing.columns} FROM ${listing.tables} WHERE ${idColumn} = $1::bigint`,
    [id],
  );
  return rows[0] ?? null;
}
