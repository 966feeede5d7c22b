import { credentialsMissing, notFound } from '../http/api-error.ts';
import type { Caller } from '../http/authenticate.ts';
import { booleanField, integerField, textField } from '../review/field-readers.ts';
import { objectField } from '../review/field-reading.ts';
import { mayEditUser } from '../review/permissions.ts';
import type { Database } from '../store/database.ts';
import { hasUser, updateUser } from '../store/users.ts';
import type { UserChange } from '../store/users.ts';
import { checkBody } from './write-body.ts';
import type { SentBody } from './write-body.ts';
import { inWrite, refusal } from './write-transaction.ts';

/** A change of a user as it was sent. */
export interface UserWrite {
  readonly userId: number;
  readonly caller: Caller | null;
  readonly body: SentBody;
}

const nameField = textField({ maxLength: 150, isBlankAllowed: true });

const maxItemsPerPage = 2_147_483_647;

const fields = {
  first_name: nameField,
  last_name: nameField,
  settings: objectField({
    send_email: booleanField,
    items_per_page: integerField(1, maxItemsPerPage),
    show_ids: booleanField,
  }),
};

/**
 * Changes a user. Throws ApiError: 403 for nobody known, 404 without such a user, 403 for another one, 400 for fields
 * that cannot be.
 */
export async function writeUser(database: Database, write: UserWrite): Promise<void> {
  await inWrite(database, write.caller, async ({ transaction, actor }) => {
    if (actor === null) throw credentialsMissing();
    if (!(await hasUser(transaction, write.userId))) throw notFound();
    if (!mayEditUser(actor, write.userId)) throw refusal(actor);
    await updateUser(transaction, write.userId, changeOf(write.body));
  });
}

function changeOf(sent: SentBody): UserChange {
  const body = checkBody(fields, sent, { settings: '1.2' });
  body.finish();
  const { first_name: firstName, last_name: lastName, settings = {} } = body.values;
  return {
    firstName,
    lastName,
    sendEmail: settings.send_email,
    itemsPerPage: settings.items_per_page,
    showIds: settings.show_ids,
  };
}
