import { CommanderError } from 'commander';
import { ArchiveError } from '../archive/archive-error.ts';
import { PatchworkSourceError } from '../archive/patchwork-error.ts';
import { ConfigError } from '../config.ts';
import { RedisSettingsError } from '../queue/redis-settings.ts';
import { BackupError } from '../store/backup/backup-error.ts';
import { DurabilityError } from '../store/durability.ts';
import { SchemaError } from '../store/schema-error.ts';
import { EmbeddedPostgresError } from '../store/embedded/embedded-postgres-error.ts';
import { OutputClosedError } from './output.ts';
import { CommandError, exitCode } from './exit-code.ts';

/** Trouble that stays until an operator changes a setting. */
const settingErrors = [ConfigError, SchemaError, DurabilityError, RedisSettingsError];

/** The exit code that tells a caller what kind of trouble an error is. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommandError) return error.code;
  if (error instanceof OutputClosedError) return exitCode.ok;
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
  if (settingErrors.some((kind) => error instanceof kind)) return exitCode.configuration;
  if (error instanceof BackupError) {
    return error.isFileBad ? exitCode.dataError : exitCode.configuration;
  }
  if (error instanceof ArchiveError || error instanceof PatchworkSourceError) {
    return exitCode.dataError;
  }
  if (error instanceof EmbeddedPostgresError || isConnectionError(error)) {
    return exitCode.temporaryFailure;
  }
  return exitCode.software;
}

/** One line a cause: what happened, and why. */
export function reportOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.message === '' ? error.name : error.message;
  return error.cause === undefined ? own : `${own}: ${reportOf(error.cause)}`;
}

/** System errors (ECONNREFUSED) and Postgres's own (57P03) have a code; those of our making do not. */
function isConnectionError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}
