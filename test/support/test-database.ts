import { rm } from 'node:fs/promises';
import { after, type TestContext } from 'node:test';
import { openDatabase } from '../../src/store/database.ts';
import type { Database } from '../../src/store/database.ts';
import { openEmbeddedPostgres } from '../../src/store/embedded/embedded-postgres.ts';
import { migrate } from '../../src/store/migrate.ts';
import { lastResort, removeDataFolderNow } from './last-resort.ts';
import { makeTestFolder } from './test-folder.ts';

/** A database of one test, on a Postgres that all tests of the file share. */
export interface TestDatabase {
  readonly url: string;
  /** Closed when the test ends. */
  readonly database: Database;
}

interface TestServer {
  /** Of a database to be connected to while others are made. */
  readonly url: string;
  readonly admin: Database;
  close(): Promise<void>;
}

const templateName = 'migrated_template';

let openedServer: Promise<TestServer> | null = null;
let databaseCount = 0;

after(async () => (await openedServer)?.close());

/** A database at this build's schema with nothing in it. Measured: 50 ms after the first. */
export async function openTestDatabase(context: TestContext): Promise<TestDatabase> {
  return openCopy(context, templateName);
}

/** A database that was never migrated. */
export async function openEmptyDatabase(context: TestContext): Promise<TestDatabase> {
  return openCopy(context, 'template0');
}

/** Another pool on a test's database, as another process has it; closed when the test ends. */
export function connectTo(context: TestContext, url: string): Database {
  const database = connect(url);
  context.after(() => database.end());
  return database;
}

async function openCopy(context: TestContext, template: string): Promise<TestDatabase> {
  openedServer ??= startServer();
  const { admin, url: serverUrl } = await openedServer;
  databaseCount += 1;
  const name = `test_${databaseCount}`;
  await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = urlOf(serverUrl, name);
  return { url, database: connectTo(context, url) };
}

async function startServer(): Promise<TestServer> {
  const folder = await makeTestFolder();
  const settle = lastResort(() => removeDataFolderNow(folder));
  const postgres = await openEmbeddedPostgres({ dataFolder: folder });
  const admin = connect(postgres.connectionString);
  await admin.query(`CREATE DATABASE ${templateName}`);
  const template = connect(urlOf(postgres.connectionString, templateName));
  await migrate(template);
  await template.end();
  return {
    url: postgres.connectionString,
    admin,
    async close() {
      await admin.end();
      await postgres.close();
      await rm(folder, { recursive: true, force: true });
      settle();
    },
  };
}

function connect(url: string): Database {
  const applicationName = 'patchloom test';
  return openDatabase(url, { maxConnections: 8, applicationName, statementTimeoutMs: 60_000 });
}

function urlOf(serverUrl: string, name: string): string {
  return serverUrl.replace('postgres:///patchloom?', `postgres:///${name}?`);
}
