/**
 * What is wrong with a field, as the API says it: ["This field is required."]; of a field with fields of its own, by
 * their names.
 */
export type FieldErrors = readonly string[] | { readonly [name: string]: FieldErrors };

/** A field as it was understood, or what is wrong with it. */
export type FieldReading<T> = { readonly value: T } | { readonly errors: FieldErrors };

/** How a field of a body is read. */
export interface Field<T> {
  /** `given` is JSON's value, or a form's text: the last one, all of them for a list. */
  readonly read: (given: unknown, isForm: boolean) => FieldReading<T>;
  /** Whether a form's repeated key gives a list. */
  readonly isList?: boolean;
  /** Whether it must be there, but in a change of some fields. */
  readonly isRequired?: boolean;
}

/** A body that was sent. */
export interface RequestBody {
  /** What JSON holds; the keys of a form with their texts, a list of them for a key that is repeated. */
  readonly value: unknown;
  readonly isForm: boolean;
}

/** What the fields of a table were read as; those that the body leaves out are absent. */
export type FieldValues<F> = {
  readonly [K in keyof F]?: F[K] extends Field<infer T> ? T : never;
};

/** A body as it was understood. */
export interface BodyReading<F> {
  readonly values: FieldValues<F>;
  /** By field, in the order of the table; more may be found out later. */
  readonly errors: Map<string, FieldErrors>;
}

/** Key of errors that are of no field. */
export const wholeBody = 'detail';

/**
 * Reads the named fields of a body, in the order of the table; others, and those that are not known, are ignored. `isPartial`: a change of some
 * fields, where nothing is required. Whatever was sent, this never throws.
 */
export function readFields<F extends Readonly<Record<string, Field<unknown>>>>(
  fields: F,
  body: RequestBody,
  isPartial: boolean,
  isKnown: (name: string) => boolean = () => true,
): BodyReading<F> {
  const values: Record<string, unknown> = {};
  const errors = new Map<string, FieldErrors>();
  const problem = noObjectProblem(body.value);
  if (problem !== null) errors.set(wholeBody, [problem]);
  for (const [name, field] of Object.entries(problem === null ? fields : {})) {
    if (!isKnown(name)) continue;
    const given = givenValue(name, field, body);
    if (given === undefined) {
      if (field.isRequired === true && !isPartial) errors.set(name, ['This field is required.']);
      continue;
    }
    const reading = field.read(given, body.isForm);
    if ('errors' in reading) errors.set(name, reading.errors);
    else values[name] = reading.value;
  }
  // Each value was made by the reader of its field.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { values: values as FieldValues<F>, errors };
}

/** A field whose value has fields of its own, in a form as "settings.show_ids". */
export function objectField<F extends Readonly<Record<string, Field<unknown>>>>(
  fields: F,
): Field<FieldValues<F>> {
  return {
    read(given, isForm) {
      const { values, errors } = readFields(fields, { value: given, isForm }, true);
      return errors.size === 0 ? { value: values } : { errors: Object.fromEntries(errors) };
    },
  };
}

function givenValue(name: string, field: Field<unknown>, { value, isForm }: RequestBody): unknown {
  if (!isObject(value)) return undefined;
  const given = Object.hasOwn(value, name) ? value[name] : undefined;
  if (!isForm) return given;
  if (given === undefined) return nestedValues(name, value);
  const texts: readonly unknown[] = Array.isArray(given) ? given : [given];
  return field.isList === true ? texts : texts.at(-1);
}

/** What a form says as "settings.show_ids=true" and "settings.send_email=false". */
function nestedValues(name: string, values: Record<string, unknown>): object | undefined {
  const nested = Object.entries(values).filter(([key]) => key.startsWith(`${name}.`));
  if (nested.length === 0) return undefined;
  return Object.fromEntries(nested.map(([key, each]) => [key.slice(name.length + 1), each]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function noObjectProblem(value: unknown): string | null {
  if (isObject(value)) return null;
  if (value === null) return 'No data provided';
  return `Invalid data. Expected a dictionary, but got ${typeName(value)}.`;
}

/** A JSON value's type as Python calls it, which is what clients know: "str", "dict". */
export function typeName(value: unknown): string {
  if (value === null) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'str' : 'dict';
}
