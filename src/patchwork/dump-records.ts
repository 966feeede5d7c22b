import type { SiteRecord, SiteTable, SiteValue } from './site-record.ts';

/** A row of a dump by column; null is SQL's. */
export type DumpRow = ReadonlyMap<string, string | null>;

type ReadValue = (text: string) => SiteValue;

const text: ReadValue = (value) => value;
const number: ReadValue = (value) => Number(value);
const truth: ReadValue = (value) => value === 't';
const messageId: ReadValue = (value) => value.trim();
/** pg_dump writes times with their offset; one without is UTC, as Django stores it. */
const time: ReadValue = (value) =>
  /[+-][0-9]{2}(:?[0-9]{2})?$/.test(value) ? value : `${value}+00`;
const checkStates = ['pending', 'success', 'warning', 'fail'];
const checkState: ReadValue = (value) => checkStates[Number(value)] ?? value;
/** Of Django's formats the one that can be verified here. */
const passwordHash: ReadValue = (value) => (value.startsWith('pbkdf2_sha256$') ? value : null);

/** What becomes of the columns of a table: the column here, and how its text is read. */
interface TableReader {
  readonly table: SiteTable;
  readonly columns: Readonly<Record<string, readonly [column: string, read: ReadValue]>>;
  readonly constants?: Readonly<Record<string, SiteValue>>;
}

const same = (names: readonly string[], read: ReadValue): TableReader['columns'] =>
  Object.fromEntries(names.map((name) => [name, [name, read]]));

/** Tables of Patchwork 3.0 and later, Django and its token authentication. */
const readers: Readonly<Record<string, TableReader>> = {
  patchwork_project: {
    table: 'project',
    columns: {
      ...same(['id'], number),
      ...same(['name', 'web_url', 'scm_url', 'webscm_url', 'subject_match'], text),
      ...same(['list_archive_url', 'list_archive_url_format', 'commit_url_format'], text),
      ...same(['show_dependencies'], truth),
      linkname: ['link_name', text],
      listid: ['list_id', text],
      listemail: ['list_email', text],
    },
  },
  auth_user: {
    table: 'user',
    columns: {
      ...same(['id'], number),
      ...same(['username', 'first_name', 'last_name', 'email'], text),
      ...same(['is_superuser', 'is_active'], truth),
      password: ['password_hash', passwordHash],
    },
  },
  patchwork_person: {
    table: 'person',
    columns: { ...same(['id', 'user_id'], number), ...same(['email', 'name'], text) },
  },
  patchwork_state: {
    table: 'state',
    columns: {
      ...same(['id', 'ordering'], number),
      ...same(['name', 'slug'], text),
      action_required: ['is_action_required', truth],
    },
  },
  patchwork_cover: {
    table: 'cover',
    columns: { ...same(['id', 'project_id'], number), msgid: ['message_id', messageId] },
  },
  patchwork_patch: {
    table: 'patch',
    columns: {
      ...same(['id', 'project_id', 'state_id', 'delegate_id', 'series_id', 'number'], number),
      ...same(['archived'], truth),
      ...same(['commit_ref', 'pull_url'], text),
      msgid: ['message_id', messageId],
    },
  },
  patchwork_patchcomment: {
    table: 'comment',
    constants: { target_kind: 'patch' },
    columns: {
      ...same(['id'], number),
      ...same(['addressed'], truth),
      msgid: ['message_id', messageId],
      patch_id: ['target_id', number],
    },
  },
  patchwork_covercomment: {
    table: 'comment',
    constants: { target_kind: 'cover' },
    columns: {
      ...same(['id'], number),
      ...same(['addressed'], truth),
      msgid: ['message_id', messageId],
      cover_id: ['target_id', number],
    },
  },
  patchwork_series: {
    table: 'series',
    columns: { ...same(['id', 'project_id'], number), cover_letter_id: ['cover_id', number] },
  },
  patchwork_check: {
    table: 'check',
    columns: {
      ...same(['id', 'patch_id', 'user_id'], number),
      ...same(['target_url', 'context', 'description'], text),
      date: ['date', time],
      state: ['state', checkState],
    },
  },
  patchwork_bundle: {
    table: 'bundle',
    columns: {
      ...same(['id', 'project_id', 'owner_id'], number),
      ...same(['name'], text),
      public: ['is_public', truth],
    },
  },
  patchwork_bundlepatch: {
    table: 'bundle_patch',
    columns: { ...same(['bundle_id', 'patch_id'], number), order: ['position', number] },
  },
};

const otherColumns: Readonly<Record<string, readonly string[]>> = {
  patchwork_userprofile: ['id', 'user_id', 'send_email', 'items_per_page', 'show_ids'],
  patchwork_userprofile_maintainer_projects: ['userprofile_id', 'project_id'],
  authtoken_token: ['key', 'user_id'],
};

/** Columns of a table that are read; [] for a table that is passed over. */
export function columnsRead(table: string): readonly string[] {
  return otherColumns[table] ?? Object.keys(readers[table]?.columns ?? {});
}

/** Columns without which a table's rows cannot be placed: those of a Patchwork before 3.0 are elsewhere. */
export function missingColumns(table: string, columns: readonly string[]): string[] {
  const reader = readers[table];
  if (reader === undefined || reader.columns['msgid'] === undefined) return [];
  return ['id', 'msgid'].filter((name) => !columns.includes(name));
}

/** Reads the rows of a dump in order; maintainers are named by their profiles, which come before them. */
export class DumpReader {
  readonly #userOfProfile = new Map<string, number>();
  readonly #sha256: (text: string) => string;

  /** `sha256` gives the hash of a token in hex. */
  constructor(sha256: (text: string) => string) {
    this.#sha256 = sha256;
  }

  records(table: string, row: DumpRow): SiteRecord[] {
    if (table === 'patchwork_userprofile') return this.#profile(row);
    if (table === 'patchwork_userprofile_maintainer_projects') return this.#maintainer(row);
    if (table === 'authtoken_token') {
      const key = row.get('key') ?? '';
      const user = { sha256: this.#sha256(key), user_id: Number(row.get('user_id')) };
      return [{ table: 'token', row: user }];
    }
    const reader = readers[table];
    if (reader === undefined) return [];
    const columns = Object.entries(reader.columns).map(([name, [column, read]]) => {
      const value = row.get(name) ?? null;
      return [column, value === null ? null : read(value)] as const;
    });
    return [{ table: reader.table, row: { ...reader.constants, ...Object.fromEntries(columns) } }];
  }

  #profile(row: DumpRow): SiteRecord[] {
    const userId = Number(row.get('user_id'));
    this.#userOfProfile.set(row.get('id') ?? '', userId);
    const settings = {
      id: userId,
      send_email: row.get('send_email') === 't',
      items_per_page: Number(row.get('items_per_page') ?? 100),
      show_ids: row.get('show_ids') === 't',
    };
    return [{ table: 'user', row: settings }];
  }

  #maintainer(row: DumpRow): SiteRecord[] {
    const userId = this.#userOfProfile.get(row.get('userprofile_id') ?? '');
    if (userId === undefined) return [];
    const place = { project_id: Number(row.get('project_id')), user_id: userId };
    return [{ table: 'maintainer', row: place }];
  }
}
