import { ApiError, credentialsMissing, notFound } from '../http/api-error.ts';
import type { Caller } from '../http/authenticate.ts';
import { booleanField, idListField, missingId, textField } from '../review/field-readers.ts';
import { mayEditBundle, maySeeBundle } from '../review/permissions.ts';
import {
  addBundle,
  hasBundleNamed,
  loadPatchLists,
  lockBundle,
  removeBundle,
  replaceBundlePatches,
  updateBundle,
} from '../store/bundle-writes.ts';
import type { OwnedBundle } from '../store/bundle-writes.ts';
import type { Database } from '../store/database.ts';
import { checkBody } from './write-body.ts';
import type { CheckedBody, SentBody } from './write-body.ts';
import { inWrite, refusal } from './write-transaction.ts';
import type { Write } from './write-transaction.ts';

const fields = {
  name: { ...textField({ maxLength: 50, isBlankAllowed: false }), isRequired: true },
  patches: { ...idListField, isRequired: true },
  public: booleanField,
};

type BundleBody = CheckedBody<typeof fields>;

const nameTaken = ['Bundle with this name already exists.'];

/** Makes a bundle of the caller's; resolves to its id. Throws ApiError 403 for nobody known, 400 for fields that cannot be. */
export async function createBundle(
  database: Database,
  caller: Caller | null,
  sent: SentBody,
): Promise<number> {
  return inWrite(database, caller, async ({ transaction, actor }) => {
    if (actor === null) throw credentialsMissing();
    const body = checkBody(fields, sent);
    const listId = await listOfPatches(transaction, body);
    body.finish();
    const { name = '', patches = [], public: isPublic = false } = body.values;
    const bundle = { ownerId: actor.id, listId: listId!, name, isPublic };
    const id = await addBundle(transaction, bundle);
    if (id === null) throw new ApiError(400, { name: nameTaken });
    await replaceBundlePatches(transaction, id, patches);
    return id;
  });
}

/** Changes a bundle; resolves to it as it was before. Throws ApiError: 404 without one that the caller sees, 403 for another's, 400 for fields that cannot be. */
export async function writeBundle(
  database: Database,
  caller: Caller | null,
  bundleId: number,
  sent: SentBody,
): Promise<OwnedBundle> {
  return inWrite(database, caller, async (write) => {
    const { transaction } = write;
    const bundle = await lockOwnBundle(write, bundleId);
    const body = checkBody(fields, sent);
    const listId = await listOfPatches(transaction, body);
    const { name, patches, public: isPublic } = body.values;
    if (name !== undefined && (await hasBundleNamed(transaction, bundle, name))) {
      body.errors.set('name', nameTaken);
    }
    body.finish();
    await updateBundle(transaction, bundle.id, { name, isPublic, listId: listId ?? undefined });
    if (patches !== undefined) await replaceBundlePatches(transaction, bundle.id, patches);
    return bundle;
  });
}

/** Removes a bundle. Throws ApiError as `writeBundle`. */
export async function deleteBundle(
  database: Database,
  caller: Caller | null,
  bundleId: number,
): Promise<void> {
  await inWrite(database, caller, async (write) => {
    const bundle = await lockOwnBundle(write, bundleId);
    await removeBundle(write.transaction, bundle.id);
  });
}

async function lockOwnBundle(
  { transaction, actor }: Write,
  bundleId: number,
): Promise<OwnedBundle> {
  if (actor === null) throw credentialsMissing();
  const bundle = await lockBundle(transaction, bundleId);
  if (bundle === null || !maySeeBundle(actor, bundle)) throw notFound();
  if (!mayEditBundle(actor, bundle.ownerId)) throw refusal(actor);
  return bundle;
}

/** The one list that the patches sent are of; null when there are none or something is wrong with them. */
async function listOfPatches(
  transaction: Write['transaction'],
  { values: { patches }, errors }: BundleBody,
): Promise<number | null> {
  if (patches === undefined) return null;
  const lists = await loadPatchLists(transaction, patches);
  const missing = patches.find((id) => !lists.has(id));
  const [listId = null, ...others] = new Set(lists.values());
  if (missing !== undefined) errors.set('patches', missingId(missing).errors);
  else if (listId === null) errors.set('patches', ['Bundles cannot be empty']);
  else if (others.length > 0) {
    errors.set('patches', ['Bundle patches must belong to the same project']);
  }
  return listId;
}
