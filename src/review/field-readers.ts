import type { Field, FieldReading } from './field-reading.ts';
import { typeName } from './field-reading.ts';

const nullProblem = 'This field may not be null.';
const blankProblem = 'This field may not be blank.';

function failed(...errors: readonly string[]): { readonly errors: readonly string[] } {
  return { errors };
}

const truths = new Set(['t', 'y', 'yes', 'true', 'on', '1']);
const falsehoods = new Set(['f', 'n', 'no', 'false', 'off', '0', '0.0']);

/** true or false, also spelled: "True", "on", 1. */
export const booleanField: Field<boolean> = {
  read(given) {
    if (given === null) return failed(nullProblem);
    const found = spelledBoolean(given);
    return found === null ? failed('Must be a valid boolean.') : { value: found };
  },
};

/** As `booleanField`, and null, which is spelled "null" or "" in a form. */
export const nullableBooleanField: Field<boolean | null> = {
  read(given) {
    if (given === null || given === '' || given === 'null' || given === 'None') {
      return { value: null };
    }
    return booleanField.read(given, false);
  },
};

function spelledBoolean(given: unknown): boolean | null {
  if (typeof given !== 'string' && typeof given !== 'number' && typeof given !== 'boolean')
    return null;
  const word = String(given).toLowerCase();
  if (truths.has(word)) return true;
  return falsehoods.has(word) ? false : null;
}

/** What a text field asks for. */
export interface TextRules {
  /** In characters. */
  readonly maxLength: number;
  readonly isBlankAllowed: boolean;
  /** What is wrong with the text; null: nothing. */
  readonly problemOf?: (text: string) => string | null;
}

/** Text without white space at its ends, without NULs and lone surrogates. */
export function textField(rules: TextRules): Field<string> {
  return {
    read: (given) => (given === null ? failed(nullProblem) : readText(given, rules)),
  };
}

/** As `textField`, or null. */
export function nullableTextField(rules: TextRules): Field<string | null> {
  return { read: (given) => (given === null ? { value: null } : readText(given, rules)) };
}

function readText(given: unknown, rules: TextRules): FieldReading<string> {
  if (typeof given !== 'string' && typeof given !== 'number') return failed('Not a valid string.');
  const text = String(given).trim();
  if (text === '') return rules.isBlankAllowed ? { value: '' } : failed(blankProblem);
  const problems = textProblems(text, rules);
  return problems.length === 0 ? { value: text } : { errors: problems };
}

function textProblems(text: string, { maxLength, problemOf }: TextRules): string[] {
  const problems: string[] = [];
  if (characterCount(text) > maxLength) {
    problems.push(`Ensure this field has no more than ${maxLength} characters.`);
  }
  if (text.includes('\0')) problems.push('Null characters are not allowed.');
  const surrogate = loneSurrogate(text);
  if (surrogate !== null) problems.push(`Surrogate characters are not allowed: U+${surrogate}.`);
  const problem = problems.length === 0 ? problemOf?.(text) : null;
  return problem === null || problem === undefined ? problems : [problem];
}

/** In code points, as Postgres and Python count: an emoji is one, and two in UTF-16. */
function characterCount(text: string): number {
  return text.length - (text.match(/[\u{10000}-\u{10ffff}]/gu)?.length ?? 0);
}

/** "D800" in hex, or null: half of a pair has no UTF-8. */
function loneSurrogate(text: string): string | null {
  const found = /\p{Cs}/u.exec(text);
  return found === null ? null : found[0].charCodeAt(0).toString(16).toUpperCase();
}

/** One of several words. */
export function choiceField<T extends string>(choices: readonly T[]): Field<T> {
  return {
    isRequired: true,
    read(given) {
      if (given === null) return failed(nullProblem);
      const found = choices.find((choice) => choice === given);
      return found === undefined
        ? failed(`${quoted(given)} is not a valid choice.`)
        : { value: found };
    },
  };
}

const maxQuotedLength = 100;

/** The beginning of a text, with nothing in it that UTF-8 cannot say. */
function shortened(text: string): string {
  return text.slice(0, maxQuotedLength).replace(/\p{Cs}/gu, '\ufffd');
}

/** What was given, for a message: "\"nosuch\""; of lists and objects, which may be nested without end, the type alone. */
function quoted(given: unknown): string {
  if (typeof given === 'string') return `"${shortened(given)}"`;
  return `"${typeof given === 'object' ? typeName(given) : JSON.stringify(given)}"`;
}

/** Slug of a state: "under-review"; "Under Review" is it as well. */
export function stateField(slugs: readonly string[]): Field<string> {
  return {
    isRequired: true,
    read(given) {
      if (given === null || given === '') return failed(nullProblem);
      if (typeof given !== 'string') {
        const type = typeName(given);
        return failed(`Incorrect type. Expected string value, received ${type}.`);
      }
      const slug = given.trim().toLowerCase().replaceAll(' ', '-');
      if (slugs.includes(slug)) return { value: slug };
      const named = shortened(given);
      return failed(`Invalid state ${named}. Expected one of: ${slugs.join(', ')}.`);
    },
  };
}

const maxId = Number.MAX_SAFE_INTEGER;

/** Id of a row, also as text: 12, "12". Whether there is such a row is asked later. */
export function readId(given: unknown): FieldReading<number> {
  const isNumber = typeof given === 'number' && Number.isInteger(given);
  const isText = typeof given === 'string' && /^[+-]?[0-9]{1,400}$/.test(given.trim());
  if (!isNumber && !isText) {
    return failed(`Incorrect type. Expected pk value, received ${typeName(given)}.`);
  }
  const id = Number(given);
  return id > 0 && id <= maxId ? { value: id } : missingId(given);
}

/** What is said of the id of a row that is not there. */
export function missingId(given: unknown): { readonly errors: readonly string[] } {
  return failed(`Invalid pk ${quoted(given)} - object does not exist.`);
}

/** Id of a row, or null for none. */
export const nullableIdField: Field<number | null> = {
  isRequired: true,
  read: (given) => (given === null || given === '' ? { value: null } : readId(given)),
};

/** More ids than anyone relates or bundles; each is looked up. */
const maxIdCount = 10_000;

/** Ids of rows, each once, in the order given. */
export const idListField: Field<readonly number[]> = {
  isList: true,
  read(given, isForm) {
    if (given === null) return failed(nullProblem);
    if (!Array.isArray(given)) {
      return failed(`Expected a list of items but got type "${typeName(given)}".`);
    }
    if (given.length > maxIdCount) {
      return failed(`Ensure this field has no more than ${maxIdCount} elements.`);
    }
    const texts: readonly unknown[] = given;
    const ids = new Set<number>();
    for (const text of isForm ? texts.filter((each) => each !== '') : texts) {
      const reading = text === null ? failed(nullProblem) : readId(text);
      if ('errors' in reading) return reading;
      ids.add(reading.value);
    }
    return { value: [...ids] };
  },
};

/** A whole number between two, also as text. */
export function integerField(min: number, max: number): Field<number> {
  return {
    read(given) {
      if (given === null) return failed(nullProblem);
      const isText = typeof given === 'string' && /^\s*[+-]?[0-9]{1,400}\s*$/.test(given);
      if (typeof given !== 'number' && !isText) return failed('A valid integer is required.');
      const value = Number(given);
      if (Number.isFinite(value) && !Number.isInteger(value)) {
        return failed('A valid integer is required.');
      }
      if (value > max) return failed(`Ensure this value is less than or equal to ${max}.`);
      if (value < min) return failed(`Ensure this value is greater than or equal to ${min}.`);
      return { value };
    },
  };
}
