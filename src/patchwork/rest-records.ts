import { seriesMarker } from '../message/series-marker.ts';
import { bracketPrefixes } from './bracket-prefixes.ts';
import { JsonFields } from './json-fields.ts';
import type { ReadSite, SiteRecord } from './site-record.ts';

/** Resources of the REST API that are read, by what the names of their files begin with. */
export const restResources = [
  'projects',
  'users',
  'people',
  'states',
  'covers',
  'patches',
  'series',
  'comments',
  'checks',
  'bundles',
] as const;

export type RestResource = (typeof restResources)[number];

/**
 * What one object of the REST API says, and what the objects in it say: a patch also tells of its project, submitter,
 * delegate and series. Never throws; an object that is not of the resource's shape is a problem.
 * Source: the fields of Patchwork's API, 1.0 to 1.4.
 */
export function restRecords(resource: RestResource, json: unknown): ReadSite {
  const fields = JsonFields.of(json);
  if (fields === null) return { records: [], problem: `${resource}: not an object` };
  if (resource !== 'states' && fields.number('id') === null) {
    return { records: [], problem: `${resource}: an object without id` };
  }
  return readers[resource](fields);
}

const readers: Record<RestResource, (fields: JsonFields) => ReadSite> = {
  projects: (fields) => ({ records: projectRecords(fields), problem: null }),
  users: (fields) => ({ records: userRecords(fields), problem: null }),
  people: (fields) => ({ records: personRecords(fields), problem: null }),
  states: stateRecords,
  covers: (fields) => ({ records: coverRecords(fields, null, null), problem: null }),
  patches: (fields) => ({
    records: patchRecords(fields, null, null),
    problem: fields.objects('related').length === 0 ? null : 'patches: what they are related to',
  }),
  series: (fields) => ({ records: seriesRecords(fields), problem: null }),
  comments: commentRecords,
  checks: checkRecords,
  bundles: (fields) => ({ records: bundleRecords(fields), problem: null }),
};

function projectRecords(fields: JsonFields): SiteRecord[] {
  const id = fields.number('id');
  const texts = [
    'name',
    'link_name',
    'list_id',
    'list_email',
    'web_url',
    'scm_url',
    'webscm_url',
    'list_archive_url',
    'list_archive_url_format',
    'commit_url_format',
    'subject_match',
  ].map((name) => [name, fields.text(name)] as const);
  const row = {
    id,
    ...Object.fromEntries(texts),
    show_dependencies: fields.boolean('show_dependencies'),
  };
  const maintainers = fields.objects('maintainers');
  return [
    { table: 'project', row },
    ...maintainers.flatMap(userRecords),
    ...maintainers.map((user): SiteRecord => {
      return { table: 'maintainer', row: { project_id: id, user_id: user.number('id') } };
    }),
  ];
}

function userRecords(fields: JsonFields): SiteRecord[] {
  const settings = fields.object('settings');
  const row = {
    id: fields.number('id'),
    username: fields.text('username'),
    first_name: fields.text('first_name'),
    last_name: fields.text('last_name'),
    email: fields.text('email'),
    send_email: settings?.boolean('send_email') ?? null,
    items_per_page: settings?.number('items_per_page') ?? null,
    show_ids: settings?.boolean('show_ids') ?? null,
  };
  return [{ table: 'user', row }];
}

function personRecords(fields: JsonFields): SiteRecord[] {
  const user = fields.object('user');
  const row = {
    id: fields.number('id'),
    email: fields.text('email'),
    name: fields.text('name'),
    user_id: user?.number('id') ?? null,
  };
  return [{ table: 'person', row }, ...embedded(user, userRecords)];
}

/** The API has no list of states: the shape is that of XML-RPC's state_list, with more. */
function stateRecords(fields: JsonFields): ReadSite {
  const name = fields.text('name');
  if (name === null) return { records: [], problem: 'states: an object without name' };
  const row = {
    slug: fields.text('slug') ?? stateSlug(name),
    id: fields.number('id'),
    name,
    ordering: fields.number('ordering'),
    is_action_required: fields.boolean('action_required'),
  };
  return { records: [{ table: 'state', row }], problem: null };
}

/** "Under Review" -> "under-review" */
export function stateSlug(name: string): string {
  return name.trim().toLowerCase().replaceAll(' ', '-');
}

function coverRecords(
  fields: JsonFields,
  projectId: number | null,
  seriesId: number | null,
): SiteRecord[] {
  const project = fields.object('project');
  const series = fields.objects('series');
  const row = {
    id: fields.number('id'),
    project_id: project?.number('id') ?? projectId,
    message_id: fields.text('msgid'),
    series_id: series[0]?.number('id') ?? seriesId,
  };
  return [
    { table: 'cover', row },
    ...embedded(project, projectRecords),
    ...embedded(fields.object('submitter'), personRecords),
  ];
}

