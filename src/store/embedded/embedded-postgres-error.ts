/** What keeps the embedded Postgres from running; each has its own remedy in the message. */
export type EmbeddedPostgresProblem =
  | 'no-package'
  | 'binaries-do-not-run'
  | 'no-user'
  | 'folder-unusable'
  | 'not-owner'
  | 'data-missing'
  | 'other-version'
  | 'initdb-failed'
  | 'start-failed'
  | 'no-answer';

/**
 * The embedded Postgres cannot be had. `message` says what is wrong and what the operator can do:
 * "/srv/patchloom/postgres is of PostgreSQL 17, this build runs 18: …".
 */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
  readonly problem: EmbeddedPostgresProblem;

  constructor(problem: EmbeddedPostgresProblem, message: string, cause?: unknown) {
    super(message, { cause });
    this.problem = problem;
  }
}
