/**
 * One line of a backup, in JSON. A backup is a head, then each table with a line a row, so that no row comes before one
 * that it refers to, then the sequences, then the end: a file without its end was cut off.
 */
export type BackupLine =
  | { readonly kind: 'head'; readonly format: 1; readonly schema: number; readonly takenAt: string }
  | { readonly kind: 'table'; readonly name: string; readonly columns: readonly string[] }
  /** A row as Postgres writes a composite value: "(1,brook-devel.lists.example,…)". */
  | string
  | {
      readonly kind: 'sequence';
      readonly name: string;
      readonly last: number;
      readonly isUsed: boolean;
    }
  | { readonly kind: 'end'; readonly rowCount: number };

/** With its line feed. */
export function backupLineText(line: BackupLine): string {
  return `${JSON.stringify(line)}\n`;
}

/** null when `text` is no line of a backup. */
export function parseBackupLine(text: string): BackupLine | null {
  try {
    const value: unknown = JSON.parse(text);
    return isBackupLine(value) ? value : null;
  } catch {
    return null;
  }
}

const kinds: ReadonlySet<unknown> = new Set(['head', 'table', 'sequence', 'end']);

function isBackupLine(value: unknown): value is BackupLine {
  if (typeof value === 'string') return true;
  return typeof value === 'object' && value !== null && 'kind' in value && kinds.has(value.kind);
}
