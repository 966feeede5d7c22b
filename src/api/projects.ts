import { projectFields } from '../http/answer-fields.ts';
import { notFound } from '../http/api-error.ts';
import type { Page } from '../http/pages.ts';
import type { ApiRequest, ApiRoute } from '../http/route.ts';
import type { ProjectRow } from '../store/api/projects.ts';
import { changeOperations } from './change-operations.ts';
import type { ApiContext } from './api-context.ts';
import { projectAnswer, userAnswer } from './embedded.ts';
import { projectId, searchWords } from './filters.ts';
import { listPage, requestedOrder } from './list-page.ts';
import { writeProject } from './write-project.ts';

/** /projects/ and /projects/ID/, where ID may be the link name. */
export function projectRoutes(context: ApiContext): ApiRoute[] {
  return [
    {
      path: '/projects/',
      title: 'Project List',
      operations: {
        GET: {
          kind: 'list',
          fields: projectFields,
          run: (request) => projectList(context, request),
        },
      },
    },
    {
      path: '/projects/:id/',
      title: 'Project Detail',
      operations: {
        GET: {
          kind: 'object',
          fields: projectFields,
          run: (request) => projectDetail(context, request),
        },
        ...changeOperations(projectFields, async (request, body) => {
          const project = request.params['id'] ?? '';
          await writeProject(context.database, { project, caller: request.caller, body });
          context.projects.forget();
          return projectDetail(context, request);
        }),
      },
    },
  ];
}

const orders = ['id', 'name', 'link_name', 'list_id'] as const;

const orderValues: Readonly<
  Record<(typeof orders)[number], (project: ProjectRow) => string | number>
> = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  link_name: ({ linkName }) => linkName,
  list_id: ({ listId }) => listId,
};

/** There are few projects: they are sorted and searched here. */
async function projectList(context: ApiContext, request: ApiRequest): Promise<Page> {
  const words = searchWords(request.query).map((word) => word.toLowerCase());
  const found = [...(await context.projects.load()).values()].filter((project) => {
    const searched = searchedText(project);
    return words.every((word) => searched.includes(word));
  });
  const { by, isDescending } = requestedOrder(request, orders, { by: 'id', isDescending: false });
  const valueOf = orderValues[by];
  const sorted = found.toSorted((a, b) => (valueOf(a) < valueOf(b) ? -1 : 1));
  if (isDescending) sorted.reverse();
  return listPage(request, {
    isCountKept: true,
    count: async () => sorted.length,
    rows: async ({ offset, limit }) => sorted.slice(offset, offset + limit),
    answer: (project) => projectDetailAnswer(request, project),
  });
}

/** All that a search looks at, in lower case. */
function searchedText(project: ProjectRow): string {
  const { linkName, listId, listEmail, webUrl, scmUrl, webscmUrl } = project;
  const { listArchiveUrl, listArchiveUrlFormat, commitUrlFormat } = project;
  const names = [linkName, listId, listEmail, webUrl, scmUrl, webscmUrl];
  return [...names, listArchiveUrl, listArchiveUrlFormat, commitUrlFormat].join('\n').toLowerCase();
}

async function projectDetail(context: ApiContext, request: ApiRequest): Promise<object> {
  const projects = await context.projects.load();
  const id = projectId(projects)(request.params['id'] ?? '');
  const project = id === null ? undefined : projects.get(id);
  if (project === undefined) throw notFound();
  return projectDetailAnswer(request, project);
}

/** A project as the API answers for it. */
export function projectDetailAnswer(request: ApiRequest, project: ProjectRow): object {
  return {
    ...projectAnswer(request, project),
    maintainers: project.maintainers.map((user) => userAnswer(request, user)),
    subject_match: project.subjectMatch,
    show_dependencies: project.showDependencies,
  };
}
