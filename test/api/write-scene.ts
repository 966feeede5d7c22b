import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { newToken, tokenSha256 } from '../../src/api/token.ts';
import { addMaintainer } from '../../src/store/maintainers.ts';
import { findMailingList } from '../../src/store/projects.ts';
import { addToken, addUser } from '../../src/store/users.ts';
import { openApi } from '../support/api-scene.ts';
import type { AnyAnswer, ApiScene } from '../support/api-scene.ts';
import { storeAll } from '../support/index-mail.ts';
import { messageIdOf, patchText, sampleMail } from '../support/sample-mail.ts';

/** Users of a scene: what each of them is to brook-devel and its patch p1. */
export const usernames = [
  'plain',
  'submitter',
  'delegate',
  'commenter',
  'maintainer',
  'elsewhere',
  'superuser',
] as const;

export type Username = (typeof usernames)[number];

/** What was answered. */
export interface Answered {
  readonly status: number;
  readonly body: AnyAnswer;
  readonly headers: Headers;
}

/** How something is sent: JSON, a form, or text of any type. */
export interface Sent {
  readonly json?: unknown;
  readonly form?: readonly (readonly [string, string])[];
  readonly text?: string;
  readonly type?: string;
}

/** Two lists with mail, users, and the API over them. */
export interface WriteScene extends ApiScene {
  readonly userIds: ReadonlyMap<Username, number>;
  readonly tokens: ReadonlyMap<Username, string>;
  /** Public id of a message by its local part: "p1". */
  id(localPart: string): number;
  /** Sends a request as somebody; null: as nobody known. */
  send(who: Username | null, method: string, path: string, sent?: Sent): Promise<Answered>;
}

const mails = [
  sampleMail({ id: 'c0', subject: '[PATCH 0/2] gauge: depth' }),
  sampleMail({
    id: 'p1',
    subject: '[PATCH 1/2] gauge: one',
    references: ['c0'],
    body: patchText('a'),
  }),
  sampleMail({
    id: 'p2',
    subject: '[PATCH 2/2] gauge: two',
    references: ['c0'],
    body: patchText('b'),
  }),
  sampleMail({ id: 'p3', subject: '[PATCH] gauge: three', body: patchText('c'), minute: 500 }),
  sampleMail({ id: 'p4', subject: '[PATCH] gauge: four', body: patchText('d'), minute: 900 }),
  sampleMail({
    id: 'k1',
    subject: 'Re: [PATCH 1/2] gauge: one',
    references: ['c0', 'p1'],
    from: 'Cy <commenter@brook.example>',
  }),
  sampleMail({
    id: 'k0',
    subject: 'Re: [PATCH 0/2] gauge: depth',
    references: ['c0'],
    from: 'Cy <commenter@brook.example>',
  }),
  sampleMail({
    id: 'o1',
    subject: '[PATCH] mill: wheel',
    body: patchText('e'),
    listId: 'mill.lists.example',
  }),
];

/** Opens a scene: p1 of brook-devel has a submitter, a delegate and a commenter who are users. */
export async function openWriteScene(context: TestContext): Promise<WriteScene> {
  const api = await openApi(context);
  const { database } = api;
  await storeAll(database, mails);
  const userIds = new Map<Username, number>();
  const tokens = new Map<Username, string>();
  for (const username of usernames) {
    const id = await addUserOf(api, username);
    const token = newToken();
    await addToken(database, id, tokenSha256(token));
    userIds.set(username, id);
    tokens.set(username, token);
  }
  const brook = await findMailingList(database, 'brook-devel');
  const mill = await findMailingList(database, 'mill');
  await addMaintainer(database, userIds.get('maintainer')!, brook!.id);
  await addMaintainer(database, userIds.get('elsewhere')!, mill!.id);
  const { rows } = await database.query<{ message_id: string; public_id: number }>(
    'SELECT message_id, public_id FROM patchloom.message',
  );
  const ids = new Map(rows.map((row) => [row.message_id, row.public_id]));
  await database.query('UPDATE patchloom.patch SET delegate_id = $1 WHERE id = $2', [
    userIds.get('delegate'),
    ids.get(messageIdOf('p1')),
  ]);
  return {
    ...api,
    userIds,
    tokens,
    id: (localPart) => ids.get(messageIdOf(localPart)) ?? assert.fail(localPart),
    send: async (who, method, path, sent) =>
      send(api, who === null ? null : `Token ${tokens.get(who)}`, method, path, sent),
  };
}

async function addUserOf({ database }: ApiScene, username: Username): Promise<number> {
  const email = username === 'submitter' ? 'ada@brook.example' : `${username}@brook.example`;
  const names = { firstName: '', lastName: '' };
  const isSuperuser = username === 'superuser';
  const user = await addUser(database, { username, email, isSuperuser, ...names });
  return user!.id;
}

/** Sends a request with an Authorization header, or without. */
export async function send(
  api: ApiScene,
  authorization: string | null,
  method: string,
  path: string,
  sent: Sent = {},
): Promise<Answered> {
  const response = await api.fetch(path, {
    method,
    headers: {
      ...(authorization === null ? {} : { Authorization: authorization }),
      ...typeOf(sent),
    },
    ...bodyOf(sent),
  });
  const text = await response.text();
  const { status, headers } = response;
  return { status, headers, body: isJson(headers) ? JSON.parse(text) : text };
}

function isJson(headers: Headers): boolean {
  return headers.get('content-type')?.startsWith('application/json') === true;
}

function typeOf({ json, form, type }: Sent): Record<string, string> {
  if (type !== undefined) return { 'Content-Type': type };
  if (json !== undefined) return { 'Content-Type': 'application/json' };
  return form === undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' };
}

function bodyOf({ json, form, text }: Sent): { body?: string } {
  if (text !== undefined) return { body: text };
  if (json !== undefined) return { body: JSON.stringify(json) };
  return form === undefined
    ? {}
    : { body: form.map((pair) => pair.map(encodeURIComponent).join('=')).join('&') };
}

/** What the feed tells, the oldest first: category, user, and what else is said. */
export async function toldEvents({ database }: ApiScene): Promise<unknown[]> {
  const { rows } = await database.query(
    `SELECT e.category, u.username AS actor, e.details FROM patchloom.event e
     JOIN patchloom.app_user u ON u.id = e.actor_id ORDER BY e.seq`,
  );
  return rows;
}
