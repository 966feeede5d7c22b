import { pino } from 'pino';
import type { Logger } from 'pino';
import type { LogLevel } from './log-level.ts';

export type Log = Logger;

/** One JSON object a line on standard error: standard output belongs to results. */
export function openLog(part: string, level: LogLevel = 'info'): Log {
  return pino(
    { name: part, level, serializers: { err: errorFields } },
    pino.destination({ fd: 2, sync: true }),
  );
}

/** What an operator needs of an error. Database errors also hold their connection, with all that it knows. */
function errorFields(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = 'code' in error ? { code: error.code } : {};
  const cause = error.cause === undefined ? {} : { cause: errorFields(error.cause) };
  return { type: error.name, message: error.message, ...code, ...cause, stack: error.stack };
}
