import { siteTableNames, siteTables } from '../../patchwork/site-record.ts';
import type { SiteRecord, SiteTable, SiteValue } from '../../patchwork/site-record.ts';
import type { Transaction } from '../database.ts';

const batchRows = 2_000;

type Row = Readonly<Record<string, SiteValue>>;

/** Makes a temporary table for each of a site's, pg_temp.import_patch and so on, gone with the transaction. */
export async function createStaging(transaction: Transaction): Promise<void> {
  for (const name of siteTableNames) {
    const { key, columns } = siteTables[name];
    const definitions = Object.entries(columns).map(([column, type]) => `${column} ${type}`);
    await transaction.query(
      `CREATE TEMP TABLE import_${name} (${definitions.join(', ')}, PRIMARY KEY (${key.join(', ')})) ON COMMIT DROP`,
    );
  }
}

/** Lets the planner know how large the tables came to be. */
export async function analyzeStaging(transaction: Transaction): Promise<void> {
  for (const name of siteTableNames) await transaction.query(`ANALYZE pg_temp.import_${name}`);
}

/** Writes records into the tables, those of one key as one row: what a later one says counts, null gives way. */
export class Staging {
  readonly #transaction: Transaction;
  readonly #waiting = new Map<SiteTable, Map<string, Row>>();

  constructor(transaction: Transaction) {
    this.#transaction = transaction;
  }

  /** Whether its key is whole; a record without one is passed over. */
  async add({ table, row }: SiteRecord): Promise<boolean> {
    const { key } = siteTables[table];
    const values = key.map((column) => row[column] ?? null);
    if (values.includes(null)) return false;
    const rows = this.#waiting.get(table) ?? new Map<string, Row>();
    this.#waiting.set(table, rows);
    const name = values.join(' ');
    rows.set(name, joined(rows.get(name), row));
    if (rows.size >= batchRows) await this.#write(table, rows);
    return true;
  }

  /** Writes what waits. */
  async end(): Promise<void> {
    for (const [table, rows] of this.#waiting) await this.#write(table, rows);
  }

  async #write(name: SiteTable, rows: Map<string, Row>): Promise<void> {
    const { key, columns } = siteTables[name];
    const others = Object.keys(columns).filter((column) => !key.some((one) => one === column));
    const changes = others.map((column) => `${column} = coalesce(excluded.${column}, t.${column})`);
    const action = changes.length === 0 ? 'NOTHING' : `UPDATE SET ${changes.join(', ')}`;
    await this.#transaction.query(
      `INSERT INTO pg_temp.import_${name} AS t
       SELECT * FROM json_populate_recordset(NULL::pg_temp.import_${name}, $1)
       ON CONFLICT (${key.join(', ')}) DO ${action}`,
      [JSON.stringify([...rows.values()])],
    );
    rows.clear();
  }
}

function joined(before: Row | undefined, row: Row): Row {
  if (before === undefined) return row;
  const said = Object.entries(row).filter(([, value]) => value !== null);
  return { ...before, ...Object.fromEntries(said) };
}
