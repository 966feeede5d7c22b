import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { postBody } from '../../src/webhook/post-body.ts';
import { openReceiver } from '../support/http-receiver.ts';

const post = {
  allowsPrivate: true,
  headers: { 'Content-Type': 'application/json' },
  body: Buffer.from('{"a":"ü"}'),
  deadlineMs: 60_000,
};

test('a body arrives as it is, with its headers', async (context) => {
  const receiver = await openReceiver(context);
  await postBody({ ...post, url: `${receiver.url}/hook?x=1` });
  const [{ path, body, headers } = {}] = receiver.posts;
  assert.deepEqual(
    [path, body, headers?.['content-type']],
    ['/hook?x=1', '{"a":"ü"}', 'application/json'],
  );
});

test('a redirect is not followed', async (context) => {
  const inside = await openReceiver(context);
  const { url } = await openReceiver(context, (response) => {
    response.writeHead(307, { Location: inside.url }).end();
  });
  await assert.rejects(postBody({ ...post, url }), /answered 307/);
  assert.deepEqual(inside.posts, []);
});

test('an answer without end is not read', async (context) => {
  const { url } = await openReceiver(context, (response) => {
    const endless = new Readable({ read: () => void endless.push('x'.repeat(65_536)) });
    endless.pipe(response);
    response.on('close', () => endless.destroy());
  });
  await postBody({ ...post, url });
});

test('a receiver that does not answer is left', async (context) => {
  const { url } = await openReceiver(context, () => undefined);
  await assert.rejects(postBody({ ...post, url, deadlineMs: 50 }), /no answer within 50 ms/);
});

test('a name that resolves to this machine is refused, and not connected to', async (context) => {
  const { url, posts } = await openReceiver(context);
  const named = url.replace('127.0.0.1', 'localhost');
  await assert.rejects(
    postBody({ ...post, url: named, allowsPrivate: false }),
    /localhost is .*, a private address/,
  );
  await assert.rejects(postBody({ ...post, url, allowsPrivate: false }), /private address/);
  assert.deepEqual(posts, []);
});

test('a port that nobody listens on is a failure with its reason', async () => {
  await assert.rejects(postBody({ ...post, url: 'http://127.0.0.1:1/' }), /ECONNREFUSED/);
});
