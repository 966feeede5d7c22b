import { utcDate } from '../message/date.ts';
import { messageHeader, wireForm } from '../parsing/decode-message.ts';
import { firstValue, maxHeaderOctets } from '../parsing/header-block.ts';

/** Moments in UTC, "2024-01-01T00:00:00Z"; null: no bound. */
export interface DateWindow {
  /** The first moment inside. */
  readonly since: string | null;
  /** The first moment after it. */
  readonly until: string | null;
}

/** Whether a message's Date lies in the window; true where it has none that can be read. */
export function isInWindow(raw: Buffer, { since, until }: DateWindow): boolean {
  if (since === null && until === null) return true;
  const { fields } = messageHeader(wireForm(raw.subarray(0, 2 * maxHeaderOctets)));
  const value = firstValue(fields, 'date');
  const date = value === null ? null : utcDate(value);
  if (date === null) return true;
  return (since === null || date >= since) && (until === null || date < until);
}
