import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { addApiRoutes } from './api-routes.ts';
import type { Authenticate } from './authenticate.ts';
import { addErrorAnswers } from './errors.ts';
import type { FailureStatus } from './errors.ts';
import { addHealthRoutes } from './health-routes.ts';
import type { Obstacles } from './health-routes.ts';
import { addMetricsRoute } from './metrics-route.ts';
import type { MetricsText } from './metrics-route.ts';
import { addPlainRoutes } from './plain-routes.ts';
import { addBodyParsers } from './request-body.ts';
import type { ApiRoute, PlainRoute } from './route.ts';
import { addXmlRpcRoute } from './xml-rpc-route.ts';
import type { AnswerCall } from './xml-rpc-route.ts';

/** What an HTTP server answers with. */
export interface HttpServerOptions {
  /** "127.0.0.1:8000"; port 0: a free one. */
  readonly address: string;
  /** Where URLs in answers begin: "https://patches.example.org"; null: as the client called this server. */
  readonly publicUrl: string | null;
  readonly apiRoutes: readonly ApiRoute[];
  readonly plainRoutes: readonly PlainRoute[];
  /** Without it there is no XML-RPC. */
  readonly answerXmlRpc?: AnswerCall;
  readonly authenticate: Authenticate;
  readonly obstacles: Obstacles;
  /** The answer to GET /metrics; null: there is no such path. */
  readonly metricsText: MetricsText | null;
  /** Told of each request when it has been answered. */
  readonly onAnswer?: (answer: AnsweredRequest) => void;
  readonly failureStatus: FailureStatus;
  readonly reportError: (error: unknown) => void;
}

/** A request that has been answered, in words of closed sets. */
export interface AnsweredRequest {
  readonly method: string;
  /** The pattern of the path: "/patch/:id/"; "none" where no route has the path. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/** An HTTP server that is open. */
export interface HttpServer {
  /** "127.0.0.1:8000", with the port that the system chose for port 0. */
  readonly address: string;
  /** Takes no more requests, ends those that wait for something to happen, and lets the others finish. */
  close(): Promise<void>;
}

/** The longest path parameter: a message-id of 998 octets, each percent-encoded. */
const maxParamLength = 3 * 998;

/** Of a request; no resource takes more. */
const maxBodyBytes = 1024 * 1024;

/** Opens an HTTP server. Throws the system's error when the address is taken. */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const closing = new AbortController();
  const app = await newApp(options, closing.signal);
  const colon = options.address.lastIndexOf(':');
  const host = options.address.slice(0, colon).replace(/^\[|\]$/g, '');
  await app.listen({ host, port: Number(options.address.slice(colon + 1)) });
  return {
    address: addressText(app.server.address()),
    async close() {
      closing.abort();
      await app.close();
    },
  };
}

async function newApp(options: HttpServerOptions, closing: AbortSignal): Promise<FastifyInstance> {
  const app = fastify({
    logger: false,
    routerOptions: {
      maxParamLength,
      // Queries are read from the target itself, where the order of repeats is kept.
      querystringParser: () => ({}),
    },
    bodyLimit: maxBodyBytes,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    frameworkErrors: (_error, _request, reply) => sendMalformed(reply as FastifyReply),
  });
  await addBodyParsers(app);
  addErrorAnswers(app, options.failureStatus, options.reportError);
  const { onAnswer } = options;
  if (onAnswer !== undefined) {
    app.addHook('onResponse', async (request, reply) => onAnswer(answered(request, reply)));
  }
  addHealthRoutes(app, options.obstacles);
  if (options.metricsText !== null) addMetricsRoute(app, options.metricsText);
  const { publicUrl, authenticate } = options;
  const context = { publicUrl, authenticate, closing };
  addApiRoutes(app, context, options.apiRoutes);
  addPlainRoutes(app, context, options.plainRoutes);
  const { answerXmlRpc, reportError } = options;
  if (answerXmlRpc !== undefined) await addXmlRpcRoute(app, answerXmlRpc, reportError);
  return app;
}

function answered(request: FastifyRequest, reply: FastifyReply): AnsweredRequest {
  const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
  const { statusCode: status, elapsedTime } = reply;
  return { method: request.method, route, status, seconds: elapsedTime / 1000 };
}

/** For a path that cannot be decoded. */
function sendMalformed(reply: FastifyReply): void {
  const body = JSON.stringify({ detail: 'Malformed request.' });
  void reply.code(400).header('Content-Type', 'application/json').send(body);
}

function addressText(bound: AddressInfo | string | null): string {
  if (bound === null || typeof bound === 'string') return String(bound);
  const { address, family, port } = bound;
  return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
}
