import { request as requestHttp } from 'node:http';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { lookUpPublic } from './checked-lookup.ts';
import { targetUrl } from './target-url.ts';

/** What is to be posted, and where. */
export interface Post {
  readonly url: string;
  readonly allowsPrivate: boolean;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** For all of it: finding the address, connecting, sending, and the head of the answer. */
  readonly deadlineMs: number;
}

/** A receiver did not take what was posted; `message` says why: "answered 503". */
export class PostError extends Error {
  override readonly name = 'PostError';
}

/**
 * Posts a body; resolves when the receiver answers 2xx. Redirects are not followed, and of an answer only the head is
 * read. Rejects with PostError, or TargetError where nothing may be sent to.
 */
export async function postBody(post: Post): Promise<void> {
  const url = targetUrl(post.url, post.allowsPrivate);
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...post.headers, 'Content-Length': String(post.body.length) },
    // A connection of its own: nothing of one receiver's is left for the next.
    agent: false,
    ...(post.allowsPrivate ? {} : { lookup: lookUpPublic }),
  };
  const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options);
  const status = await statusWithin(request, post);
  if (status < 200 || status > 299) throw new PostError(`answered ${status}`);
}

async function statusWithin(request: ClientRequest, { body, deadlineMs }: Post): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      request.destroy(new PostError(`no answer within ${deadlineMs} ms`));
    }, deadlineMs);
    request.on('response', (response: IncomingMessage) => {
      clearTimeout(timer);
      resolve(response.statusCode ?? 0);
      response.on('error', () => undefined);
      request.destroy();
    });
    request.on('error', (error) => {
      clearTimeout(timer);
      reject(postError(error));
    });
    request.end(body);
  });
}

function postError(error: Error): Error {
  if (error.name === 'PostError' || error.name === 'TargetError') return error;
  return new PostError(error.message === '' ? error.name : error.message, { cause: error });
}
