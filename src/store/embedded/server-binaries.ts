import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { copyPackage } from './binaries-copy.ts';
import { EmbeddedPostgresError } from './embedded-postgres-error.ts';
import { linkLibraries } from './library-links.ts';
import type { PlatformPackage } from './platform-package.ts';
import { folderError } from './private-folder.ts';
import { systemFolder, type ServerPlace } from './server-place.ts';
import { childOptionsOf, type ServerUser } from './server-user.ts';
import { shortHash } from './socket-folder.ts';

const runFile = promisify(execFile);

/** Postgres binaries that the server user can run. */
export interface ServerBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** The whole environment for them. Ours is kept out: PGDATA, PGOPTIONS or LC_ALL would change what they do. */
  readonly environment: Readonly<Record<string, string>>;
  /** 18 of "postgres (PostgreSQL) 18.4". */
  readonly majorVersion: number;
}

/**
 * Makes the package's binaries runnable for the server user: where they lie, with the library links in a folder of ours;
 * else, as when the project lies below /root, from a copy that everybody can read. Which it is, is found out by running
 * them. Throws EmbeddedPostgresError 'binaries-do-not-run' when neither runs.
 */
export async function prepareBinaries(
  nativePackage: PlatformPackage,
  place: Pick<ServerPlace, 'homeFolder' | 'user'>,
): Promise<ServerBinaries> {
  try {
    const inPlace = await binariesInPlace(nativePackage, place);
    const first = await tryBinaries(inPlace, place.user);
    if (!(first instanceof Error)) return first;
    const copyHome = place.user.isDropped ? systemFolder : place.homeFolder;
    const copy = binariesIn(await copyPackage(nativePackage, copyHome), {});
    const second = await tryBinaries(copy, place.user);
    if (!(second instanceof Error)) return second;
    throw deadBinariesError(nativePackage, first);
  } catch (error) {
    throw error instanceof EmbeddedPostgresError ? error : folderError(place.homeFolder, error);
  }
}

type UntriedBinaries = Omit<ServerBinaries, 'majorVersion'>;

async function binariesInPlace(
  { nativeFolder, version }: PlatformPackage,
  place: Pick<ServerPlace, 'homeFolder'>,
): Promise<UntriedBinaries> {
  const linkFolder = join(
    place.homeFolder,
    `postgres-libraries-${shortHash(nativeFolder + version)}`,
  );
  await linkLibraries(nativeFolder, linkFolder);
  const variable = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH';
  return binariesIn(nativeFolder, { [variable]: `${linkFolder}:${join(nativeFolder, 'lib')}` });
}

function binariesIn(nativeFolder: string, environment: Record<string, string>): UntriedBinaries {
  return {
    initdb: join(nativeFolder, 'bin', 'initdb'),
    postgres: join(nativeFolder, 'bin', 'postgres'),
    environment: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC', ...environment },
  };
}

/** The binaries with the version that they print, or why they do not run. */
async function tryBinaries(
  binaries: UntriedBinaries,
  user: ServerUser,
): Promise<ServerBinaries | Error> {
  try {
    const options = { ...childOptionsOf(user), env: binaries.environment };
    const { stdout } = await runFile(binaries.postgres, ['--version'], options);
    return { ...binaries, majorVersion: Number(/ ([0-9]+)/.exec(stdout)?.[1]) };
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function deadBinariesError(nativePackage: PlatformPackage, cause: Error): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'binaries-do-not-run',
    `the Postgres binaries in ${nativePackage.nativeFolder} do not run here (${cause.message.trim()}): they need glibc 2.27 or newer and libstdc++; install those, or set DATABASE_URL`,
    cause,
  );
}
