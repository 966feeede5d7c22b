import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError } from './api-error.ts';
import { jsonProblem } from './json-problem.ts';

const formType = 'application/x-www-form-urlencoded';

/** Reads bodies of JSON and forms; an empty body is none. Other types are refused with 415. */
export async function addBodyParsers(app: FastifyInstance): Promise<void> {
  app.removeAllContentTypeParsers();
  await app.register(formbody);
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    async (_request: FastifyRequest, body: string) => parsedJson(body),
  );
  app.addContentTypeParser('*', async (request: FastifyRequest) => {
    const type = request.headers['content-type'] ?? '';
    throw new ApiError(415, { detail: `Unsupported media type "${type}" in request.` });
  });
}

/** Whether the body came from a form, where all values are texts. */
export function isForm(request: FastifyRequest): boolean {
  return request.headers['content-type']?.toLowerCase().startsWith(formType) === true;
}

function parsedJson(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, { detail: `JSON parse error - ${jsonProblem(text)}` });
  }
}
