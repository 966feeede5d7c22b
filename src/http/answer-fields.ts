import { anyObject, integer, text, textOrNull, texts, truth, truthOrNull } from './field-table.ts';
import type { Field, FieldTable } from './field-table.ts';

// The answers of Patchwork's REST API, field by field, in its order. Embedded forms first.

const identity: readonly Field[] = [
  ['id', integer],
  ['url', text],
];

const message: readonly Field[] = [
  ['msgid', text],
  ['list_archive_url', textOrNull, '1.2'],
  ['date', text],
];

const projectLinks: readonly Field[] = [
  ['list_archive_url', text, '1.2'],
  ['list_archive_url_format', text, '1.2'],
  ['commit_url_format', text, '1.2'],
];

const projectNames: readonly Field[] = [
  ...identity,
  ['name', text],
  ['link_name', text],
  ['list_id', text],
  ['list_email', text],
  ['web_url', text],
  ['scm_url', text],
  ['webscm_url', text],
];

const webUrl: Field = ['web_url', text, '1.1'];

export const embeddedProject: FieldTable = {
  title: 'EmbeddedProject',
  fields: [...projectNames, ...projectLinks],
};

export const embeddedPerson: FieldTable = {
  title: 'EmbeddedPerson',
  fields: [...identity, ['name', text], ['email', text]],
};

export const userFields: FieldTable = {
  title: 'User',
  fields: [
    ...identity,
    ['username', text],
    ['first_name', text],
    ['last_name', text],
    ['email', text],
  ],
};

export const embeddedSeries: FieldTable = {
  title: 'EmbeddedSeries',
  fields: [
    ...identity,
    webUrl,
    ['date', text],
    ['name', textOrNull],
    ['version', integer],
    ['mbox', text],
  ],
};

export const embeddedPatch: FieldTable = {
  title: 'EmbeddedPatch',
  fields: [...identity, webUrl, ...message, ['name', text], ['mbox', text]],
};

export const embeddedCover: FieldTable = {
  title: 'EmbeddedCover',
  fields: [...identity, webUrl, ...message, ['name', text], ['mbox', text, '1.1']],
};

export const projectFields: FieldTable = {
  title: 'Project',
  fields: [
    ...projectNames,
    ['maintainers', { listOf: userFields }],
    ['subject_match', text, '1.1'],
    ...projectLinks,
    ['show_dependencies', truth, '1.4'],
  ],
};

const userSettings: FieldTable = {
  title: 'UserSettings',
  fields: [
    ['send_email', truth],
    ['items_per_page', integer],
    ['show_ids', truth],
  ],
};

/** What users see of themselves. */
export const userDetailFields: FieldTable = {
  title: 'UserDetail',
  fields: [...userFields.fields, ['settings', { object: userSettings }, '1.2']],
};

export const personFields: FieldTable = {
  title: 'Person',
  fields: [...embeddedPerson.fields, ['user', { objectOrNull: userFields }]],
};

export const patchFields: FieldTable = {
  title: 'Patch',
  fields: [
    ...identity,
    webUrl,
    ['project', { object: embeddedProject }],
    ...message,
    ['name', text],
    ['commit_ref', textOrNull],
    ['pull_url', textOrNull],
    ['state', text],
    ['archived', truth],
    ['hash', textOrNull],
    ['submitter', { object: embeddedPerson }],
    ['delegate', { objectOrNull: userFields }],
    ['mbox', text],
    ['series', { listOf: embeddedSeries }],
    ['comments', text, '1.1'],
    ['check', text],
    ['checks', text],
    ['tags', anyObject],
    ['related', { listOf: embeddedPatch }, '1.2'],
  ],
};

export const patchDetailFields: FieldTable = {
  title: 'PatchDetail',
  fields: [
    ...patchFields.fields,
    ['headers', anyObject],
    ['content', textOrNull],
    ['diff', textOrNull],
    ['prefixes', texts],
  ],
};

