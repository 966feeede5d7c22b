import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP server that is open. */
export interface HealthServer {
  /** "127.0.0.1:8000", with the port that the system chose for port 0. */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Answers GET /healthz (200 while the process lives) and GET /readyz (200 when `isReady` resolves to true, else 503).
 * `address` is "host:port". Throws the system's error when the address is taken.
 */
export async function startHealthServer(
  address: string,
  isReady: () => Promise<boolean>,
): Promise<HealthServer> {
  const server = createServer((request, response) => {
    void respond(request.url ?? '', response, isReady);
  });
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '');
  server.listen(Number(address.slice(colon + 1)), host);
  await once(server, 'listening');
  return {
    address: addressText(server.address()),
    async close() {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}

async function respond(
  url: string,
  response: ServerResponse,
  isReady: () => Promise<boolean>,
): Promise<void> {
  const { status, text } = await answer(url, isReady);
  response.writeHead(status, { 'Content-Type': 'text/plain' }).end(`${text}\n`);
}

async function answer(
  url: string,
  isReady: () => Promise<boolean>,
): Promise<{ status: number; text: string }> {
  if (url === '/healthz') return { status: 200, text: 'ok' };
  if (url !== '/readyz') return { status: 404, text: 'not found' };
  const ready = await isReady().catch(() => false);
  return ready ? { status: 200, text: 'ready' } : { status: 503, text: 'not ready' };
}

function addressText(bound: AddressInfo | string | null): string {
  if (bound === null || typeof bound === 'string') return String(bound);
  const { address, family, port } = bound;
  return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
}
