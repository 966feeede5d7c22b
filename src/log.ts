import { pino } from 'pino';
import type { Logger } from 'pino';

export type Log = Logger;

/** One JSON object a line on standard error: standard output belongs to results. */
export function openLog(part: string): Log {
  return pino({ name: part, level: 'info' }, pino.destination({ fd: 2, sync: true }));
}