export const coverFields: FieldTable = {
  title: 'Cover',
  fields: [
    ...identity,
    webUrl,
    ['project', { object: embeddedProject }],
    ...message,
    ['name', text],
    ['submitter', { object: embeddedPerson }],
    ['mbox', text, '1.1'],
    ['series', { listOf: embeddedSeries }],
    ['comments', text, '1.1'],
  ],
};

export const coverDetailFields: FieldTable = {
  title: 'CoverDetail',
  fields: [...coverFields.fields, ['headers', anyObject], ['content', textOrNull]],
};

export const commentFields: FieldTable = {
  title: 'Comment',
  fields: [
    ['id', integer],
    ['url', text, '1.3'],
    webUrl,
    ...message,
    ['subject', text],
    ['submitter', { object: embeddedPerson }],
    ['content', textOrNull],
    ['headers', anyObject],
    ['addressed', truthOrNull, '1.3'],
  ],
};

export const seriesFields: FieldTable = {
  title: 'Series',
  fields: [
    ...identity,
    webUrl,
    ['project', { object: embeddedProject }],
    ['name', textOrNull],
    ['date', text],
    ['submitter', { object: embeddedPerson }],
    ['version', integer],
    ['total', integer],
    ['received_total', integer],
    ['received_all', truth],
    ['mbox', text],
    ['cover_letter', { objectOrNull: embeddedCover }],
    ['patches', { listOf: embeddedPatch }],
    ['dependencies', texts, '1.4'],
    ['dependents', texts, '1.4'],
  ],
};

export const checkFields: FieldTable = {
  title: 'Check',
  fields: [
    ...identity,
    ['user', { object: userFields }],
    ['date', text],
    ['state', text],
    ['target_url', textOrNull],
    ['context', text],
    ['description', textOrNull],
  ],
};

export const bundleFields: FieldTable = {
  title: 'Bundle',
  fields: [
    ...identity,
    webUrl,
    ['project', { object: embeddedProject }],
    ['name', text],
    ['owner', { object: userFields }],
    ['patches', { listOf: embeddedPatch }],
    ['public', truth],
    ['mbox', text],
  ],
};

const embeddedCheck: FieldTable = {
  title: 'EmbeddedCheck',
  fields: [
    ...identity,
    ['date', text],
    ['state', text],
    ['target_url', textOrNull],
    ['context', text],
  ],
};

const embeddedComment: FieldTable = {
  title: 'EmbeddedComment',
  fields: [['id', integer], ['url', text, '1.3'], webUrl, ...message],
};

/** Each category has some of these; what a payload does not name is not sent. */
const eventPayload: FieldTable = {
  title: 'EventPayload',
  fields: [
    ['patch', { objectOrNull: embeddedPatch }],
    ['cover', { objectOrNull: embeddedCover }],
    ['series', { objectOrNull: embeddedSeries }],
    ['previous_state', textOrNull],
    ['current_state', textOrNull],
    ['previous_delegate', { objectOrNull: userFields }],
    ['current_delegate', { objectOrNull: userFields }],
    ['previous_relation', textOrNull],
    ['current_relation', textOrNull],
    ['check', { objectOrNull: embeddedCheck }],
    ['comment', { objectOrNull: embeddedComment }],
  ],
};

export const eventFields: FieldTable = {
  title: 'Event',
  fields: [
    ['id', integer],
    ['category', text],
    ['project', { object: embeddedProject }],
    ['date', text],
    ['actor', { objectOrNull: userFields }],
    ['payload', { object: eventPayload }],
  ],
};

/** The resources that have lists, by name, in the order of the API's index. */
export const listNames = [
  'projects',
  'users',
  'people',
  'patches',
  'covers',
  'series',
  'events',
  'bundles',
] as const;

export const indexFields: FieldTable = {
  title: 'Index',
  fields: listNames.map((name): Field => [name, text]),
};
