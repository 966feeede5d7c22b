import { once } from 'node:events';

/** Writes to standard output, waiting while the reader is slow. */
export async function print(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

export async function printLine(line: string): Promise<void> {
  await print(`${line}\n`);
}

/** Columns as wide as their widest cell, two spaces between: [["LIST", "MESSAGES"], ["ltp", "12"]]. */
export function tableText(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}
