import type { Database } from '../store/database.ts';
import { loadProjects, loadStates } from '../store/api/projects.ts';
import type { ProjectRow, StateRow } from '../store/api/projects.ts';
import { keepRecent } from './keep-recent.ts';
import type { Recent } from './keep-recent.ts';

/** What every resource answers from. */
export interface ApiContext {
  readonly database: Database;
  /** Forget them after a write. */
  readonly projects: Recent<Projects>;
  readonly states: Recent<States>;
}

/** The projects by number. */
export type Projects = ReadonlyMap<number, ProjectRow>;

/** The states by number, in the order of menus. */
export type States = ReadonlyMap<number, StateRow>;

/** Another process's change of a project is seen after this time. */
const projectsMaxAgeMs = 2_000;

export function newApiContext(database: Database): ApiContext {
  return {
    database,
    projects: keepRecent(async () => byId(await loadProjects(database)), projectsMaxAgeMs),
    states: keepRecent(async () => byId(await loadStates(database)), projectsMaxAgeMs),
  };
}

function byId<Row extends { readonly id: number }>(rows: readonly Row[]): Map<number, Row> {
  return new Map(rows.map((row) => [row.id, row]));
}
