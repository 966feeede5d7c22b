import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeTestFolder } from './test-folder.ts';
import { messageIdOf, patchText, sampleMail } from './sample-mail.ts';

const brook = { listId: 'brook-devel.lists.example' };
const lake = { listId: 'lake.lists.example' };
const bo = { from: 'Bo Lake <bo@lake.example>' };

/**
 * The mail of a site with two lists.
 *   [PATCH 0/2] gauge
 *     [PATCH 1/2] gauge: float
 *       Re: by Bo
 *     [PATCH 2/2] gauge: tide
 *     Re: of the cover, by Bo
 *   [PATCH] gauge: alone, by Bo
 *   [PATCH] lake: other (lake)
 */
export const siteMail: readonly Buffer[] = [
  sampleMail({ id: 'c', subject: '[PATCH 0/2] gauge', minute: 1, ...brook }),
  sampleMail({
    id: 'p1',
    subject: '[PATCH 1/2] gauge: float',
    minute: 2,
    references: ['c'],
    body: patchText('float'),
    ...brook,
  }),
  sampleMail({
    id: 'p2',
    subject: '[PATCH 2/2] gauge: tide',
    minute: 3,
    references: ['c'],
    body: patchText('tide'),
    ...brook,
  }),
  sampleMail({
    id: 'r1',
    subject: 'Re: [PATCH 1/2] gauge: float',
    minute: 4,
    references: ['c', 'p1'],
    ...bo,
    ...brook,
  }),
  sampleMail({
    id: 'r2',
    subject: 'Re: [PATCH 0/2] gauge',
    minute: 5,
    references: ['c'],
    ...bo,
    ...brook,
  }),
  sampleMail({
    id: 'b',
    subject: '[PATCH] gauge: alone',
    minute: 6,
    body: patchText('alone'),
    ...bo,
    ...brook,
  }),
  sampleMail({
    id: 'x',
    subject: '[PATCH] lake: other',
    minute: 7,
    body: patchText('lake'),
    ...lake,
  }),
];

const api = 'https://patchwork.example/api/1.3';

const users = [
  {
    id: 7,
    url: `${api}/users/7/`,
    username: 'maint',
    first_name: 'Main',
    last_name: 'Tainer',
    email: 'maint@brook.example',
  },
  {
    id: 8,
    url: `${api}/users/8/`,
    username: 'bo',
    first_name: 'Bo',
    last_name: 'Lake',
    email: 'bo@lake.example',
  },
] as const;
const [maint, boUser] = users;

const ada = { id: 40, name: 'Ada Brook', email: 'ada@brook.example' };
const boPerson = { id: 1, name: 'Bo Lake', email: 'bo@lake.example' };

function project(id: number, linkName: string, listId: string): object {
  return {
    id,
    name: `${linkName} development`,
    link_name: linkName,
    list_id: listId,
    list_email: `${linkName}@lists.example`,
    web_url: `https://${linkName}.example/`,
    scm_url: '',
    webscm_url: '',
    list_archive_url: '',
    list_archive_url_format: `https://lore.example/${linkName}/{}`,
    commit_url_format: '',
  };
}

// The numbers that a fresh database gives to lists, the other way round.
const brookProject = project(2, 'brook', brook.listId);
const lakeProject = project(1, 'lake', lake.listId);

function patch(id: number, mailId: string, fields: Readonly<Record<string, unknown>>): object {
  return {
    id,
    url: `${api}/patches/${id}/`,
    project: brookProject,
    msgid: messageIdOf(mailId),
    commit_ref: null,
    pull_url: null,
    state: 'new',
    archived: false,
    submitter: ada,
    delegate: null,
    ...fields,
  };
}

const first = patch(807493, 'p1', {
  name: '[1/2] gauge: float',
  state: 'accepted',
  commit_ref: 'abc123',
  delegate: maint,
  series: [{ id: 501 }],
});
const second = patch(807494, 'p2', {
  name: '[2/2] gauge: tide',
  archived: true,
  series: [{ id: 501 }],
});
const alone = patch(3, 'b', {
  name: 'gauge: alone',
  state: 'mainlined',
  submitter: boPerson,
  series: [{ id: 2 }],
});
const other = patch(2, 'x', {
  name: 'lake: other',
  state: 'in-next',
  project: lakeProject,
  series: [{ id: 77 }],
});
const cover = {
  id: 2,
  project: brookProject,
  msgid: messageIdOf('c'),
  name: '[0/2] gauge',
  submitter: ada,
  series: [{ id: 501 }],
};

function comment(target: string, id: number, mailId: string, addressed: boolean | null): object {
  const url = `${api}/${target}/comments/${id}/`;
  return { id, url, msgid: messageIdOf(mailId), submitter: boPerson, addressed };
}

function check(id: number, state: string, context: string): object {
  const date = '2026-03-02T10:00:00.123456';
  const url = `${api}/patches/807493/checks/${id}/`;
  const texts = { target_url: 'https://ci.example/1', context, description: null };
  return { id, url, user: boUser, date, state, ...texts };
}

/** The files that curl writes from such a site, by name. */
export const siteFiles: Readonly<Record<string, readonly object[]>> = {
  'projects-1.json': [
    { ...brookProject, maintainers: [maint], subject_match: '' },
    { ...lakeProject, maintainers: [], subject_match: '' },
  ],
  'users-1.json': users,
  'people-1.json': [
    { ...ada, user: null },
    { ...boPerson, user: boUser },
    { id: 41, name: 'Never Wrote', email: 'never@lake.example', user: null },
  ],
  'states.json': [
    { id: 13, name: 'Mainlined', ordering: 20, action_required: false },
    { id: 15, name: 'In Next', ordering: 21, action_required: true },
  ],
  'patches-1.json': [first, second],
  'patches-2.json': [alone, other],
  'covers-1.json': [cover],
  'series-1.json': [
    {
      id: 501,
      project: brookProject,
      cover_letter: cover,
      patches: [first, second],
      submitter: ada,
    },
    { id: 2, project: brookProject, cover_letter: null, patches: [alone], submitter: boPerson },
  ],
  'comments/patch-807493.json': [comment('patches/807493', 12, 'r1', true)],
  'comments/cover-2.json': [comment('covers/2', 12, 'r2', null)],
  'checks-807493.json': [check(33, 'fail', 'build'), check(34, 'success', 'build')],
  'bundles-1.json': [
    {
      id: 5,
      project: brookProject,
      name: 'for next',
      owner: maint,
      patches: [second, first],
      public: true,
    },
  ],
};

/** Writes the files into a folder of its own; resolves to its path. */
export async function writtenSite(
  files: Readonly<Record<string, readonly object[]>>,
): Promise<string> {
  const folder = await makeTestFolder();
  await mkdir(join(folder, 'comments'));
  for (const [name, page] of Object.entries(files)) {
    await writeFile(join(folder, name), JSON.stringify(page, null, 1));
  }
  return folder;
}
