/** A value of a column; null: the source does not say. */
export type SiteValue = string | number | boolean | null;

/**
 * The tables that a Patchwork site is read into, each with its key first. A site says one thing in several places, with
 * more or less detail: rows of one key add up, and null gives way.
 */
export const siteTables = {
  project: {
    key: ['id'],
    columns: {
      id: 'int',
      name: 'text',
      link_name: 'text',
      list_id: 'text',
      list_email: 'text',
      web_url: 'text',
      scm_url: 'text',
      webscm_url: 'text',
      list_archive_url: 'text',
      list_archive_url_format: 'text',
      commit_url_format: 'text',
      subject_match: 'text',
      show_dependencies: 'boolean',
    },
  },
  user: {
    key: ['id'],
    columns: {
      id: 'int',
      username: 'text',
      first_name: 'text',
      last_name: 'text',
      email: 'text',
      password_hash: 'text',
      is_superuser: 'boolean',
      is_active: 'boolean',
      send_email: 'boolean',
      items_per_page: 'int',
      show_ids: 'boolean',
    },
  },
  token: { key: ['sha256'], columns: { sha256: 'text', user_id: 'int' } },
  maintainer: { key: ['project_id', 'user_id'], columns: { project_id: 'int', user_id: 'int' } },
  person: {
    key: ['id'],
    columns: { id: 'bigint', email: 'text', name: 'text', user_id: 'int' },
  },
  state: {
    key: ['slug'],
    columns: {
      slug: 'text',
      id: 'int',
      name: 'text',
      ordering: 'int',
      is_action_required: 'boolean',
    },
  },
  cover: {
    key: ['id'],
    columns: { id: 'bigint', project_id: 'int', message_id: 'text', series_id: 'bigint' },
  },
  patch: {
    key: ['id'],
    columns: {
      id: 'bigint',
      project_id: 'int',
      message_id: 'text',
      series_id: 'bigint',
      number: 'int',
      state: 'text',
      state_id: 'int',
      archived: 'boolean',
      delegate_id: 'int',
      commit_ref: 'text',
      pull_url: 'text',
    },
  },
  comment: {
    key: ['target_kind', 'id'],
    columns: {
      target_kind: 'text',
      id: 'bigint',
      target_id: 'bigint',
      message_id: 'text',
      addressed: 'boolean',
    },
  },
  series: { key: ['id'], columns: { id: 'bigint', project_id: 'int', cover_id: 'bigint' } },
  check: {
    key: ['id'],
    columns: {
      id: 'bigint',
      patch_id: 'bigint',
      user_id: 'int',
      date: 'timestamptz',
      state: 'text',
      target_url: 'text',
      context: 'text',
      description: 'text',
    },
  },
  bundle: {
    key: ['id'],
    columns: {
      id: 'bigint',
      project_id: 'int',
      owner_id: 'int',
      name: 'text',
      is_public: 'boolean',
    },
  },
  bundle_patch: {
    key: ['bundle_id', 'patch_id'],
    columns: { bundle_id: 'bigint', patch_id: 'bigint', position: 'int' },
  },
} as const;

export type SiteTable = keyof typeof siteTables;

/** All of them, each after those that it refers to. */
export const siteTableNames = [
  'project',
  'user',
  'token',
  'maintainer',
  'person',
  'state',
  'cover',
  'patch',
  'comment',
  'series',
  'check',
  'bundle',
  'bundle_patch',
] as const satisfies readonly SiteTable[];

/** A row of one of the tables; a column that is left out is null. */
export interface SiteRecord {
  readonly table: SiteTable;
  readonly row: Readonly<Record<string, SiteValue>>;
}

/** What a part of the source came to. */
export interface ReadSite {
  readonly records: readonly SiteRecord[];
  /** What was not understood: "a check without the URL that names its patch"; null when all was. */
  readonly problem: string | null;
}
