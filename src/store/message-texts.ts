import { packedParts } from '../message/packed-texts.ts';
import type { StorableFacts } from '../message/storable-facts.ts';
import { binaryArray, typeOids } from './binary-array.ts';
import type { Queryable } from './database.ts';
import type { MessageRowId } from './stored-message.ts';

/** A message in its row, with its texts. */
export interface MessageWithTexts {
  readonly id: MessageRowId;
  readonly facts: Pick<StorableFacts, 'texts'>;
}

/** Columns of message_text in the order in which StorableFacts packs them. */
const columns = [
  ['headers', 'json'],
  ['content', 'text'],
  ['diff', 'text'],
  ['diff_files', 'json'],
  ['trailers', 'json'],
] as const;

const names = columns.map(([name]) => name).join(', ');

const insertStatement = `
  INSERT INTO patchloom.message_text AS t (id, ${names})
  SELECT * FROM unnest($1::bigint[], ${columns.map(([, type], index) => `$${index + 2}::${type}[]`).join(', ')})`;

/** Inserts the texts of new messages. */
export async function insertTexts(
  queryable: Queryable,
  messages: readonly MessageWithTexts[],
): Promise<void> {
  const values = textValues(messages);
  await queryable.query({ name: 'insert-message-texts', text: insertStatement, values });
}

/** Writes texts in the place of others where they differ, or where there are none. */
export async function replaceTexts(
  queryable: Queryable,
  messages: readonly MessageWithTexts[],
): Promise<void> {
  const compared = (row: string): string =>
    columns.map(([name]) => `${row}.${name}::text`).join(', ');
  await queryable.query(
    `${insertStatement}
     ON CONFLICT (id) DO UPDATE SET (${names}) = (${columns.map(([name]) => `excluded.${name}`).join(', ')})
     WHERE (${compared('t')}) IS DISTINCT FROM (${compared('excluded')})`,
    textValues(messages),
  );
}

/** The row numbers, and each column as an array in binary form. */
function textValues(messages: readonly MessageWithTexts[]): (number[] | Buffer)[] {
  const texts = messages.map(({ facts }) => packedParts(facts.texts));
  const arrays = columns.map(([, type], index) =>
    binaryArray(
      typeOids[type],
      texts.map((parts) => parts[index] ?? null),
    ),
  );
  return [messages.map(({ id }) => id), ...arrays];
}
