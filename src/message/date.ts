const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun'].concat([
  'jul',
  'aug',
  'sep',
  'oct',
  'nov',
  'dec',
]);
const longMonthNames = ['january', 'february', 'march', 'april', 'may', 'june'].concat([
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]);
const dayNames = new Set(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);

/** Offsets east of UTC in hours of the zones that have names; every other name counts as UTC. Source: RFC 5322 section 4.3. */
const zoneHours: ReadonlyMap<string, number> = new Map([
  ['AST', -4],
  ['ADT', -3],
  ['EST', -5],
  ['EDT', -4],
  ['CST', -6],
  ['CDT', -5],
  ['MST', -7],
  ['MDT', -6],
  ['PST', -8],
  ['PDT', -7],
]);
const maxDateLength = 200;

function monthNumber(word: string): number | null {
  const name = word.toLowerCase();
  const index = Math.max(monthNames.indexOf(name), longMonthNames.indexOf(name));
  return index === -1 ? null : index + 1;
}

function wholeNumber(word: string | undefined): number | null {
  return word !== undefined && /^[0-9]{1,9}$/.test(word) ? Number(word) : null;
}

function withoutComma(word: string): string {
  return word.endsWith(',') ? word.slice(0, -1) : word;
}

/** The words of a date: without its weekday, "30-Aug-2017" and "10:00:00+0200" taken apart. */
function dateWords(text: string): string[] {
  const words = text.split(/[ \t\r\n]+/).filter((word) => word !== '');
  const first = words[0] ?? '';
  if (first.endsWith(',') || dayNames.has(first.toLowerCase())) words.shift();
  else words[0] = first.slice(first.lastIndexOf(',') + 1);
  if (words.length <= 3) words.splice(0, 1, ...(words[0] ?? '').split('-'));
  if (words.length === 4) {
    const clock = words[3] ?? '';
    const sign = Math.max(clock.indexOf('+'), clock.indexOf('-'));
    if (sign > 0) words.splice(3, 1, clock.slice(0, sign), clock.slice(sign));
  }
  return words;
}

/** Hours, minutes, seconds of "16:32:05", "16:32", "16.32.05"; null when they are none. */
function clockNumbers(word: string): readonly [number, number, number] | null {
  const separator = word.includes(':') ? ':' : '.';
  const parts = withoutComma(word).split(separator);
  if (parts.length < 2 || parts.length > 3) return null;
  const hours = wholeNumber(parts[0]);
  const minutes = wholeNumber(parts[1]);
  const seconds = parts[2] === undefined ? 0 : wholeNumber(parts[2].split('.')[0]);
  return hours === null || minutes === null || seconds === null ? null : [hours, minutes, seconds];
}

/** Seconds east of UTC: "+0800" -> 28800, "EST" -> -18000; 0 for an unknown zone or none. */
function zoneSeconds(word: string | undefined): number {
  if (word === undefined) return 0;
  const numeric = /^([+-]?)([0-9]{1,4}):?([0-9]{0,2})$/.exec(word);
  if (numeric === null) return (zoneHours.get(word.toUpperCase()) ?? 0) * 3600;
  const hoursAndMinutes = Number(`${numeric[2]}${numeric[3]}`);
  const seconds = Math.floor(hoursAndMinutes / 100) * 3600 + (hoursAndMinutes % 100) * 60;
  return numeric[1] === '-' ? -seconds : seconds;
}

function fullYear(year: number): number {
  if (year >= 100) return year;
  return year > 68 ? 1900 + year : 2000 + year;
}

interface DateWords {
  readonly day: string;
  readonly month: string;
  readonly year: string;
  readonly clock: string;
  readonly zone: string | undefined;
}

/** Puts words that came in another order in their places: "Aug 30 16:32:05 2017", "30 Aug CEST 16:32:05 2017". */
function orderedWords(words: readonly string[]): DateWords {
  let [day = '', month = '', year = '', clock = '', zone] = words;
  if (monthNumber(month) === null) [day, month] = [month, day];
  if (year.indexOf(':') > 0) [year, clock] = [clock, year];
  if (zone !== undefined && !/^[0-9]/.test(year)) [year, zone] = [zone, year];
  return { day: withoutComma(day), month, year: withoutComma(year), clock, zone };
}

/** "…(comment)…" -> "……"; parentheses do not nest in dates seen in practice. */
function withoutComments(text: string): string {
  return text.includes('(') ? text.replace(/\([^()]*\)/g, ' ') : text;
}

/**
 * The moment that a Date header names, UTC with seconds: "Wed, 30 Aug 2017 16:32:05 +0800" -> "2017-08-30T08:32:05Z".
 * Takes the obsolete forms (two-digit years, named zones, no weekday) and what is seen in practice (month before day, dashes, dots in the time,
 * no zone: UTC). Days and hours beyond their range run over, as in Python. null when it names none or its year is not 1 to 9999. Never throws.
 * Source: RFC 5322 sections 3.3 and 4.3; Patchwork's rule R13, which would take the present time instead of null.
 */
export function utcDate(text: string): string | null {
  const words = orderedWords(dateWords(withoutComments(text.slice(0, maxDateLength))));
  const month = monthNumber(words.month);
  const day = wholeNumber(words.day);
  const year = wholeNumber(words.year);
  const clock = clockNumbers(words.clock);
  if (month === null || day === null || year === null || clock === null) return null;
  const local = Date.UTC(fullYear(year), month - 1, day, ...clock);
  const moment = new Date(local - zoneSeconds(words.zone) * 1000);
  const utcYear = moment.getUTCFullYear();
  if (!(utcYear >= 1 && utcYear <= 9999)) return null;
  return `${moment.toISOString().slice(0, 19)}Z`;
}
