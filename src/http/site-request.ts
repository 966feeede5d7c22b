import type { Socket } from 'node:net';
import type { FastifyRequest } from 'fastify';
import type { Authenticate, Caller } from './authenticate.ts';
import { queryParameters } from './query-parameters.ts';
import type { SiteRequest } from './route.ts';
import { siteAddress } from './site-address.ts';

/** What all routes of a server share. */
export interface ServerContext {
  /** Where URLs in answers begin, without a slash at the end; null: as the client called this server. */
  readonly publicUrl: string | null;
  readonly authenticate: Authenticate;
  /** Aborted when the server closes. */
  readonly closing: AbortSignal;
}

/** Reads what is common to all requests. Throws ApiError for wrong credentials or a wrong Host. */
export async function siteRequest(
  context: ServerContext,
  request: FastifyRequest,
): Promise<SiteRequest> {
  return {
    site: siteAddress(context.publicUrl, request.headers.host),
    params: textParams(request.params),
    query: queryParameters(request.raw.url ?? ''),
    caller: await callerOf(context, request),
    untilGone: () => untilGone(context, request),
  };
}

function textParams(params: unknown): Record<string, string> {
  const entries = Object.entries(params ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

async function callerOf(context: ServerContext, request: FastifyRequest): Promise<Caller | null> {
  const { authorization } = request.headers;
  return authorization === undefined ? null : context.authenticate(authorization);
}

/** One for each connection: a client that stays asks many times on it. */
const goneSignals = new WeakMap<Socket, AbortSignal>();

function untilGone({ closing }: ServerContext, request: FastifyRequest): AbortSignal {
  const { socket } = request.raw;
  const known = goneSignals.get(socket);
  if (known !== undefined) return AbortSignal.any([known, closing]);
  const gone = new AbortController();
  socket.once('close', () => gone.abort());
  goneSignals.set(socket, gone.signal);
  return AbortSignal.any([gone.signal, closing]);
}
