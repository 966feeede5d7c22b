import type { Transaction } from '../database.ts';
import { movesTo, raiseSequence, renumber } from './renumber.ts';

/** Brackets, which message-ids have here. */
const bracketed = (column: string): string =>
  `'<' || btrim(${column}, '<> ' || chr(9) || chr(10) || chr(13)) || '>'`;

/** Reserves the ids of messages and series: of each resource, list and message-id the lowest. */
export async function importReservedIds(transaction: Transaction): Promise<void> {
  await transaction.query(namedMessages);
  await transaction.query('ANALYZE pg_temp.import_named');
  await transaction.query(
    `DELETE FROM patchloom.reserved_id r USING pg_temp.import_named n
     WHERE r.resource = n.resource AND r.public_id = n.public_id
       AND (r.mailing_list_id, r.message_id) <> (n.list_id, n.message_id)`,
  );
  await transaction.query(
    `INSERT INTO patchloom.reserved_id AS r (resource, mailing_list_id, message_id, public_id)
     SELECT DISTINCT ON (n.list_id, n.message_id, n.resource) n.resource, n.list_id, n.message_id, n.public_id
     FROM pg_temp.import_named n ORDER BY n.list_id, n.message_id, n.resource, n.public_id
     ON CONFLICT (mailing_list_id, message_id, resource) DO UPDATE SET public_id = excluded.public_id
     WHERE r.public_id <> excluded.public_id`,
  );
  await transaction.query('ANALYZE patchloom.reserved_id');
}

const namedMessages = `
  CREATE TEMP TABLE import_named ON COMMIT DROP AS
  WITH submission AS (
    SELECT 'patch' AS resource, p.id, p.project_id, p.message_id, p.series_id, coalesce(p.number, 1) AS number
    FROM pg_temp.import_patch p
    UNION ALL
    SELECT 'cover', c.id, c.project_id, c.message_id,
      coalesce(c.series_id, (SELECT min(s.id) FROM pg_temp.import_series s WHERE s.cover_id = c.id)), 0
    FROM pg_temp.import_cover c
  ), lead AS (
    SELECT DISTINCT ON (s.series_id) s.series_id, s.project_id, s.message_id
    FROM submission s WHERE s.series_id IS NOT NULL AND s.message_id IS NOT NULL
    ORDER BY s.series_id, s.number, s.id
  ), named AS (
    SELECT s.resource, s.project_id, s.message_id, s.id AS public_id FROM submission s
    UNION ALL
    SELECT 'series', l.project_id, l.message_id, l.series_id FROM lead l
    UNION ALL
    SELECT CASE c.target_kind WHEN 'cover' THEN 'cover-comment' ELSE 'comment' END, s.project_id, c.message_id, c.id
    FROM pg_temp.import_comment c JOIN submission s ON s.resource = c.target_kind AND s.id = c.target_id
  )
  SELECT n.resource, l.list_id, ${bracketed('n.message_id')} AS message_id, n.public_id
  FROM named n JOIN pg_temp.import_list l ON l.project_id = n.project_id
  WHERE n.message_id <> ''`;

/** Patches by the ids of the site, and their messages: of two patches of one message the one that keeps its id. */
const keptPatches = `pg_temp.import_patch p
  JOIN pg_temp.import_named n ON n.resource = 'patch' AND n.public_id = p.id
  JOIN patchloom.reserved_id r ON r.resource = 'patch' AND r.public_id = p.id`;

/** What is said of patches and comments waits to be applied; what is as the last import had it does not. */
export async function importReview(transaction: Transaction): Promise<void> {
  await transaction.query(
    `INSERT INTO patchloom.imported_review AS o
       (mailing_list_id, message_id, state_id, archived, delegate_id, commit_ref, pull_url)
     SELECT n.list_id, n.message_id, s.id, coalesce(p.archived, false), u.id, nullif(p.commit_ref, ''),
       nullif(p.pull_url, '')
     FROM ${keptPatches}
     LEFT JOIN pg_temp.import_state i ON i.id = p.state_id
     JOIN patchloom.patch_state s ON s.slug = coalesce(p.state, i.slug)
     LEFT JOIN patchloom.app_user u ON u.id = p.delegate_id
     ON CONFLICT (mailing_list_id, message_id) DO UPDATE SET state_id = excluded.state_id,
       archived = excluded.archived, delegate_id = excluded.delegate_id, commit_ref = excluded.commit_ref,
       pull_url = excluded.pull_url, is_applied = false
     WHERE (o.state_id, o.archived, o.delegate_id, o.commit_ref, o.pull_url) IS DISTINCT FROM
       (excluded.state_id, excluded.archived, excluded.delegate_id, excluded.commit_ref, excluded.pull_url)`,
  );
  await transaction.query(
    `INSERT INTO patchloom.imported_review AS o (mailing_list_id, message_id, addressed)
     SELECT DISTINCT ON (n.list_id, n.message_id) n.list_id, n.message_id, c.addressed
     FROM pg_temp.import_comment c
     JOIN pg_temp.import_named n ON n.public_id = c.id
       AND n.resource = CASE c.target_kind WHEN 'cover' THEN 'cover-comment' ELSE 'comment' END
     WHERE c.addressed IS NOT NULL ORDER BY n.list_id, n.message_id, c.id
     ON CONFLICT (mailing_list_id, message_id) DO UPDATE SET addressed = excluded.addressed, is_applied = false
     WHERE o.addressed IS DISTINCT FROM excluded.addressed`,
  );
}

