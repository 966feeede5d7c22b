import type { MessageId } from '../../message/message-id.ts';
import type { HeaderPairs } from '../../review/header-object.ts';
import type { CheckState } from '../../review/combined-check.ts';
import type { Queryable } from '../database.ts';
import { embeddedPatchColumn, personColumns, seriesOfColumns, userColumn } from './columns.ts';
import type { EmbeddedRow, PersonRow, SeriesOfRow, UserRow } from './columns.ts';
import { choosePatches } from './choose-patches.ts';
import { isCounted } from './patch-filter.ts';
import type { PatchFilter, PatchOrder } from './patch-filter.ts';
import { newParameters, statementName } from './statement.ts';
import type { Order, Slice } from './statement.ts';

/** A patch or pull request as lists show it. */
export interface PatchRow extends PersonRow, SeriesOfRow {
  readonly id: number;
  readonly listId: number;
  readonly messageId: MessageId;
  /** "2017-08-30T08:32:05Z" */
  readonly date: string;
  readonly name: string;
  readonly commitRef: string | null;
  readonly pullUrl: string | null;
  readonly stateId: number;
  readonly archived: boolean;
  /** Hex. */
  readonly hash: string | null;
  readonly check: CheckState;
  readonly delegate: UserRow | null;
  /** Of its relation, itself left out. */
  readonly related: readonly EmbeddedRow[] | null;
}

/** A patch with its big texts. */
export interface PatchDetailRow extends PatchRow {
  readonly headers: HeaderPairs;
  readonly content: string | null;
  readonly diff: string | null;
  readonly prefixes: readonly string[];
}

const patchColumns = `p.id, p.mailing_list_id AS "listId", m.message_id AS "messageId", p.date, m.name,
  p.commit_ref AS "commitRef", coalesce(p.pull_url, m.pull_url) AS "pullUrl", p.state_id AS "stateId", p.archived,
  encode(m.patchwork_hash, 'hex') AS hash, p.check_state AS "check", ${personColumns}, ${seriesOfColumns},
  ${userColumn('u')} AS delegate,
  CASE WHEN p.relation_id IS NOT NULL THEN (
    SELECT json_agg(${embeddedPatchColumn('q', 'n')} ORDER BY q.id)
    FROM patchloom.patch q JOIN patchloom.message n ON n.id = q.message
    WHERE q.relation_id = p.relation_id AND q.id <> p.id AND q.is_shown) END AS related`;

const patchJoins = `JOIN patchloom.message m ON m.id = p.message
  JOIN patchloom.person s ON s.id = p.submitter_id
  LEFT JOIN patchloom.series r ON r.id = m.series_id
  LEFT JOIN patchloom.app_user u ON u.id = p.delegate_id`;

/** The patches of one page. */
export async function loadPatches(
  queryable: Queryable,
  filter: PatchFilter,
  order: Order<PatchOrder>,
  slice: Slice,
): Promise<PatchRow[]> {
  const parameters = newParameters();
  const chosen = choosePatches(filter, order, slice, parameters);
  const direction = order.isDescending ? 'DESC' : 'ASC';
  const text = `SELECT ${patchColumns} FROM (${chosen}) AS c JOIN patchloom.patch p ON p.id = c.id ${patchJoins}
    ORDER BY c.sort_key ${direction}, p.id ${direction}`;
  const name = isUsual(filter, order, slice) ? statementName(text) : {};
  const { rows } = await queryable.query<PatchRow>({ ...name, text, values: parameters.values });
  return rows;
}

/** Whether many ask so: then the plan is worth keeping, and it is the same for any values. */
function isUsual(filter: PatchFilter, order: Order<PatchOrder>, { offset }: Slice): boolean {
  const isLookup = filter.hashes !== null || filter.messageIds !== null;
  const isIndexed = order.by === 'id' || order.by === 'date';
  return (
    isIndexed && offset === 0 && (isCounted(filter) || (isLookup && filter.words.length === 0))
  );
}

/** A patch that is shown; null when there is none of that number. */
export async function loadPatch(queryable: Queryable, id: number): Promise<PatchDetailRow | null> {
  const { rows } = await queryable.query<PatchDetailRow>({
    name: 'api-patch',
    text: `SELECT ${patchColumns}, x.headers, x.content, x.diff, m.prefixes
      FROM patchloom.patch p ${patchJoins} JOIN patchloom.message_text x ON x.id = m.id
      WHERE p.id = $1 AND p.is_shown`,
    values: [id],
  });
  return rows[0] ?? null;
}
