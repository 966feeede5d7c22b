/** One file of a diff; paths without a/ and b/. */
export interface DiffFile {
  /** null for a new file. */
  readonly oldPath: string | null;
  /** null for a deleted file. */
  readonly newPath: string | null;
  readonly change: 'modified' | 'added' | 'deleted' | 'renamed' | 'copied' | 'mode';
  readonly isBinary: boolean;
  readonly addedLineCount: number;
  readonly deletedLineCount: number;
}
