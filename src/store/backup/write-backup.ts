import { inTransaction } from '../database.ts';
import type { Database, Transaction } from '../database.ts';
import { holdSchema, schemaVersion } from '../migrate.ts';
import { BackupError } from './backup-error.ts';
import { backupLineText } from './backup-line.ts';
import { readSequenceNames, readTables } from './read-tables.ts';
import type { BackedUpTable } from './read-tables.ts';

/** Takes text of a backup; resolves when there is room for more. */
export type WriteText = (text: string) => Promise<void>;

/**
 * Writes everything in schema patchloom as of one moment, while others go on reading and writing. Returns how many rows
 * there are. Its memory is bounded by a few of the largest messages. Throws BackupError when there is no schema.
 */
export async function writeBackup(database: Database, write: WriteText): Promise<number> {
  return inTransaction(database, async (transaction) => {
    await transaction.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await holdSchema(transaction);
    const schema = await schemaVersion(transaction);
    if (schema === 0) {
      throw new BackupError('nothing is there to be backed up', { isFileBad: false });
    }
    const { rows } = await transaction.query('SELECT now() AS at');
    await write(backupLineText({ kind: 'head', format: 1, schema, takenAt: rows[0].at }));
    let rowCount = 0;
    for (const table of await readTables(transaction)) {
      rowCount += await writeTable(transaction, table, write);
    }
    await writeSequences(transaction, write);
    await write(backupLineText({ kind: 'end', rowCount }));
    return rowCount;
  });
}

/** These hold whole messages: a few rows may be as large as many of others. */
const wideTables: ReadonlySet<string> = new Set(['raw_message', 'message_text']);
const wideRowsPerFetch = 8;
const rowsPerFetch = 500;

async function writeTable(
  transaction: Transaction,
  { name, columns }: BackedUpTable,
  write: WriteText,
): Promise<number> {
  await write(backupLineText({ kind: 'table', name, columns }));
  await transaction.query(
    `DECLARE backed_up NO SCROLL CURSOR FOR SELECT t::text AS line FROM patchloom.${name} t`,
  );
  const fetch = `FETCH ${wideTables.has(name) ? wideRowsPerFetch : rowsPerFetch} FROM backed_up`;
  for (let rowCount = 0; ;) {
    const { rows } = await transaction.query<{ line: string }>(fetch);
    if (rows.length === 0) {
      await transaction.query('CLOSE backed_up');
      return rowCount;
    }
    rowCount += rows.length;
    await write(rows.map(({ line }) => backupLineText(line)).join(''));
  }
}

/** Sequences know no snapshot: read after it was taken, they are past every id in it. */
async function writeSequences(transaction: Transaction, write: WriteText): Promise<void> {
  for (const name of await readSequenceNames(transaction)) {
    const { rows } = await transaction.query(
      `SELECT last_value AS last, is_called AS "isUsed" FROM patchloom.${name}`,
    );
    await write(backupLineText({ kind: 'sequence', name, ...rows[0] }));
  }
}
