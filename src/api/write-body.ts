import { ApiError } from '../http/api-error.ts';
import { isPartOf } from '../http/api-version.ts';
import type { ApiVersion } from '../http/api-version.ts';
import { readFields } from '../review/field-reading.ts';
import type { BodyReading, Field, FieldErrors, RequestBody } from '../review/field-reading.ts';

/** What a write was sent. */
export interface SentBody extends RequestBody {
  /** PATCH: what is left out stays, and nothing is required. */
  readonly isPartial: boolean;
  readonly version: ApiVersion;
}

type Fields = Readonly<Record<string, Field<unknown>>>;

/** A body with what is wrong in it so far; `finish` says it all at once. */
export interface CheckedBody<F extends Fields> extends BodyReading<F> {
  /** Throws ApiError 400 when anything is wrong: { state: ["Invalid state zzz. …"] }, in the order of the fields. */
  finish(): void;
}

/**
 * Reads the fields of a body that was sent; none when there was no body. Fields that came `since` a later version than
 * the one asked are ignored.
 */
export function checkBody<F extends Fields>(
  fields: F,
  sent: SentBody,
  since: { readonly [K in keyof F]?: ApiVersion } = {},
): CheckedBody<F> {
  const isKnown = (name: string): boolean => isPartOf(sent.version, since[name] ?? '1.0');
  const { values, errors } = readFields(fields, bodyOrEmpty(sent), sent.isPartial, isKnown);
  return {
    values,
    errors,
    finish() {
      if (errors.size > 0) throw new ApiError(400, inOrder(fields, errors));
    },
  };
}

function bodyOrEmpty({ value, isForm }: SentBody): RequestBody {
  return value === undefined ? { value: {}, isForm: true } : { value, isForm };
}

function inOrder(fields: Fields, errors: ReadonlyMap<string, FieldErrors>): object {
  const names = Object.keys(fields);
  return Object.fromEntries(
    [...errors].toSorted(([a], [b]) => names.indexOf(a) - names.indexOf(b)),
  );
}
