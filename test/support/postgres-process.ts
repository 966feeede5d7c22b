import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import type { TestContext } from 'node:test';
import { Client } from 'pg';
import { openEmbeddedPostgres } from '../../src/store/embedded/embedded-postgres.ts';
import { findPlatformPackage } from '../../src/store/embedded/platform-package.ts';
import { prepareBinaries } from '../../src/store/embedded/server-binaries.ts';
import type { ServerBinaries } from '../../src/store/embedded/server-binaries.ts';
import { placeServer } from '../../src/store/embedded/server-place.ts';
import type { ServerPlace } from '../../src/store/embedded/server-place.ts';
import { childOptionsOf } from '../../src/store/embedded/server-user.ts';
import { connectionStringOf } from '../../src/store/embedded/socket-folder.ts';
import { lastResort } from './last-resort.ts';
import { makeTestFolder } from './test-folder.ts';
import { until } from './until.ts';

/** A Postgres that Patchloom knows by DATABASE_URL only, with a database "patchloom"; stopped when the test ends. */
export class PostgresProcess {
  readonly url: string;
  /** Its data directory, where its socket lies as well. */
  readonly clusterFolder: string;
  readonly #place: ServerPlace;
  readonly #binaries: ServerBinaries;
  #child: ChildProcess | null = null;
  #settle: () => void = () => undefined;

  private constructor(place: ServerPlace, binaries: ServerBinaries) {
    this.#place = place;
    this.#binaries = binaries;
    this.clusterFolder = place.clusterFolder;
    this.url = connectionStringOf(place.clusterFolder, 'patchloom');
  }

  /** `settings` as in postgresql.conf: ["fsync=off"]. Its data lies in `folder`, which is empty and will be removed. */
  static async start(
    context: TestContext,
    settings: readonly string[] = [],
    folder: string | null = null,
  ): Promise<PostgresProcess> {
    const dataFolder = folder ?? (await makeTestFolder());
    // Makes the cluster and the database.
    await (await openEmbeddedPostgres({ dataFolder })).close();
    const place = await placeServer(dataFolder);
    const binaries = await prepareBinaries(await findPlatformPackage(), place);
    const postgres = new PostgresProcess(place, binaries);
    context.after(async () => {
      await postgres.stop();
      await rm(dataFolder, { recursive: true, force: true });
    });
    await postgres.start(settings);
    return postgres;
  }

  /** Starts it, again with the data that it had; waits until it answers. */
  async start(settings: readonly string[] = []): Promise<void> {
    const fixed = ['listen_addresses=', `unix_socket_directories=${this.clusterFolder}`];
    const options = [...fixed, ...settings].flatMap((setting) => ['-c', setting]);
    const child = spawn(this.#binaries.postgres, ['-D', this.clusterFolder, ...options], {
      ...childOptionsOf(this.#place.user),
      env: this.#binaries.environment,
      stdio: 'ignore',
    });
    this.#child = child;
    this.#settle = lastResort(() => child.kill('SIGQUIT'));
    await until('Postgres answers', async () => {
      assert.equal(child.exitCode, null, 'Postgres runs');
      return answers(this.url);
    });
  }

  /** Ends it with all its connections. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null) return;
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, 'exit');
      child.kill('SIGQUIT');
      await exited;
    }
    this.#settle();
  }
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
