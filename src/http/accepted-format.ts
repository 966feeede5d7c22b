import { ApiError, notFound } from './api-error.ts';
import { lastValue } from './query-parameters.ts';
import type { QueryParameters } from './query-parameters.ts';

/** How an answer is written: for programs, or as a page for people. */
export type Format = 'json' | 'html';

/**
 * The format that a request asks for: by the parameter `format` (json or api), else by its Accept header, JSON before HTML
 * where both are as good. Throws 404 for another `format`, 406 where neither is accepted.
 */
export function acceptedFormat(accept: string | undefined, query: QueryParameters): Format {
  const asked = lastValue(query, 'format');
  if (asked !== null && asked !== '') {
    if (asked === 'json') return 'json';
    if (asked === 'api') return 'html';
    throw notFound();
  }
  if (accept === undefined || accept === '' || accept === '*/*') return 'json';
  const ranges = accept.split(',').map(mediaRange);
  if (ranges.some((range) => jsonRanges.has(range))) {
    // A browser names HTML first and takes the rest for want of it.
    return ranges.includes('text/html') && !ranges.includes('application/json') ? 'html' : 'json';
  }
  if (ranges.some((range) => htmlRanges.has(range))) return 'html';
  throw new ApiError(406, { detail: 'Could not satisfy the request Accept header.' });
}

const jsonRanges = new Set(['application/json', 'application/*', '*/*']);
const htmlRanges = new Set(['text/html', 'text/*']);

/** " text/html;q=0.9" -> "text/html" */
function mediaRange(part: string): string {
  const end = part.indexOf(';');
  return (end === -1 ? part : part.slice(0, end)).trim().toLowerCase();
}
