import { createHash } from 'node:crypto';
import { copyFields, copyHead } from '../patchwork/copy-line.ts';
import { columnsRead, DumpReader, missingColumns } from '../patchwork/dump-records.ts';
import type { ReadSite } from '../patchwork/site-record.ts';
import { fileLines } from './file-lines.ts';
import { PatchworkSourceError } from './patchwork-error.ts';

/** A table whose rows are being read. */
interface OpenTable {
  readonly table: string;
  readonly columns: readonly string[];
  readonly places: readonly number[];
}

/** What pg_dump writes when it has come to its end. */
const lastWords = '-- PostgreSQL database dump complete';

/**
 * Reads a plain-text dump of Patchwork's database by pg_dump, with or without its schema. Throws PatchworkSourceError
 * with the line at a dump that was cut off, has none of Patchwork's, or is of a Patchwork before 3.0.
 */
export async function* readPatchworkDump(path: string): AsyncGenerator<ReadSite> {
  const reader = new DumpReader((text) => createHash('sha256').update(text).digest('hex'));
  let open: OpenTable | null = null;
  let tableCount = 0;
  let isComplete = false;
  let line = 0;
  for await (const text of fileLines(path)) {
    line += 1;
    if (open === null) {
      isComplete ||= text === lastWords;
      open = openTable(path, line, text);
      if (open?.table.startsWith('patchwork_') === true) tableCount += 1;
    } else if (text === '\\.') open = null;
    else if (open.places.length > 0) {
      const { columns } = open;
      const values = copyFields(text, open.places);
      const row = new Map(columns.map((column, index) => [column, values[index] ?? null]));
      yield { records: reader.records(open.table, row), problem: null };
    }
  }
  if (tableCount === 0) {
    const advice = "no rows of Patchwork's tables: a dump by pg_dump as plain text is needed";
    throw new PatchworkSourceError(path, line, advice);
  }
  if (!isComplete) {
    throw new PatchworkSourceError(path, line, `it was cut off: "${lastWords}" is missing`);
  }
}

function openTable(path: string, line: number, text: string): OpenTable | null {
  const head = copyHead(text);
  if (head === null) return null;
  const missing = missingColumns(head.table, head.columns);
  if (missing.length > 0) {
    const advice = `${head.table} has no column ${missing.join(', ')}: bring the site to Patchwork 3.0 or later first`;
    throw new PatchworkSourceError(path, line, advice);
  }
  const columns = columnsRead(head.table).filter((column) => head.columns.includes(column));
  const places = columns.map((column) => head.columns.indexOf(column));
  return { table: head.table, columns, places };
}
