/** A Patchwork site's data that cannot be read: "people-2.json, line 3: no JSON". */
export class PatchworkSourceError extends Error {
  override readonly name = 'PatchworkSourceError';

  /** `line` counts from 1; null where the trouble is with the file as a whole. */
  constructor(path: string, line: number | null, advice: string, cause?: unknown) {
    super(`${path}${line === null ? '' : `, line ${line}`}: ${advice}`, { cause });
  }
}