/** Checks wait as well; one of this database that has the id of another gives way. */
export async function importChecks(transaction: Transaction): Promise<void> {
  await raiseSequence(
    transaction,
    'patchloom.patch_check_id_seq',
    'SELECT max(id) FROM pg_temp.import_check',
  );
  await transaction.query(
    `WITH moved AS (
       SELECT c.id AS old_id, nextval('patchloom.patch_check_id_seq') AS new_id
       FROM patchloom.patch_check c
       WHERE c.id IN (SELECT i.id FROM pg_temp.import_check i)
         AND NOT EXISTS (SELECT FROM patchloom.imported_check o WHERE o.id = c.id)
     ), named AS (
       UPDATE patchloom.event e SET check_id = m.new_id FROM moved m WHERE e.check_id = m.old_id)
     UPDATE patchloom.patch_check c SET id = m.new_id FROM moved m WHERE c.id = m.old_id`,
  );
  await transaction.query(
    `INSERT INTO patchloom.imported_check AS o
       (id, mailing_list_id, message_id, user_id, created_at, state, target_url, context, description)
     SELECT c.id, n.list_id, n.message_id, u.id, c.date, c.state, nullif(c.target_url, ''), c.context,
       nullif(c.description, '')
     FROM pg_temp.import_check c
     JOIN ${keptPatches} ON p.id = c.patch_id
     JOIN patchloom.app_user u ON u.id = c.user_id
     WHERE c.state IN ('pending', 'success', 'warning', 'fail') AND c.context IS NOT NULL AND c.date IS NOT NULL
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, target_url = excluded.target_url,
       description = excluded.description, is_applied = false
     WHERE (o.state, o.target_url, o.description) IS DISTINCT FROM
       (excluded.state, excluded.target_url, excluded.description)`,
  );
}

/** The patches that a table has for the bundle `c`, as one value to be compared. */
function placesOf(table: string, list: string): string {
  return `(SELECT array_agg(b.position || ' ' || b.${list} || ' ' || b.message_id ORDER BY b.position)
    FROM ${table} b WHERE b.bundle_id = c.id)`;
}

/** Bundles, with their patches where these are as the last import had them or changed on the site since. */
export async function importBundles(transaction: Transaction): Promise<void> {
  const bundles = `(SELECT b.id, l.list_id, u.id AS owner_id, b.name, coalesce(b.is_public, false) AS is_public
    FROM pg_temp.import_bundle b
    JOIN pg_temp.import_list l ON l.project_id = b.project_id
    JOIN patchloom.app_user u ON u.id = b.owner_id
    WHERE b.name IS NOT NULL)`;
  await renumber(
    transaction,
    'bundle',
    movesTo(
      `SELECT b.owner_id || ' ' || b.name AS key, b.id FROM ${bundles} b`,
      `SELECT owner_id || ' ' || name AS key, id FROM patchloom.bundle`,
    ),
  );
  await transaction.query(
    `INSERT INTO patchloom.bundle (id, mailing_list_id, owner_id, name, is_public)
     SELECT b.id, b.list_id, b.owner_id, b.name, b.is_public FROM ${bundles} b
     ON CONFLICT (id) DO NOTHING`,
  );
  await importBundlePatches(transaction);
  const ids = 'SELECT max(id) FROM patchloom.bundle';
  await raiseSequence(transaction, 'patchloom.bundle_id_seq', ids);
}

async function importBundlePatches(transaction: Transaction): Promise<void> {
  await transaction.query(
    `CREATE TEMP TABLE import_placed ON COMMIT DROP AS
     SELECT b.bundle_id, row_number() OVER (PARTITION BY b.bundle_id ORDER BY b.position, b.patch_id)::int AS position,
       n.list_id, n.message_id
     FROM pg_temp.import_bundle_patch b
     JOIN patchloom.bundle o ON o.id = b.bundle_id
     JOIN ${keptPatches} ON p.id = b.patch_id`,
  );
  await transaction.query(
    `CREATE TEMP TABLE import_changed ON COMMIT DROP AS
     SELECT c.id FROM patchloom.bundle c JOIN pg_temp.import_bundle i ON i.id = c.id
     WHERE ${placesOf('pg_temp.import_placed', 'list_id')} IS DISTINCT FROM
       ${placesOf('patchloom.imported_bundle_patch', 'mailing_list_id')}`,
  );
  for (const table of ['imported_bundle_patch', 'bundle_patch']) {
    await transaction.query(
      `DELETE FROM patchloom.${table} o USING pg_temp.import_changed c WHERE o.bundle_id = c.id`,
    );
  }
  await transaction.query(
    `INSERT INTO patchloom.imported_bundle_patch (bundle_id, position, mailing_list_id, message_id)
     SELECT i.bundle_id, i.position, i.list_id, i.message_id
     FROM pg_temp.import_placed i JOIN pg_temp.import_changed c ON c.id = i.bundle_id`,
  );
}
