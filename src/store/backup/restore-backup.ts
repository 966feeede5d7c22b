import { inTransaction } from '../database.ts';
import type { Database, Queryable, Transaction } from '../database.ts';
import { createSchema, migrate } from '../migrate.ts';
import { BackupError } from './backup-error.ts';
import type { BackupLine } from './backup-line.ts';
import { parseBackupLine } from './backup-line.ts';
import { readTables } from './read-tables.ts';

/** What was restored. */
export interface RestoredBackup {
  readonly rowCount: number;
  /** ISO 8601. */
  readonly takenAt: string;
  /** Of the build that made the backup; the database is at this build's. */
  readonly schema: number;
}

/**
 * Fills an empty database from the lines of a backup, in one transaction, and brings it to this build's schema.
 * Throws BackupError, and changes nothing, when the database is in use or holds mail, and when the backup is cut off,
 * not one, or of a newer build.
 */
export async function restoreBackup(
  database: Database,
  lines: AsyncIterable<string>,
): Promise<RestoredBackup> {
  const restored = await inTransaction(database, async (transaction) => {
    await requireUnused(transaction);
    await requireEmpty(transaction);
    return new Restoration(transaction).run(lines);
  });
  await migrate(database);
  return restored;
}

async function requireUnused(queryable: Queryable): Promise<void> {
  const { rows } = await queryable.query(
    `SELECT count(*) AS count FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'patchloom%'`,
  );
  if (rows[0].count === 0) return;
  throw new BackupError('Patchloom is running on this database: stop it first', {
    isFileBad: false,
  });
}

/** Tables that have rows as soon as anything was done with a database. */
const firstTables = ['raw_message', 'delivery', 'mailing_list', 'app_user', 'override'];

async function requireEmpty(queryable: Queryable): Promise<void> {
  for (const table of firstTables) {
    const { rows: found } = await queryable.query('SELECT to_regclass($1) AS found', [
      `patchloom.${table}`,
    ]);
    if (found[0].found === null) continue;
    const { rows } = await queryable.query(`SELECT FROM patchloom.${table} LIMIT 1`);
    if (rows.length === 0) continue;
    throw new BackupError(
      `the database is not empty (${table} has rows): restore into a new one, by another PATCHLOOM_DATA or DATABASE_URL`,
      { isFileBad: false },
    );
  }
}

/** Rows are sent to the server by so many, or when their text is so long. */
const rowsPerInsert = 500;
const textPerInsert = 4 * 1024 * 1024;

/** One restore under way. */
class Restoration {
  readonly #transaction: Transaction;
  #head: Extract<BackupLine, { kind: 'head' }> | null = null;
  #tables = new Map<string, readonly string[]>();
  #table: string | null = null;
  #rows: string[] = [];
  #textLength = 0;
  #rowCount = 0;
  #isEnded = false;

  constructor(transaction: Transaction) {
    this.#transaction = transaction;
  }

  async run(lines: AsyncIterable<string>): Promise<RestoredBackup> {
    for await (const text of lines) {
      const line = parseBackupLine(text);
      if (line === null || this.#isEnded) throw badFile('this is no backup, or it was changed');
      await this.#take(line);
    }
    if (this.#head === null || !this.#isEnded) throw badFile('the backup is cut off');
    await this.#finish();
    const { takenAt, schema } = this.#head;
    return { rowCount: this.#rowCount, takenAt, schema };
  }

  async #finish(): Promise<void> {
    await this.#transaction.query('SET CONSTRAINTS ALL IMMEDIATE');
    for (const name of this.#tables.keys()) {
      await this.#transaction.query(`ALTER TABLE patchloom.${name} ENABLE TRIGGER USER`);
    }
    await this.#transaction.query('ANALYZE');
  }

  async #take(line: BackupLine): Promise<void> {
    if (typeof line === 'string') return this.#takeRow(line);
    await this.#insert();
    if (line.kind === 'head') return this.#takeHead(line);
    if (this.#head === null) throw badFile('the backup has no head');
    if (line.kind === 'table') return this.#takeTable(line);
    if (line.kind === 'sequence') {
      const values = [`patchloom.${line.name}`, line.last, line.isUsed];
      await this.#transaction.query('SELECT setval($1::regclass, $2, $3)', values);
      return;
    }
    this.#isEnded = line.rowCount === this.#rowCount;
    if (!this.#isEnded) throw badFile(`${line.rowCount} rows were saved, not ${this.#rowCount}`);
  }

  async #takeHead(head: Extract<BackupLine, { kind: 'head' }>): Promise<void> {
    if (head.format !== 1) throw badFile(`the backup has format ${String(head.format)}, not 1`);
    this.#head = head;
    await createSchema(this.#transaction, head.schema);
    const tables = await readTables(this.#transaction);
    this.#tables = new Map(tables.map(({ name, columns }) => [name, columns]));
    // Migrations fill some of them.
    const names = tables.map(({ name }) => `patchloom.${name}`);
    await this.#transaction.query(`TRUNCATE ${names.join(', ')}`);
    for (const name of names) {
      await this.#transaction.query(`ALTER TABLE ${name} DISABLE TRIGGER USER`);
    }
  }

  #takeTable({ name, columns }: Extract<BackupLine, { kind: 'table' }>): void {
    const known = this.#tables.get(name);
    if (known === undefined || known.join() !== columns.join()) {
      throw badFile(`table ${name} is not as this build made it`);
    }
    this.#table = name;
  }

  async #takeRow(row: string): Promise<void> {
    this.#rows.push(row);
    this.#textLength += row.length;
    if (this.#rows.length >= rowsPerInsert || this.#textLength >= textPerInsert) {
      await this.#insert();
    }
  }

  async #insert(): Promise<void> {
    if (this.#rows.length === 0) return;
    if (this.#table === null) throw badFile('a row stands before its table');
    await this.#transaction.query(
      `INSERT INTO patchloom.${this.#table} OVERRIDING SYSTEM VALUE
       SELECT row.* FROM unnest($1::patchloom.${this.#table}[]) AS row`,
      [this.#rows],
    );
    this.#rowCount += this.#rows.length;
    this.#rows = [];
    this.#textLength = 0;
  }
}

function badFile(message: string): BackupError {
  return new BackupError(message, { isFileBad: true });
}
