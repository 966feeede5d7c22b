import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../src/package-root.ts';
import { openWriteScene, send } from '../api/write-scene.ts';
import type { Answered, Sent, WriteScene } from '../api/write-scene.ts';

/** Requests with the answers that a Patchwork gave to them. */
const samples = join(packageRoot, '..', 'shared', 'reference', 'api-samples');

interface Sample {
  readonly name: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly auth: 'maintainer' | 'plain-user' | 'bad' | null;
    readonly data: Readonly<Record<string, string>> | string | null;
    readonly json: Readonly<Record<string, unknown>> | null;
    readonly headers: Readonly<Record<string, string>> | null;
  };
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** In the order in which they were asked, as later ones build on earlier ones. */
function writeSamples(): Sample[] {
  const index = JSON.parse(readFileSync(join(samples, 'INDEX.json'), 'utf8')) as Sample[];
  return index
    .map(({ name }): Sample => {
      const sample = JSON.parse(readFileSync(join(samples, `${name}.json`), 'utf8')) as Sample;
      return { ...sample, name };
    })
    .filter(({ name, request }) => isWrite(request.method) || name.startsWith('err_'));
}

function isWrite(method: string): boolean {
  return ['POST', 'PUT', 'PATCH', 'DELETE'].includes(method);
}

/** Where we answer otherwise: there, a second bundle of a name is a failure of the server. */
const otherStatus: Readonly<Record<string, number>> = { err_400_bundle_dup: 400 };

const skip = existsSync(samples) ? false : 'the samples are not here';

test(
  'each write that a Patchwork was sent is answered as it answered',
  { skip },
  async (context) => {
    const scene = await openWriteScene(context);
    const all = writeSamples();
    assert.ok(all.length > 20, `${all.length} samples`);
    for (const sample of all) await replay(scene, sample);
  },
);

/** The samples' numbers of things that have others here. */
async function replay(scene: WriteScene, sample: Sample): Promise<void> {
  const { method, auth } = sample.request;
  const path = ourPath(scene, sample.request.path, await newestBundle(scene));
  const answer = await send(
    scene,
    authorizationOf(scene, auth),
    method,
    path,
    sentOf(scene, sample),
  );
  const told = `${sample.name}: ${JSON.stringify(answer.body).slice(0, 300)}`;
  const { [sample.name]: status = sample.status } = otherStatus;
  assert.equal(answer.status, status, told);
  if (status !== sample.status || typeof sample.body !== 'object') return;
  assert.equal(answer.headers.get('allow'), sample.headers['Allow'], told);
  if (sample.status >= 400) assert.deepEqual(answer.body, sample.body, told);
  else assert.deepEqual(shapeOf(answer.body), shapeOf(sample.body), sample.name);
  assertLocation(sample, answer);
}

async function newestBundle({ database }: WriteScene): Promise<number> {
  const { rows } = await database.query(
    'SELECT coalesce(max(id), 0)::int AS id FROM patchloom.bundle',
  );
  return rows[0].id;
}

function ourPath(scene: WriteScene, path: string, bundleId: number): string {
  return path
    .replace('/patches/905/', `/patches/${scene.id('p2')}/`)
    .replace(
      '/patches/776/comments/1293/',
      `/patches/${scene.id('p1')}/comments/${scene.id('k1')}/`,
    )
    .replace('/bundles/2/', `/bundles/${bundleId}/`);
}

function authorizationOf(scene: WriteScene, auth: Sample['request']['auth']): string | null {
  if (auth === null) return null;
  const token = scene.tokens.get(auth === 'maintainer' ? 'maintainer' : 'plain');
  return auth === 'bad' ? `Token ${'0'.repeat(40)}` : `Token ${token}`;
}

function sentOf(scene: WriteScene, { request }: Sample): Sent {
  const { json, data } = request;
  if (typeof data === 'string') return { text: data, type: 'application/json' };
  if (data !== null) return { form: Object.entries(data) };
  if (json === null) return {};
  const { delegate, patches } = json;
  return {
    json: {
      ...json,
      ...(delegate === 1 ? { delegate: scene.userIds.get('maintainer') } : {}),
      ...(patches === undefined ? {} : { patches: [scene.id('p1')] }),
    },
  };
}

function assertLocation(sample: Sample, { headers, body }: Answered): void {
  if (sample.headers['Location'] !== undefined) assert.equal(headers.get('location'), body.url);
}

/** Objects whose names come from mail. */
const freeObjects = new Set(['headers', 'tags']);

/** In a Patchwork's answer to a GET and not in that to a PATCH; here in both. */
const extraField = 'related';

/** Names in their order, all the way down; what stands for nothing or a list of nothing has no shape. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? 'list' : [shapeOf(value[0])];
  if (typeof value !== 'object' || value === null) return 'value';
  const fields = Object.entries(value).filter(([name]) => name !== extraField);
  return fields.map(([name, each]) => (freeObjects.has(name) ? [name] : [name, shapeOf(each)]));
}
