import type { Queryable } from '../database.ts';
import type { UserRow } from './columns.ts';
import { userColumn } from './columns.ts';

/** A mailing list as the API's project. Texts are empty when unset. */
export interface ProjectRow {
  readonly id: number;
  readonly name: string;
  readonly linkName: string;
  readonly listId: string;
  readonly listEmail: string;
  readonly webUrl: string;
  readonly scmUrl: string;
  readonly webscmUrl: string;
  readonly listArchiveUrl: string;
  readonly listArchiveUrlFormat: string;
  readonly commitUrlFormat: string;
  readonly subjectMatch: string;
  readonly showDependencies: boolean;
  readonly maintainers: readonly UserRow[];
}

/** All projects, by id. */
export async function loadProjects(queryable: Queryable): Promise<ProjectRow[]> {
  const { rows } = await queryable.query<ProjectRow>({
    name: 'api-projects',
    text: `SELECT l.id, l.name, l.link_name AS "linkName", l.list_id AS "listId", l.list_email AS "listEmail",
        l.web_url AS "webUrl", l.scm_url AS "scmUrl", l.webscm_url AS "webscmUrl",
        l.list_archive_url AS "listArchiveUrl", l.list_archive_url_format AS "listArchiveUrlFormat",
        l.commit_url_format AS "commitUrlFormat", l.subject_match AS "subjectMatch",
        l.show_dependencies AS "showDependencies",
        coalesce((SELECT json_agg(${userColumn('u')} ORDER BY u.id) FROM patchloom.maintainer m
          JOIN patchloom.app_user u ON u.id = m.user_id WHERE m.mailing_list_id = l.id), '[]') AS maintainers
      FROM patchloom.mailing_list l ORDER BY l.id`,
  });
  return rows;
}

/** A state that a patch can be in. */
export interface StateRow {
  readonly id: number;
  /** "under-review" */
  readonly slug: string;
  /** "Under Review" */
  readonly name: string;
}

/** All states in the order of menus. */
export async function loadStates(queryable: Queryable): Promise<StateRow[]> {
  const { rows } = await queryable.query<StateRow>(
    'SELECT id, slug, name FROM patchloom.patch_state ORDER BY ordering',
  );
  return rows;
}
