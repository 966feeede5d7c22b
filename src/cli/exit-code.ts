/** Exit codes of all commands, as in BSD's sysexits.h: MTAs know them. */
export const exitCode = {
  ok: 0,
  usage: 64,
  dataError: 65,
  noUser: 67,
  software: 70,
  ioError: 74,
  /** Try again later: an MTA keeps the message. */
  temporaryFailure: 75,
  configuration: 78,
} as const;

/** Ends a command with a code and one line for the operator. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: number;

  constructor(code: number, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
