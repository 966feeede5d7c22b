/** Numbers of patches in a series, both ends included: { from: 1, to: 3 }. */
export interface NumberRange {
  readonly from: number;
  readonly to: number;
}

/** Patches that a text names: the whole series, or some of its numbers. */
export type NamedPatches = 'series' | readonly NumberRange[];

/** A longer line says more than which patches are meant. */
const maxLineLength = 200;

const maxNumberDigits = 4;

const prepositions: ReadonlySet<string> = new Set(['for', 'on', 'to']);
const determiners: ReadonlySet<string> = new Set([
  'all',
  'complete',
  'entire',
  'full',
  'of',
  'the',
  'this',
  'whole',
  'your',
]);
const seriesNouns: ReadonlySet<string> = new Set(['patchseries', 'patchset', 'series']);
const patchNouns: ReadonlySet<string> = new Set(['patch', 'patches']);
const clauseStops: ReadonlySet<string> = new Set(['.', '!', '?', ',', ';', ':']);
const statementStops: ReadonlySet<string> = new Set([...clauseStops, '-', '–', '—', '(', ')', ']']);
const rangeSigns: ReadonlySet<string> = new Set(['-', '–', '—', '~', 'to', 'through', 'thru']);
const listSigns: ReadonlySet<string> = new Set([',', '&', '+', 'and']);
const remarkOpeners: ReadonlySet<string> = new Set(['#', '(', '[', ',', '-']);

/** Words, numbers and single other characters of a line, in lower case: "For 1-3:" -> ["for", "1", "-", "3", ":"]. */
type Tokens = readonly string[];

function tokensOf(line: string): Tokens {
  if (line.length > maxLineLength) return [];
  return line.toLowerCase().match(/[0-9]+|[a-z]+|[^\s0-9a-z]/g) ?? [];
}

/** What was read, and the place of the token behind it. */
interface Read<T> {
  readonly value: T;
  readonly next: number;
}

function isWord(words: ReadonlySet<string>, token: string | undefined): boolean {
  return token !== undefined && words.has(token);
}

/** The whole number at a place, "#" in front of it passed over; null when there is none. */
function readNumber(tokens: Tokens, at: number): Read<number> | null {
  const place = tokens[at] === '#' ? at + 1 : at;
  const token = tokens[place] ?? '';
  const isNumber = /^[0-9]+$/.test(token) && token.length <= maxNumberDigits;
  return isNumber ? { value: Number(token), next: place + 1 } : null;
}

/** Numbers between slashes: "3" -> [3], "3/8" (3 of 8) -> [3], "2/4/5" -> [2, 4, 5]. */
function readSlashed(tokens: Tokens, at: number): Read<number[]> | null {
  const first = readNumber(tokens, at);
  if (first === null) return null;
  const numbers = [first.value];
  let { next } = first;
  while (tokens[next] === '/') {
    const more = readNumber(tokens, next + 1);
    if (more === null) return null;
    numbers.push(more.value);
    next = more.next;
  }
  return { value: numbers.length === 2 ? [first.value] : numbers, next };
}

/** Where the number behind a range sign stands: "-3", "to 3", "..3"; null without a sign. */
function afterRangeSign(tokens: Tokens, at: number): number | null {
  if (tokens[at] === '.' && tokens[at + 1] === '.') return at + 2;
  return isWord(rangeSigns, tokens[at]) ? at + 1 : null;
}

function single(number: number): NumberRange {
  return { from: number, to: number };
}

/** "3", "3/8", "1-3", "1/8 ~ 3/8", "2/4/5"; null also for a range that runs backwards. */
function readRange(tokens: Tokens, at: number): Read<NumberRange[]> | null {
  const low = readSlashed(tokens, at);
  if (low === null) return null;
  const highAt = afterRangeSign(tokens, low.next);
  const high = highAt === null ? null : readSlashed(tokens, highAt);
  if (high === null) return { value: low.value.map(single), next: low.next };
  const [from = 0, ...others] = low.value;
  const [to = 0] = high.value;
  return others.length > 0 || to < from ? null : { value: [{ from, to }], next: high.next };
}

