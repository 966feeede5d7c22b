import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { notFound } from '../../src/http/api-error.ts';
import { text, textOrNull } from '../../src/http/field-table.ts';
import type { FieldTable } from '../../src/http/field-table.ts';
import type { ApiRoute } from '../../src/http/route.ts';
import { openServer } from './open-server.ts';

const fields: FieldTable = {
  title: 'Thing',
  fields: [
    ['name', text],
    ['later', textOrNull, '1.3'],
    ['last', text],
  ],
};

const thing: ApiRoute = {
  path: '/things/:id/',
  title: 'Thing Detail',
  operations: {
    GET: {
      kind: 'object',
      fields,
      run: async ({ params, root }) => {
        if (params['id'] === '404') throw notFound();
        if (params['id'] === '500') throw new Error('secret');
        return { last: root, extra: 1, later: null, name: params['id'] };
      },
    },
    POST: { kind: 'nothing', run: async () => undefined },
  },
  methodsSince: { POST: '1.2' },
};

const newer: ApiRoute = { ...thing, path: '/newer/:id/', since: '1.3' };

async function open(context: TestContext, publicUrl: string | null = null) {
  const errors: unknown[] = [];
  const server = await openServer(context, {
    apiRoutes: [thing, newer],
    publicUrl,
    reportError: (error) => errors.push(error),
  });
  const ask = async (path: string, init: RequestInit = {}) =>
    fetch(`http://${server.address}${path}`, { redirect: 'manual', ...init });
  const askJson = async (path: string, init: RequestInit = {}) =>
    JSON.parse(await (await ask(path, init)).text());
  return { ask, askJson, errors, site: `http://${server.address}` };
}

test('fields come in the order of the table, and those of later versions not at all', async (context) => {
  const { ask, site } = await open(context);
  const newest = await (await ask('/api/things/a/')).text();
  assert.equal(newest, `{"name":"a","later":null,"last":"${site}/api"}`);
  const older = await (await ask('/api/1.2/things/a/')).text();
  assert.equal(older, `{"name":"a","last":"${site}/api/1.2"}`);
});

test('paths that a version does not have, and versions that there are not, are pages that say 404', async (context) => {
  const { ask } = await open(context);
  assert.equal((await ask('/api/1.3/newer/a/')).status, 200);
  for (const path of ['/api/1.2/newer/a/', '/api/9.9/things/a/', '/nothing', '/api/nothing/']) {
    const response = await ask(path);
    assert.equal(response.status, 404, path);
    assert.equal(response.headers.get('Content-Type'), 'text/html; charset=utf-8');
  }
});

test('a path without its slash leads to it, the query kept; writes keep their method', async (context) => {
  const { ask } = await open(context);
  const read = await ask('/api/things/a?q=1&q=2');
  assert.deepEqual([read.status, read.headers.get('Location')], [301, '/api/things/a/?q=1&q=2']);
  assert.equal((await ask('/api/things/a', { method: 'POST' })).status, 308);
});

test('a thing that is not there is 404, a failure is 500 that says nothing of it', async (context) => {
  const { ask, errors } = await open(context);
  assert.deepEqual(await (await ask('/api/things/404/')).json(), { detail: 'Not found.' });
  const failed = await ask('/api/things/500/');
  assert.equal(failed.status, 500);
  assert.deepEqual(await failed.json(), { detail: 'Internal server error.' });
  assert.match(String(errors[0]), /secret/);
});

test('a method that is not offered is 405, also where a later version offers it', async (context) => {
  const { ask } = await open(context);
  const refused = await ask('/api/things/a/', { method: 'DELETE' });
  assert.equal(refused.status, 405);
  assert.equal(refused.headers.get('Allow'), 'GET, POST, HEAD, OPTIONS');
  assert.deepEqual(await refused.json(), { detail: 'Method "DELETE" not allowed.' });
  assert.equal((await ask('/api/1.2/things/a/', { method: 'POST' })).status, 204);
  const older = await ask('/api/1.1/things/a/', { method: 'POST' });
  assert.deepEqual([older.status, older.headers.get('Allow')], [405, 'GET, HEAD, OPTIONS']);
});

test('HEAD has the headers of GET and no body; OPTIONS says what is offered', async (context) => {
  const { ask } = await open(context);
  const get = await ask('/api/things/a/');
  const head = await ask('/api/things/a/', { method: 'HEAD' });
  assert.equal(head.headers.get('Content-Length'), get.headers.get('Content-Length'));
  assert.equal(await head.text(), '');
  const options = await ask('/api/things/a/', { method: 'OPTIONS' });
  assert.equal(JSON.parse(await options.text()).name, 'Thing Detail');
  assert.equal(options.headers.get('Allow'), 'GET, POST, HEAD, OPTIONS');
});

test('an answer that the client has is not sent again', async (context) => {
  const { ask } = await open(context);
  const tag = (await ask('/api/things/a/')).headers.get('ETag') ?? '';
  const again = await ask('/api/things/a/', { headers: { 'If-None-Match': `"x", ${tag}` } });
  assert.deepEqual([again.status, await again.text()], [304, '']);
  const other = await ask('/api/things/b/', { headers: { 'If-None-Match': tag } });
  assert.equal(other.status, 200);
});

test('malformed requests are 400, and what is no JSON or form is 415', async (context) => {
  const { ask } = await open(context);
  assert.equal((await ask('/api/things/%E0%A4%A/')).status, 400);
  const json = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{' };
  const response = await ask('/api/things/a/', json);
  assert.equal(response.status, 400);
  assert.match(await response.text(), /^\{"detail":"JSON parse error/);
  const xml = { method: 'POST', headers: { 'Content-Type': 'text/xml' }, body: '<a/>' };
  assert.equal((await ask('/api/things/a/', xml)).status, 415);
});

test('wrong credentials are 403 wherever they are shown', async (context) => {
  const { ask } = await open(context);
  const response = await ask('/api/things/a/', { headers: { Authorization: 'Token no' } });
  assert.deepEqual([response.status, await response.json()], [403, { detail: 'Invalid token.' }]);
});

test('with PUBLIC_URL answers name it, whatever the client calls the server', async (context) => {
  const { askJson } = await open(context, 'https://patches.example/pw');
  const { last } = await askJson('/api/1.0/things/a/');
  assert.equal(last, 'https://patches.example/pw/api/1.0');
});

test('people get a page with the same answer, markup in it escaped', async (context) => {
  const { ask } = await open(context);
  const page = await ask('/api/things/%3Cb%3E/?format=api');
  assert.equal(page.headers.get('Content-Type'), 'text/html; charset=utf-8');
  const html = await page.text();
  assert.match(html, /&quot;name&quot;: &quot;&lt;b&gt;&quot;/);
});

test('the OpenAPI document of a version has its paths and fields', async (context) => {
  const { askJson } = await open(context);
  const older = await askJson('/api/1.2/openapi.json');
  assert.deepEqual(Object.keys(older.paths), ['/api/1.2/things/{id}/']);
  const { schema } =
    older.paths['/api/1.2/things/{id}/'].get.responses[200].content['application/json'];
  assert.deepEqual(Object.keys(schema.properties), ['name', 'last']);
  const newest = await askJson('/api/openapi.json');
  assert.deepEqual(Object.keys(newest.paths), ['/api/1.4/things/{id}/', '/api/1.4/newer/{id}/']);
});
