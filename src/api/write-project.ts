import { notFound } from '../http/api-error.ts';
import type { Caller } from '../http/authenticate.ts';
import { booleanField, textField } from '../review/field-readers.ts';
import { mayEditProject } from '../review/permissions.ts';
import type { Database } from '../store/database.ts';
import { findProject, updateProject } from '../store/projects.ts';
import type { ProjectChange } from '../store/projects.ts';
import { checkBody } from './write-body.ts';
import type { SentBody } from './write-body.ts';
import { inWrite, refusal } from './write-transaction.ts';

/** A change of a project as it was sent. */
export interface ProjectWrite {
  /** Id or link name. */
  readonly project: string;
  readonly caller: Caller | null;
  readonly body: SentBody;
}

const linkField = textField({ maxLength: 2_000, isBlankAllowed: true });

const fields = {
  web_url: linkField,
  scm_url: linkField,
  webscm_url: linkField,
  list_archive_url: linkField,
  list_archive_url_format: linkField,
  commit_url_format: linkField,
  show_dependencies: booleanField,
};

const since = {
  list_archive_url: '1.2',
  list_archive_url_format: '1.2',
  commit_url_format: '1.2',
  show_dependencies: '1.4',
} as const;

/**
 * Changes what is shown of a project. Throws ApiError: 404 without such a project, 403 for somebody who may not, 400
 * for fields that cannot be.
 */
export async function writeProject(database: Database, write: ProjectWrite): Promise<void> {
  await inWrite(database, write.caller, async ({ transaction, actor }) => {
    // Postgres takes no NUL.
    const isName = !write.project.includes('\0');
    const project = isName ? await findProject(transaction, write.project) : null;
    if (project === null) throw notFound();
    if (!mayEditProject(actor, project.id)) throw refusal(actor);
    await updateProject(transaction, project.id, changeOf(write.body));
  });
}

function changeOf(sent: SentBody): ProjectChange {
  const body = checkBody(fields, sent, since);
  body.finish();
  const { values } = body;
  return {
    webUrl: values.web_url,
    scmUrl: values.scm_url,
    webscmUrl: values.webscm_url,
    listArchiveUrl: values.list_archive_url,
    listArchiveUrlFormat: values.list_archive_url_format,
    commitUrlFormat: values.commit_url_format,
    showDependencies: values.show_dependencies,
  };
}
