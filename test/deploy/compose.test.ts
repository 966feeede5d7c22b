import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { readConfig } from '../../src/config.ts';
import { packageRoot } from '../../src/package-root.ts';
import { dockerInstructions } from '../support/dockerfile.ts';

interface Service {
  readonly image: string;
  readonly build?: { readonly dockerfile: string };
  readonly command?: readonly string[];
  readonly user: string;
  readonly read_only: boolean;
  readonly healthcheck: { readonly test: readonly string[] };
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<'patchloom' | 'postgres' | 'valkey', Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly networks: {
    readonly default: {
      readonly ipam: { readonly config: readonly { readonly subnet: string }[] };
    };
  };
}

const file = join(packageRoot, 'docker-compose.yml');
const compose: Compose = parse(readFileSync(file, 'utf8'));
const { patchloom, postgres, valkey } = compose.services;
const settings = patchloom.environment ?? {};
const instructions = dockerInstructions(
  readFileSync(join(packageRoot, patchloom.build?.dockerfile ?? ''), 'utf8'),
);

test('every image is pinned to a version, in the Dockerfile too', () => {
  const bases = instructions.filter(({ name }) => name === 'FROM').map(({ text }) => text);
  const images = [...Object.values(compose.services).map(({ image }) => image), ...bases];
  assert.ok(images.length >= 5);
  for (const image of images) assert.match(image, /^[a-z/]+:[0-9]+\.[0-9]+(\.[0-9]+)?/);
});

test('every service has a health check, runs as an ordinary user, and writes to its volumes only', () => {
  for (const service of Object.values(compose.services)) {
    assert.equal(service.healthcheck.test[0], 'CMD');
    assert.match(service.user, /^(node|postgres|valkey)$/);
    assert.equal(service.read_only, true);
  }
  const mounted = [postgres, valkey].flatMap(({ volumes = [] }) => volumes);
  const names = mounted.map((volume) => volume.split(':')[0]);
  assert.deepEqual(names, Object.keys(compose.volumes));
});

test('the settings are ones that Patchloom knows, and say all that must not be left to a default', () => {
  const known = new Set<string>();
  const environment = new Proxy(settings, {
    get(target, name) {
      known.add(String(name));
      return Reflect.get(target, name);
    },
  });
  const config = readConfig(environment);
  assert.deepEqual(
    Object.keys(settings).filter((name) => !known.has(name)),
    [],
  );
  assert.equal(config.lists, 'known');
  for (const name of ['SMTP_ADDRESS', 'LMTP_ADDRESS', 'HTTP_ADDRESS', 'SMTP_ALLOW', 'LISTS']) {
    assert.ok(settings[name], name);
  }
  const { subnet } = compose.networks.default.ipam.config[0]!;
  assert.ok(settings['SMTP_ALLOW']?.split(',').includes(subnet));
});

test('ports are published on loopback only, and are those that Patchloom listens on', () => {
  const ports = (patchloom.ports ?? []).map((port) => port.split(':'));
  assert.deepEqual(
    ports.map(([host]) => host),
    ['127.0.0.1', '127.0.0.1'],
  );
  const inside = ports.map((port) => `0.0.0.0:${port.at(-1)}`);
  assert.deepEqual(inside, [settings['SMTP_ADDRESS'], settings['HTTP_ADDRESS']]);
  const exposed = instructions.find(({ name }) => name === 'EXPOSE')?.text.split(' ');
  assert.deepEqual(
    ports.map((port) => port.at(-1)),
    exposed,
  );
});

test('the queue is on disk every second and never evicted; the database is UTF8 with checksums', () => {
  const words = valkey.command?.join(' ') ?? '';
  assert.match(words, /--appendonly yes/);
  assert.match(words, /--maxmemory-policy noeviction/);
  assert.match(postgres.environment?.['POSTGRES_INITDB_ARGS'] ?? '', /UTF8 --data-checksums/);
});

test('the health check of the Dockerfile and of docker-compose.yml are the same', () => {
  const check = instructions.find(({ name }) => name === 'HEALTHCHECK')?.text ?? '';
  const command: unknown = JSON.parse(check.slice(check.indexOf('[')));
  assert.deepEqual(command, patchloom.healthcheck.test.slice(1));
});

const hasCompose = spawnSync('docker-compose', ['version']).status === 0;
const skip = hasCompose || process.env['CI'] === 'true' ? false : 'docker-compose is not installed';

test(
  'docker-compose takes docker-compose.yml, and asks for the password that is not in it',
  { skip },
  () => {
    const { PATH } = process.env;
    const check = (environment: object) =>
      spawnSync('docker-compose', ['--file', file, 'config', '--quiet'], {
        env: { PATH, ...environment },
        encoding: 'utf8',
      });
    const { status, stderr } = check({ POSTGRES_PASSWORD: 'secret' });
    assert.equal(status, 0, stderr);
    assert.match(check({}).stderr, /put POSTGRES_PASSWORD=… into \.env/);
  },
);
