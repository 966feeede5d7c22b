import { InvalidArgumentError } from 'commander';

const dayMs = 86_400_000;

/** First moment of --since: "2024-01-31" -> "2024-01-31T00:00:00Z", "2024-01-31T12:00:00Z" as it is. */
export function sinceMoment(text: string): string {
  return moment(text, 0);
}

/** First moment after --until; a day counts whole: "2024-01-31" -> "2024-02-01T00:00:00Z". */
export function untilMoment(text: string): string {
  return moment(text, dayMs);
}

function moment(text: string, dayShiftMs: number): string {
  const [, clock] =
    /^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?Z)?$/.exec(text) ?? [];
  const time = Date.parse(text);
  const isDate = /^[0-9]{4}-/.test(text) && !Number.isNaN(time);
  if (!isDate || (clock === undefined && text.length !== 10)) {
    throw new InvalidArgumentError('a day as 2024-01-31, or a time as 2024-01-31T12:00:00Z');
  }
  const shifted = new Date(time + (clock === undefined ? dayShiftMs : 0));
  return `${shifted.toISOString().slice(0, 19)}Z`;
}
