import type { MessageId } from '../../message/message-id.ts';
import type { Queryable } from '../database.ts';
import {
  amongCondition,
  countUpTo,
  dateConditions,
  newParameters,
  whereAll,
  wordConditions,
} from './statement.ts';
import type { DateRange, Parameters } from './statement.ts';

/** Which patches a list shows: those that every filter lets through; null: not filtered. Numbers are those that the API shows. */
export interface PatchFilter extends DateRange {
  readonly listIds: readonly number[] | null;
  readonly stateIds: readonly number[] | null;
  readonly archived: boolean | null;
  readonly submitterIds: readonly number[] | null;
  readonly delegateIds: readonly number[] | null;
  readonly seriesIds: readonly number[] | null;
  /** Hex in lower case. */
  readonly hashes: readonly string[] | null;
  readonly messageIds: readonly MessageId[] | null;
  /** Parts of the name; all must be there, in any case. */
  readonly words: readonly string[];
}

export const patchOrderNames = [
  'id',
  'name',
  'project',
  'date',
  'state',
  'archived',
  'submitter',
  'check',
] as const;

export type PatchOrder = (typeof patchOrderNames)[number];

const messageJoin = 'JOIN patchloom.message m ON m.id = p.message';

/** What patches can be sorted by, and what must be joined for it. */
export const patchOrders: Readonly<
  Record<PatchOrder, { readonly column: string; readonly join: readonly string[] }>
> = {
  id: { column: 'p.id', join: [] },
  name: { column: 'm.name', join: [messageJoin] },
  project: {
    column: 'l.link_name',
    join: ['JOIN patchloom.mailing_list l ON l.id = p.mailing_list_id'],
  },
  date: { column: 'p.date', join: [] },
  state: {
    column: 't.ordering',
    join: ['JOIN patchloom.patch_state t ON t.id = p.state_id'],
  },
  archived: { column: 'p.archived', join: [] },
  submitter: { column: 'p.submitter_id', join: [] },
  check: { column: 'p.check_state', join: [] },
};

/** The conditions of a filter on a row `p` of patch, and the joins that they need. */
export function patchConditions(
  filter: PatchFilter,
  parameters: Parameters,
): { conditions: string[]; joins: string[] } {
  const { archived } = filter;
  const onPatch = [
    'p.is_shown',
    ...amongCondition('p.mailing_list_id', filter.listIds, parameters),
    ...amongCondition('p.state_id', filter.stateIds, parameters),
    ...(archived === null ? [] : [archived ? 'p.archived' : 'NOT p.archived']),
    ...amongCondition('p.submitter_id', filter.submitterIds, parameters),
    ...amongCondition('p.delegate_id', filter.delegateIds, parameters),
    ...dateConditions('p.date', filter, parameters),
  ];
  const hashes = filter.hashes?.map((hash) => Buffer.from(hash, 'hex')) ?? null;
  const onMessage = [
    ...seriesConditions(filter.seriesIds, parameters),
    ...amongCondition('m.patchwork_hash', hashes, parameters),
    ...messageIdConditions(filter.messageIds, parameters),
    ...wordConditions('m.name', filter.words, parameters),
  ];
  if (onMessage.length === 0) return { conditions: onPatch, joins: [] };
  const conditions = [...onPatch, ...onMessage, `m.kind IN ('patch', 'pull-request')`];
  return { conditions, joins: [messageJoin] };
}

/** Messages `m` of one of these series. */
export function seriesConditions(
  seriesIds: readonly number[] | null,
  parameters: Parameters,
): string[] {
  if (seriesIds === null) return [];
  return [
    `m.series_id IN (SELECT f.id FROM patchloom.series f
      WHERE f.public_id = ANY(${parameters.bind(seriesIds)}::bigint[]))`,
  ];
}

/** Messages `m` with one of these ids. */
export function messageIdConditions(
  messageIds: readonly MessageId[] | null,
  parameters: Parameters,
): string[] {
  if (messageIds === null) return [];
  const named = whereAll(amongCondition('n.message_id', messageIds, parameters));
  return [`m.thread_node_id IN (SELECT n.id FROM patchloom.thread_node n ${named})`];
}

/** Whether the count of what a filter lets through is kept. */
export function isCounted(filter: PatchFilter): boolean {
  const { submitterIds, delegateIds, seriesIds, hashes, messageIds, since, before, words } = filter;
  const others = [submitterIds, delegateIds, seriesIds, hashes, messageIds, since, before];
  return others.every((other) => other === null) && words.length === 0;
}

/** How many patches a filter lets through: exactly where the count is kept, and up to 10,000; else an estimate. */
export async function countPatches(queryable: Queryable, filter: PatchFilter): Promise<number> {
  if (isCounted(filter)) return keptCount(queryable, filter);
  const parameters = newParameters();
  const { conditions, joins } = patchConditions(filter, parameters);
  const from = `FROM patchloom.patch p ${joins.join(' ')} ${whereAll(conditions)}`;
  return countUpTo(queryable, from, parameters.values);
}

async function keptCount(queryable: Queryable, filter: PatchFilter): Promise<number> {
  const { rows } = await queryable.query<{ total: number }>({
    name: 'api-patch-count',
    text: `SELECT coalesce(sum(c.patch_count), 0)::bigint AS total FROM patchloom.patch_count c
      WHERE ($1::int[] IS NULL OR c.mailing_list_id = ANY($1)) AND ($2::int[] IS NULL OR c.state_id = ANY($2))
        AND ($3::boolean IS NULL OR c.archived = $3)`,
    values: [filter.listIds, filter.stateIds, filter.archived],
  });
  return rows[0]?.total ?? 0;
}
