import type { MessageId } from '../../message/message-id.ts';
import type { Submission } from '../../review/mbox-message.ts';
import type { Queryable } from '../database.ts';

/** A patch or cover letter with all that its mbox is made of. */
export interface SubmissionRow extends Submission {
  readonly name: string;
}

/** Comments in which somebody answers for the patch; the lines themselves are picked by whoever renders. */
const responses = `coalesce((
  SELECT json_agg(cx.content ORDER BY coalesce(c.date, c.received_at), c.id)
  FROM patchloom.message c JOIN patchloom.message_text cx ON cx.id = c.id
  WHERE c.target = m.id AND c.kind = 'comment'
    AND cx.content ~* '(^|\\n)(tested|reviewed|acked|signed-off|nacked|reported)-by:'), '[]')`;

const common = `x.headers, x.content, x.diff, m.name, s.name AS "submitterName", s.email AS "submitterEmail",
  ${responses} AS comments, l.list_email AS "listEmail"`;

const patchQuery = `SELECT p.id, p.date, ${common}, u.email AS "delegateEmail"
  FROM patchloom.patch p
  JOIN patchloom.message m ON m.id = p.message
  JOIN patchloom.message_text x ON x.id = m.id
  JOIN patchloom.person s ON s.id = p.submitter_id
  JOIN patchloom.mailing_list l ON l.id = p.mailing_list_id
  LEFT JOIN patchloom.app_user u ON u.id = p.delegate_id`;

/** The patch with a message-id on a list; null when there is none. */
export async function loadPatchSubmission(
  queryable: Queryable,
  listId: number,
  messageId: MessageId,
): Promise<SubmissionRow | null> {
  const { rows } = await queryable.query<SubmissionRow>({
    name: 'api-mbox-patch',
    text: `${patchQuery} JOIN patchloom.thread_node n ON n.id = m.thread_node_id
      WHERE n.message_id = $2 AND n.mailing_list_id = $1 AND p.is_shown ORDER BY m.is_first DESC, m.id LIMIT 1`,
    values: [listId, messageId],
  });
  return rows[0] ?? null;
}

/** The patch of that number; null when there is none. */
export async function loadNumberedPatch(
  queryable: Queryable,
  id: number,
): Promise<SubmissionRow | null> {
  const { rows } = await queryable.query<SubmissionRow>({
    name: 'api-mbox-patch-number',
    text: `${patchQuery} WHERE p.id = $1::bigint AND p.is_shown`,
    values: [id],
  });
  return rows[0] ?? null;
}

/** The cover letter with a message-id on a list; null when there is none. */
export async function loadCoverSubmission(
  queryable: Queryable,
  listId: number,
  messageId: MessageId,
): Promise<SubmissionRow | null> {
  const { rows } = await queryable.query<SubmissionRow>({
    name: 'api-mbox-cover',
    text: `SELECT m.public_id AS id, coalesce(m.date, m.received_at) AS date, ${common}, NULL AS "delegateEmail"
      FROM patchloom.message m
      JOIN patchloom.message_text x ON x.id = m.id
      JOIN patchloom.person s ON s.id = m.submitter_id
      JOIN patchloom.mailing_list l ON l.id = m.mailing_list_id
      JOIN patchloom.thread_node n ON n.id = m.thread_node_id
      WHERE n.message_id = $2 AND n.mailing_list_id = $1 AND m.kind = 'cover' ORDER BY m.is_first DESC, m.id LIMIT 1`,
    values: [listId, messageId],
  });
  return rows[0] ?? null;
}

/** Numbers of the patches of a series in its order, up to `upTo` where one is given. */
export async function loadSeriesPatchIds(
  queryable: Queryable,
  seriesId: number,
  upTo: number | null,
): Promise<number[]> {
  const { rows } = await queryable.query<{ id: number }>({
    name: 'api-mbox-series',
    text: `SELECT p.id FROM patchloom.patch p
      JOIN patchloom.message m ON m.id = p.message
      JOIN patchloom.series r ON r.id = m.series_id
      WHERE r.public_id = $1 AND p.is_shown AND ($2::bigint IS NULL OR m.series_number <= (
        SELECT b.series_number FROM patchloom.patch q JOIN patchloom.message b ON b.id = q.message WHERE q.id = $2))
      ORDER BY m.series_number, p.id`,
    values: [seriesId, upTo],
  });
  return rows.map(({ id }) => id);
}

/** Numbers of the patches of a bundle in its order. */
export async function loadBundlePatchIds(
  queryable: Queryable,
  bundleId: number,
): Promise<number[]> {
  const { rows } = await queryable.query<{ id: number }>({
    name: 'api-mbox-bundle',
    text: `SELECT p.id FROM patchloom.bundle_patch e JOIN patchloom.patch p ON p.id = e.patch_id
      WHERE e.bundle_id = $1 AND p.is_shown ORDER BY e.position`,
    values: [bundleId],
  });
  return rows.map(({ id }) => id);
}

/** The patches of these numbers in the order given, one by one as they are asked for; those that are gone are left out. */
export async function* numberedPatches(
  queryable: Queryable,
  ids: readonly number[],
): AsyncGenerator<SubmissionRow> {
  for (const id of ids) {
    const patch = await loadNumberedPatch(queryable, id);
    if (patch !== null) yield patch;
  }
}

/** A series' name, and its number; null when there is no such series. */
export async function loadSeriesName(
  queryable: Queryable,
  id: number,
): Promise<{ name: string | null } | null> {
  const { rows } = await queryable.query<{ name: string | null }>({
    name: 'api-series-name',
    text: 'SELECT r.name FROM patchloom.series r WHERE r.public_id = $1',
    values: [id],
  });
  return rows[0] ?? null;
}
