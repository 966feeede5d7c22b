import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';

export interface ReceivedPost {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server on loopback that keeps what is posted to it. */
export interface HttpReceiver {
  /** "http://127.0.0.1:41233" */
  readonly url: string;
  readonly posts: ReceivedPost[];
}

/** Opens a receiver that answers as told, 200 by default; closed when the test ends. */
export async function openReceiver(
  context: TestContext,
  answer: (response: ServerResponse, post: ReceivedPost) => void = (response) => response.end(),
): Promise<HttpReceiver> {
  const posts: ReceivedPost[] = [];
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.on('error', () => undefined);
    const { url: path = '', headers } = request;
    const post = { path, headers, body: await text(request) };
    posts.push(post);
    answer(response, post);
  };
  const server = createServer((request, response) => void receive(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, posts };
}
