/** Whoever read our standard output has gone, as `head` does: there is nobody to write for, and nothing is wrong. */
export class OutputClosedError extends Error {
  override readonly name = 'OutputClosedError';
}

/** Writes to standard output, waiting while the reader is slow. Rejects with OutputClosedError when it has gone. */
export async function print(text: string): Promise<void> {
  await printBytes(Buffer.from(text));
}

/** As `print`, for what is no text. */
export async function printBytes(bytes: Buffer): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(bytes, (error) => {
      if (error === null || error === undefined) resolve();
      else reject(new OutputClosedError('standard output is closed', { cause: error }));
    });
  });
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
