import type { Queryable } from './database.ts';
import type { MailingList } from './mailing-lists.ts';

/** What can be said of a mailing list as a project; what is left out stays. */
export interface ProjectChange {
  readonly name?: string | undefined;
  /** In URLs: qemu-devel */
  readonly linkName?: string | undefined;
  readonly listEmail?: string | undefined;
  readonly webUrl?: string | undefined;
  readonly scmUrl?: string | undefined;
  readonly webscmUrl?: string | undefined;
  readonly listArchiveUrl?: string | undefined;
  readonly listArchiveUrlFormat?: string | undefined;
  readonly commitUrlFormat?: string | undefined;
  readonly subjectMatch?: string | undefined;
  readonly showDependencies?: boolean | undefined;
}

/** The list of that List-Id or link name, in any case; null when there is none. */
export async function findMailingList(
  queryable: Queryable,
  name: string,
): Promise<MailingList | null> {
  const { rows } = await queryable.query<MailingList>(
    `SELECT id, list_id AS "listId" FROM patchloom.mailing_list
     WHERE list_id = lower($1) OR lower(link_name) = lower($1)
     ORDER BY list_id <> lower($1) LIMIT 1`,
    [name],
  );
  return rows[0] ?? null;
}

/** The list that the API knows by this id or link name; null when there is none. */
export async function findProject(
  queryable: Queryable,
  idOrLinkName: string,
): Promise<MailingList | null> {
  const id = /^[0-9]{1,15}$/.test(idOrLinkName) ? Number(idOrLinkName) : null;
  const { rows } = await queryable.query<MailingList>({
    name: 'find-project',
    text: `SELECT id, list_id AS "listId" FROM patchloom.mailing_list
           WHERE id = $1::bigint OR $1 IS NULL AND lower(link_name) = lower($2)`,
    values: [id, idOrLinkName],
  });
  return rows[0] ?? null;
}

/**
 * Changes what is shown of a list. Fails with SQLSTATE 23505 when the link name is another's.
 */
export async function updateProject(
  queryable: Queryable,
  listId: number,
  change: ProjectChange,
): Promise<void> {
  await queryable.query({
    name: 'update-project',
    text: `UPDATE patchloom.mailing_list l SET
             name = coalesce($2, l.name),
             link_name = coalesce($3, l.link_name),
             list_email = coalesce($4, l.list_email),
             web_url = coalesce($5, l.web_url),
             scm_url = coalesce($6, l.scm_url),
             webscm_url = coalesce($7, l.webscm_url),
             list_archive_url = coalesce($8, l.list_archive_url),
             list_archive_url_format = coalesce($9, l.list_archive_url_format),
             commit_url_format = coalesce($10, l.commit_url_format),
             subject_match = coalesce($11, l.subject_match),
             show_dependencies = coalesce($12, l.show_dependencies)
           WHERE l.id = $1`,
    values: [
      listId,
      change.name,
      change.linkName,
      change.listEmail,
      change.webUrl,
      change.scmUrl,
      change.webscmUrl,
      change.listArchiveUrl,
      change.listArchiveUrlFormat,
      change.commitUrlFormat,
      change.subjectMatch,
      change.showDependencies,
    ],
  });
}
