import type { ApiRequest } from '../http/route.ts';
import { naiveTime } from '../review/naive-time.ts';
import {
  archiveUrl,
  coverPath,
  patchPath,
  seriesMboxPath,
  seriesPath,
} from '../review/site-paths.ts';
import type { EmbeddedRow, PersonRow, SeriesOfRow, UserRow } from '../store/api/columns.ts';
import type { ProjectRow } from '../store/api/projects.ts';
import type { Projects } from './api-context.ts';

/** The URL of a thing in the API: ("patches", 12) -> "http://127.0.0.1:8000/api/1.3/patches/12/" */
export function apiUrl(request: ApiRequest, resource: string, id: number): string {
  return `${request.root}/${resource}/${id}/${request.urlEnd}`;
}

const projectAnswers = new WeakMap<ApiRequest, Map<ProjectRow, object>>();

/** A project as others embed it, with every field of the newest version; made once for each request. */
export function projectAnswer(request: ApiRequest, project: ProjectRow): object {
  const known = projectAnswers.get(request) ?? new Map<ProjectRow, object>();
  projectAnswers.set(request, known);
  const answer = known.get(project) ?? newProjectAnswer(request, project);
  known.set(project, answer);
  return answer;
}

function newProjectAnswer(request: ApiRequest, project: ProjectRow): object {
  return {
    id: project.id,
    url: apiUrl(request, 'projects', project.id),
    name: project.name,
    link_name: project.linkName,
    list_id: project.listId,
    list_email: project.listEmail,
    web_url: project.webUrl,
    scm_url: project.scmUrl,
    webscm_url: project.webscmUrl,
    list_archive_url: project.listArchiveUrl,
    list_archive_url_format: project.listArchiveUrlFormat,
    commit_url_format: project.commitUrlFormat,
  };
}

export function personAnswer(request: ApiRequest, row: PersonRow): object {
  return {
    id: row.submitterId,
    url: apiUrl(request, 'people', row.submitterId),
    name: row.submitterName ?? '',
    email: row.submitterEmail,
  };
}

export function userAnswer(request: ApiRequest, user: UserRow): object {
  return {
    id: user.id,
    url: apiUrl(request, 'users', user.id),
    username: user.username,
    first_name: user.firstName,
    last_name: user.lastName,
    email: user.email,
  };
}

/** null for nobody. */
export function userAnswerOrNull(request: ApiRequest, user: UserRow | null): object | null {
  return user === null ? null : userAnswer(request, user);
}

/** The series of a patch or cover letter: a list of one, or none. */
export function seriesOfAnswer(
  request: ApiRequest,
  project: ProjectRow,
  row: SeriesOfRow,
): object[] {
  const { seriesId, seriesDate } = row;
  if (seriesId === null || seriesDate === null) return [];
  return [
    {
      id: seriesId,
      url: apiUrl(request, 'series', seriesId),
      web_url: `${request.site}${seriesPath(project.linkName, seriesId)}`,
      date: naiveTime(seriesDate),
      name: row.seriesName,
      version: row.seriesVersion,
      mbox: `${request.site}${seriesMboxPath(seriesId)}`,
    },
  ];
}

export function embeddedPatchAnswer(
  request: ApiRequest,
  projects: Projects,
  row: EmbeddedRow,
): object {
  return embeddedMessage(request, projects, row, 'patches', patchPath);
}

export function embeddedCoverAnswer(
  request: ApiRequest,
  projects: Projects,
  row: EmbeddedRow,
): object {
  return embeddedMessage(request, projects, row, 'covers', coverPath);
}

function embeddedMessage(
  request: ApiRequest,
  projects: Projects,
  [id, listId, messageId, date, name]: EmbeddedRow,
  resource: 'patches' | 'covers',
  pathOf: typeof patchPath,
): object {
  const project = projectOf(projects, listId);
  const webUrl = `${request.site}${pathOf(project.linkName, messageId)}`;
  return {
    id,
    url: apiUrl(request, resource, id),
    web_url: webUrl,
    msgid: messageId,
    list_archive_url: archiveUrl(project.listArchiveUrlFormat, messageId),
    date: naiveTime(date),
    name,
    mbox: `${webUrl}mbox/`,
  };
}

/** The project of a row; one that was added a moment ago is not among those loaded before. */
export function projectOf(projects: Projects, listId: number): ProjectRow {
  const project = projects.get(listId);
  if (project === undefined) throw new UnknownProjectError(`no project ${listId} is loaded yet`);
  return project;
}

/** A row names a project that is newer than those that are kept: asking again helps. */
export class UnknownProjectError extends Error {
  override readonly name = 'UnknownProjectError';
}
