import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import type { TestContext } from 'node:test';
import { openEmbeddedPostgres } from '../../src/store/embedded/embedded-postgres.ts';
import { findPlatformPackage } from '../../src/store/embedded/platform-package.ts';
import { prepareBinaries } from '../../src/store/embedded/server-binaries.ts';
import { placeServer } from '../../src/store/embedded/server-place.ts';
import { childOptionsOf } from '../../src/store/embedded/server-user.ts';
import { connectionStringOf } from '../../src/store/embedded/socket-folder.ts';
import { makeTestFolder } from '../support/test-folder.ts';
import { until } from '../support/until.ts';
import { Client } from 'pg';

/**
 * URL of a Postgres that is not Patchloom's, with settings that it would not give it: ["fsync=off"]. Its data lies in `folder`,
 * which must be empty; it is stopped, and the folder removed, when the test ends.
 */
export async function startForeignPostgres(
  context: TestContext,
  settings: readonly string[],
  folder: string | null = null,
): Promise<string> {
  const dataFolder = folder ?? (await makeTestFolder());
  // Makes the cluster and the database.
  await (await openEmbeddedPostgres({ dataFolder })).close();
  const place = await placeServer(dataFolder);
  const binaries = await prepareBinaries(await findPlatformPackage(), place);
  const fixed = ['listen_addresses=', `unix_socket_directories=${place.clusterFolder}`];
  const options = [...fixed, ...settings].flatMap((setting) => ['-c', setting]);
  const child = spawn(binaries.postgres, ['-D', place.clusterFolder, ...options], {
    ...childOptionsOf(place.user),
    env: binaries.environment,
    stdio: 'ignore',
  });
  context.after(async () => {
    const exited = once(child, 'exit');
    child.kill('SIGQUIT');
    await exited;
    await rm(dataFolder, { recursive: true, force: true });
  });
  const url = connectionStringOf(place.clusterFolder, 'patchloom');
  await until('Postgres answers', async () => {
    assert.equal(child.exitCode, null, 'Postgres runs');
    return answers(url);
  });
  return url;
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}