function patchRecords(
  fields: JsonFields,
  projectId: number | null,
  seriesId: number | null,
): SiteRecord[] {
  const project = fields.object('project');
  const delegate = fields.object('delegate');
  const series = fields.objects('series');
  const state = fields.text('state');
  const row = {
    id: fields.number('id'),
    project_id: project?.number('id') ?? projectId,
    message_id: fields.text('msgid'),
    series_id: series[0]?.number('id') ?? seriesId,
    number: numberInSeries(fields.text('name') ?? ''),
    state,
    archived: fields.boolean('archived'),
    delegate_id: delegate?.number('id') ?? null,
    commit_ref: fields.text('commit_ref'),
    pull_url: fields.text('pull_url'),
  };
  return [
    { table: 'patch', row },
    ...series.map((one): SiteRecord => {
      return { table: 'series', row: { id: one.number('id'), project_id: row.project_id } };
    }),
    ...(state === null ? [] : [{ table: 'state' as const, row: { slug: state } }]),
    ...embedded(project, projectRecords),
    ...embedded(fields.object('submitter'), personRecords),
    ...embedded(delegate, userRecords),
  ];
}

/** Patchwork's names begin with the prefixes: "[v2,3/7] gauge: float" -> 3; 1 without a marker. */
function numberInSeries(name: string): number {
  return seriesMarker(bracketPrefixes(name))?.number ?? 1;
}

function seriesRecords(fields: JsonFields): SiteRecord[] {
  const id = fields.number('id');
  const project = fields.object('project');
  const projectId = project?.number('id') ?? null;
  const cover = fields.object('cover_letter');
  return [
    {
      table: 'series',
      row: { id, project_id: projectId, cover_id: cover?.number('id') ?? null },
    },
    ...embedded(project, projectRecords),
    ...embedded(cover, (one) => coverRecords(one, projectId, id)),
    ...fields.objects('patches').flatMap((patch) => patchRecords(patch, projectId, id)),
    ...embedded(fields.object('submitter'), personRecords),
  ];
}

function commentRecords(fields: JsonFields): ReadSite {
  const place = placeInUrl(fields.text('url'), 'comments');
  if (place === null) {
    return { records: [], problem: 'comments: one without url, as the API shows it before 1.3' };
  }
  const row = {
    target_kind: place.resource === 'covers' ? 'cover' : 'patch',
    id: fields.number('id'),
    target_id: place.id,
    message_id: fields.text('msgid'),
    addressed: fields.boolean('addressed'),
  };
  const records: SiteRecord[] = [
    { table: 'comment', row },
    ...embedded(fields.object('submitter'), personRecords),
  ];
  return { records, problem: null };
}

function checkRecords(fields: JsonFields): ReadSite {
  const place = placeInUrl(fields.text('url'), 'checks');
  const user = fields.object('user');
  if (place === null || user === null) {
    return { records: [], problem: 'checks: one without the url that names its patch, or user' };
  }
  const row = {
    id: fields.number('id'),
    patch_id: place.id,
    user_id: user.number('id'),
    date: utc(fields.text('date')),
    state: fields.text('state'),
    target_url: fields.text('target_url'),
    context: fields.text('context'),
    description: fields.text('description'),
  };
  return { records: [{ table: 'check', row }, ...userRecords(user)], problem: null };
}

/** Times of the API are UTC and do not say so. */
function utc(time: string | null): string | null {
  return time === null || /[Z+]/.test(time) ? time : `${time}Z`;
}

function bundleRecords(fields: JsonFields): SiteRecord[] {
  const id = fields.number('id');
  const project = fields.object('project');
  const projectId = project?.number('id') ?? null;
  const owner = fields.object('owner');
  const patches = fields.objects('patches');
  const row = {
    id,
    project_id: projectId,
    owner_id: owner?.number('id') ?? null,
    name: fields.text('name'),
    is_public: fields.boolean('public'),
  };
  return [
    { table: 'bundle', row },
    ...embedded(project, projectRecords),
    ...embedded(owner, userRecords),
    ...patches.flatMap((patch) => patchRecords(patch, projectId, null)),
    ...patches.map((patch, index): SiteRecord => {
      const place = { bundle_id: id, position: index + 1, patch_id: patch.number('id') };
      return { table: 'bundle_patch', row: place };
    }),
  ];
}

function embedded(
  fields: JsonFields | null,
  read: (fields: JsonFields) => readonly SiteRecord[],
): readonly SiteRecord[] {
  return fields === null || fields.number('id') === null ? [] : read(fields);
}

/** ".../api/1.3/patches/905/checks/1/" -> { resource: 'patches', id: 905 } */
function placeInUrl(
  url: string | null,
  part: string,
): { readonly resource: string; readonly id: number } | null {
  const steps = (url ?? '').split('/');
  const at = steps.lastIndexOf(part);
  const [resource, id] = [steps[at - 2], steps[at - 1]];
  if (at < 2 || (resource !== 'patches' && resource !== 'covers')) return null;
  return id !== undefined && /^[0-9]{1,15}$/.test(id) ? { resource, id: Number(id) } : null;
}