/** "1-3, 5 and 7", with or without "patch" before the later ones. */
function readRanges(tokens: Tokens, at: number): Read<NumberRange[]> | null {
  const ranges: NumberRange[] = [];
  let read = readRange(tokens, at);
  let next = at;
  while (read !== null) {
    ranges.push(...read.value);
    ({ next } = read);
    let place = next;
    while (isWord(listSigns, tokens[place])) place += 1;
    if (place > next && isWord(patchNouns, tokens[place])) place += 1;
    read = place > next ? readRange(tokens, place) : null;
  }
  return ranges.length === 0 ? null : { value: ranges, next };
}

/** "the whole series", "all patches", "patch set", "patches 1-3". */
function readPatches(tokens: Tokens, at: number): Read<NamedPatches> | null {
  let place = at;
  let isAll = false;
  while (isWord(determiners, tokens[place])) {
    isAll ||= tokens[place] === 'all';
    place += 1;
  }
  if (isWord(seriesNouns, tokens[place])) return { value: 'series', next: place + 1 };
  if (!isWord(patchNouns, tokens[place])) return null;
  if (tokens[place + 1] === 'set' || tokens[place + 1] === 'series') {
    return { value: 'series', next: place + 2 };
  }
  const ranges = readRanges(tokens, place + 1);
  if (ranges !== null) return ranges;
  return isAll && tokens[place] === 'patches' ? { value: 'series', next: place + 1 } : null;
}

/** "for the series" and the like at a place, if a stop or the end of the line follows. */
function statementAt(tokens: Tokens, at: number): NamedPatches | null {
  if (!isWord(prepositions, tokens[at])) return null;
  const read = readPatches(tokens, at + 1);
  if (read === null) return null;
  const isWhole = read.next === tokens.length || isWord(statementStops, tokens[read.next]);
  return isWhole ? read.value : null;
}

/** A line that is nothing but a heading: "Series:", "Patches 1-3:". */
function headingOf(tokens: Tokens): NamedPatches | null {
  const read = readPatches(tokens, 0);
  const isHeading = read !== null && tokens[read.next] === ':' && read.next === tokens.length - 1;
  return isHeading ? read.value : null;
}

/**
 * The patches for which, by a line of a reply, the trailers below it count: "Thanks! For the series:" -> "series";
 * "Patches 1-3, 5:" -> [{ from: 1, to: 3 }, { from: 5, to: 5 }]; null when it names none.
 * The line must be a heading ("Series:", "Whole patchset:", "Patch 2/8:"), or have a clause that begins with "for", "on" or
 * "to" and the patches, with a stop or the line's end behind them ("For patches 1/4 ~ 3/4, looks good"). Patches are: the (whole, entire, full,
 * complete) series, patchset, patch set, patch series; all patches; patch or patches with numbers, where 3/8 is number 3 of 8.
 * Thus "Thanks for the series." and "The series looks good" name none. Lines over 200 characters are not read.
 * Source: headings and clauses seen in practice.
 */
export function namedPatches(line: string): NamedPatches | null {
  const tokens = tokensOf(line);
  const heading = headingOf(tokens);
  if (heading !== null) return heading;
  for (let at = 0; at < tokens.length; at += 1) {
    if (at > 0 && !isWord(clauseStops, tokens[at - 1])) continue;
    const named = statementAt(tokens, at);
    if (named !== null) return named;
  }
  return null;
}

/**
 * The patches that the remark behind a trailer's address names: "# for patches 1-3", "(series)", "for the entire patch set." ;
 * null when it names none. The remark must begin with them.
 */
export function patchesInRemark(remark: string): NamedPatches | null {
  const tokens = tokensOf(remark);
  let at = 0;
  while (isWord(remarkOpeners, tokens[at])) at += 1;
  return statementAt(
    isWord(prepositions, tokens[at]) ? tokens.slice(at) : ['for', ...tokens.slice(at)],
    0,
  );
}
