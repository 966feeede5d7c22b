import { ApiError } from '../http/api-error.ts';
import type { Caller } from '../http/authenticate.ts';
import type { XmlRpcValue } from '../http/xml-rpc-value.ts';
import { fileName } from '../review/file-name.ts';
import { mboxMessage } from '../review/mbox-message.ts';
import { loadNumberedPatch } from '../store/api/submissions.ts';
import type { Database } from '../store/database.ts';
import { loadPatchStates } from '../store/patch-review.ts';
import {
  findPatchByHash,
  listChecks,
  listNamed,
  listPatches,
  loadCheckState,
  loadNamed,
} from '../store/xml-rpc.ts';
import type { ListedRow, NamedResource } from '../store/xml-rpc.ts';
import { writeCheck } from './write-check.ts';
import { writePatch } from './write-patch.ts';
import type { SentBody } from './write-body.ts';
import { callFault, filterOf, numberAt, structAt, textAt } from './xml-rpc-parameters.ts';

/** What the methods work on. */
export interface XmlRpcContext {
  readonly database: Database;
}

type Parameters = readonly XmlRpcValue[];

/** A method of XML-RPC; `caller` null: nobody said who it is. Throws XmlRpcFault. */
export type XmlRpcMethod = (
  context: XmlRpcContext,
  parameters: Parameters,
  caller: Caller | null,
) => Promise<XmlRpcValue>;

const version = [1, 3, 0];

/** All methods of Patchwork's XML-RPC 1.3.0, by name. What is not there is {} or "". */
export const xmlRpcMethods: ReadonlyMap<string, XmlRpcMethod> = new Map<string, XmlRpcMethod>([
  ['pw_rpc_version', async () => version],
  ['project_list', namedList('project')],
  ['project_get', named('project')],
  ['person_list', namedList('person')],
  ['person_get', named('person')],
  ['state_list', namedList('state')],
  ['state_get', named('state')],
  ['patch_list', patchList],
  ['patch_get', async (context, parameters) => patchOf(context, numberAt(parameters, 0))],
  [
    'patch_get_by_hash',
    async (context, parameters) => patchByHash(context, null, textAt(parameters, 0)),
  ],
  [
    'patch_get_by_project_hash',
    async (context, parameters) =>
      patchByHash(context, textAt(parameters, 0), textAt(parameters, 1)),
  ],
  ['patch_get_mbox', patchMbox],
  ['patch_get_diff', patchDiff],
  ['patch_set', patchSet],
  ['check_list', checkList],
  ['check_get', checkGet],
  ['check_create', checkCreate],
  ['patch_check_get', patchCheckGet],
]);

function namedList(resource: NamedResource): XmlRpcMethod {
  return async ({ database }, parameters) =>
    listNamed(database, resource, textAt(parameters, 0, ''), numberAt(parameters, 1, 0));
}

function named(resource: NamedResource): XmlRpcMethod {
  return async ({ database }, parameters) =>
    (await loadNamed(database, resource, numberAt(parameters, 0))) ?? {};
}

async function patchList(
  { database }: XmlRpcContext,
  parameters: Parameters,
): Promise<XmlRpcValue> {
  const filter = filterOf(structAt(parameters, 0));
  if (filter === null) return [];
  return (await listPatches(database, filter.filters, filter.maxCount)).map(withFileName);
}

function withFileName(row: ListedRow): ListedRow {
  return { ...row, filename: `${fileName(String(row['name']))}.patch` };
}

async function patchOf({ database }: XmlRpcContext, id: number): Promise<XmlRpcValue> {
  const [row] = await listPatches(database, new Map([['id', String(id)]]), 1);
  return row === undefined ? {} : withFileName(row);
}

async function patchByHash(
  context: XmlRpcContext,
  linkName: string | null,
  hash: string,
): Promise<XmlRpcValue> {
  if (!/^[0-9a-fA-F]{40}$/.test(hash)) return {};
  const id = await findPatchByHash(context.database, hash, linkName);
  return id === null ? {} : patchOf(context, id);
}

async function patchMbox(
  { database }: XmlRpcContext,
  parameters: Parameters,
): Promise<XmlRpcValue> {
  const patch = await loadNumberedPatch(database, numberAt(parameters, 0));
  return patch === null ? '' : mboxMessage(patch);
}

async function patchDiff(
  { database }: XmlRpcContext,
  parameters: Parameters,
): Promise<XmlRpcValue> {
  const patch = await loadNumberedPatch(database, numberAt(parameters, 0));
  return patch?.diff ?? '';
}

async function checkList(
  { database }: XmlRpcContext,
  parameters: Parameters,
): Promise<XmlRpcValue> {
  const filter = filterOf(structAt(parameters, 0));
  return filter === null ? [] : listChecks(database, filter.filters, filter.maxCount);
}

async function checkGet({ database }: XmlRpcContext, parameters: Parameters): Promise<XmlRpcValue> {
  const filters = new Map([['id', String(numberAt(parameters, 0))]]);
  const [row] = await listChecks(database, filters, 1);
  return row ?? {};
}

async function patchCheckGet(
  { database }: XmlRpcContext,
  parameters: Parameters,
): Promise<XmlRpcValue> {
  const id = numberAt(parameters, 0);
  const state = await loadCheckState(database, id);
  if (state === null) return {};
  const checks = await listChecks(database, new Map([['patch_id', String(id)]]), 0);
  return { state, total: checks.length, checks };
}

async function patchSet(
  { database }: XmlRpcContext,
  parameters: Parameters,
  caller: Caller | null,
): Promise<XmlRpcValue> {
  const patchId = numberAt(parameters, 0);
  const { state, commit_ref: commitRef, archived } = structAt(parameters, 1);
  const value = {
    ...(state === undefined ? {} : { state: await slugOf(database, numberAt([state], 0)) }),
    ...(commitRef === undefined ? {} : { commit_ref: textAt([commitRef], 0) }),
    ...(archived === undefined ? {} : { archived }),
  };
  await orFault(writePatch(database, { patchId, caller, body: bodyOf(value) }));
  return true;
}

async function slugOf(database: Database, stateId: number): Promise<string> {
  const states = await loadPatchStates(database);
  const state = states.find(({ id }) => id === stateId);
  if (state === undefined) throw callFault(`no state ${stateId}`);
  return state.slug;
}

async function checkCreate(
  { database }: XmlRpcContext,
  parameters: Parameters,
  caller: Caller | null,
): Promise<XmlRpcValue> {
  const patchId = numberAt(parameters, 0);
  const value = {
    context: textAt(parameters, 1),
    state: textAt(parameters, 2),
    target_url: textAt(parameters, 3, ''),
    description: textAt(parameters, 4, ''),
  };
  await orFault(writeCheck(database, { patchId, caller, body: bodyOf(value) }));
  return true;
}

function bodyOf(value: object): SentBody {
  return { value, isForm: false, isPartial: true, version: '1.4' };
}

/** What REST refuses is a fault here, in the same words. */
async function orFault(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (error instanceof ApiError) throw callFault(JSON.stringify(error.body));
    throw error;
  }
}
