import type { FastifyInstance, FastifyReply } from 'fastify';
import { ApiError, MovedError } from './api-error.ts';
import { notFoundPage } from './html-page.ts';
import { redirect } from './redirect.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Outside the API: errors are pages. */
    isPlain?: boolean;
  }
}

/** Why a request could not be answered although nothing was wrong with it: 503 while it may be tried again, else 500. */
export type FailureStatus = (error: unknown) => 500 | 503;

/** Answers for paths that are not there and requests that failed. What went wrong inside goes to `reportError` alone. */
export function addErrorAnswers(
  app: FastifyInstance,
  failureStatus: FailureStatus,
  reportError: (error: unknown) => void,
): void {
  app.setNotFoundHandler(async (_request, reply) => sendNotFoundPage(reply));
  app.setErrorHandler(async (error, request, reply) => {
    if (error instanceof MovedError) return redirect(reply, 301, error.path);
    const { status, body } = apiError(error) ?? failure(error, failureStatus, reportError);
    if (status === 404 && request.routeOptions.config.isPlain === true) {
      return sendNotFoundPage(reply);
    }
    if (status === 503) reply.header('Retry-After', '5');
    return sendJson(reply, status, body);
  });
}

/** As bytes: fastify would add a charset to the type of a text. */
function sendJson(reply: FastifyReply, status: number, body: object): FastifyReply {
  reply.code(status).header('Content-Type', 'application/json');
  return reply.send(Buffer.from(JSON.stringify(body), 'utf8'));
}

function sendNotFoundPage(reply: FastifyReply): FastifyReply {
  return reply.code(404).header('Content-Type', 'text/html; charset=utf-8').send(notFoundPage());
}

function apiError(error: unknown): { status: number; body: object } | null {
  if (error instanceof ApiError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const refused = refusals[code];
  if (refused !== undefined) return refused;
  const status =
    error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : undefined;
  if (status === undefined || !(status >= 400 && status < 500)) return null;
  return { status, body: { detail: 'Malformed request.' } };
}

/** What fastify finds wrong with requests, in the words that clients know. */
const refusals: Readonly<Record<string, { status: number; body: object }>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    body: { detail: 'Unsupported media type in request.' },
  },
  FST_ERR_CTP_BODY_TOO_LARGE: { status: 413, body: { detail: 'Request body too large.' } },
};

function failure(
  error: unknown,
  failureStatus: FailureStatus,
  reportError: (error: unknown) => void,
): { status: number; body: object } {
  reportError(error);
  const status = failureStatus(error);
  const detail = status === 503 ? 'Try again later.' : 'Internal server error.';
  return { status, body: { detail } };
}
