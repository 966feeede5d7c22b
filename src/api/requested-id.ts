import { notFound } from '../http/api-error.ts';
import type { ApiRequest } from '../http/route.ts';
import { rowNumber } from './filters.ts';

/** The id in a request's path: "12" -> 12. Throws ApiError 404 for what is no id. */
export function requestedId({ params }: ApiRequest, name: string): number {
  const id = rowNumber(params[name] ?? '');
  if (id === null) throw notFound();
  return id;
}
