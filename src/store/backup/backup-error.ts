/** A backup cannot be read or restored; `message` says what to do. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
  /** Whether the file is at fault, and not the database that it was to go to. */
  readonly isFileBad: boolean;

  constructor(message: string, options: { readonly isFileBad: boolean; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.isFileBad = options.isFileBad;
  }
}
