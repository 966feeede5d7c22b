import { siteTableNames } from '../../patchwork/site-record.ts';
import type { SiteTable } from '../../patchwork/site-record.ts';
import type { Transaction } from '../database.ts';

const questions: readonly (readonly [text: string, query: string])[] = [
  [
    'projects have no List-Id: with all that belongs to them they are left out',
    `SELECT count(*) FROM pg_temp.import_project p
     WHERE NOT EXISTS (SELECT FROM pg_temp.import_list l WHERE l.project_id = p.id)`,
  ],
  [
    'projects share the List-Id of another: their mail is one list, which has the id of the first',
    'SELECT count(*) FROM pg_temp.import_list WHERE project_id <> list_id',
  ],
  [
    'states have no number in the source: they have one that was free (add a states file to say theirs)',
    `SELECT count(*) FROM pg_temp.import_state s JOIN patchloom.patch_state o ON o.slug = s.slug
     WHERE s.id IS NULL AND o.id > 10`,
  ],
  [
    'users are left out: their name is none that can be kept, or another has it in another case',
    `SELECT count(*) FROM pg_temp.import_user u
     WHERE NOT EXISTS (SELECT FROM patchloom.app_user o WHERE o.id = u.id AND lower(o.username) = lower(u.username))`,
  ],
  [
    'users have no password: patchloom user password or user token gives them one',
    `SELECT count(*) FROM pg_temp.import_user u JOIN patchloom.app_user o ON o.id = u.id WHERE o.password_hash IS NULL`,
  ],
  [
    'people have the address of another in another case: they are one person, with the lower id',
    `SELECT count(*) FROM pg_temp.import_person p
     WHERE NOT EXISTS (SELECT FROM patchloom.person o WHERE o.id = p.id AND lower(o.email) = lower(p.email))`,
  ],
  ['patches have no message-id, or a project that is not in the source', leftOut('patch', 'patch')],
  ['covers have no message-id, or a project that is not in the source', leftOut('cover', 'cover')],
  [
    'comments have no message-id, or their patch or cover is not in the source',
    `SELECT count(*) FROM pg_temp.import_comment c WHERE NOT EXISTS (
       SELECT FROM pg_temp.import_named n WHERE n.public_id = c.id
         AND n.resource = CASE c.target_kind WHEN 'cover' THEN 'cover-comment' ELSE 'comment' END)`,
  ],
  ['series have no patch and no cover in the source', leftOut('series', 'series')],
  [
    'patches, covers or comments are of a message that has another id as well, in another project of the list: the lowest is kept',
    `SELECT count(*) FROM pg_temp.import_named n
     WHERE NOT EXISTS (
       SELECT FROM patchloom.reserved_id r WHERE r.resource = n.resource AND r.public_id = n.public_id)`,
  ],
  [
    'patches have no state in the source: they have that of new ones',
    'SELECT count(*) FROM pg_temp.import_patch WHERE state IS NULL AND state_id IS NULL',
  ],
  [
    'checks are left out: they are not whole, or name a user or patch that is not in the source',
    `SELECT count(*) FROM pg_temp.import_check c
     WHERE NOT EXISTS (SELECT FROM patchloom.imported_check o WHERE o.id = c.id)`,
  ],
  [
    'bundles are left out: they have no owner or project in the source',
    `SELECT count(*) FROM pg_temp.import_bundle b WHERE NOT EXISTS (SELECT FROM patchloom.bundle o WHERE o.id = b.id)`,
  ],
  [
    'patches, covers and comments wait for their mail: replay the archive of their list',
    `SELECT count(*) FROM patchloom.reserved_id r
     WHERE r.resource <> 'series' AND r.mailing_list_id IN (SELECT list_id FROM pg_temp.import_list) AND NOT EXISTS (
       SELECT FROM patchloom.thread_node n JOIN patchloom.message m ON m.thread_node_id = n.id
       WHERE n.message_id = r.message_id AND n.mailing_list_id = r.mailing_list_id)`,
  ],
  [
    'patches, covers and comments are indexed as something else than they were: they have numbers of their own',
    `SELECT count(*) FROM patchloom.reserved_id r
     JOIN patchloom.thread_node n ON n.message_id = r.message_id AND n.mailing_list_id = r.mailing_list_id
     JOIN patchloom.message m ON m.thread_node_id = n.id AND m.is_first
     WHERE r.resource <> 'series' AND m.public_id <> r.public_id
       AND r.mailing_list_id IN (SELECT list_id FROM pg_temp.import_list)`,
  ],
  [
    'series are one here with another of the source: their numbers lead to that one',
    `SELECT count(*) FROM patchloom.reserved_id r
     JOIN patchloom.series_redirect d ON d.former_public_id = r.public_id AND d.series_id IS NOT NULL
     WHERE r.resource = 'series' AND r.mailing_list_id IN (SELECT list_id FROM pg_temp.import_list)`,
  ],
];

function leftOut(table: SiteTable, resource: string): string {
  return `SELECT count(*) FROM pg_temp.import_${table} t WHERE NOT EXISTS (
    SELECT FROM pg_temp.import_named n WHERE n.resource = '${resource}' AND n.public_id = t.id)`;
}

/** What was not taken over, or not as it was: "3 users have no password: …" */
export async function loadNotes(transaction: Transaction): Promise<string[]> {
  const notes: string[] = [];
  for (const [text, query] of questions) {
    const { rows } = await transaction.query<{ count: number }>(query);
    const { count } = rows[0]!;
    if (count > 0) notes.push(`${count} ${text}`);
  }
  return notes;
}

/** How many rows of each table the source has. */
export type SiteCounts = ReadonlyMap<SiteTable, number>;

export async function countSite(transaction: Transaction): Promise<SiteCounts> {
  const counts = new Map<SiteTable, number>();
  for (const table of siteTableNames) {
    const { rows } = await transaction.query<{ count: number }>(
      `SELECT count(*) FROM pg_temp.import_${table}`,
    );
    counts.set(table, rows[0]!.count);
  }
  return counts;
}
