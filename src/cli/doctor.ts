import { processConfig } from '../config.ts';
import type { Config } from '../config.ts';
import { judged, sound } from '../finding.ts';
import type { Finding } from '../finding.ts';
import { redisFindings } from '../queue/redis-findings.ts';
import type { Database } from '../store/database.ts';
import { custodyFindings } from '../store/doctor/custody-findings.ts';
import { clockFinding, roomFinding } from '../store/doctor/machine-findings.ts';
import { serverFindings } from '../store/doctor/server-findings.ts';
import { placeServer } from '../store/embedded/server-place.ts';
import { reportOf } from './failure.ts';
import { print, tableText } from './output.ts';
import { withDatabase } from './with-database.ts';

/** Exit code when something fails. */
const failedCode = 1;

/** Looks at all that Patchloom rests on, prints what it found and what to do; exit 1 when something fails. */
export async function doctor(options: { readonly json?: boolean }): Promise<void> {
  const config = processConfig();
  const findings = [...(await databaseFindings(config)), ...(await redisFindings(config.redisUrl))];
  await print(options.json === true ? `${JSON.stringify(findings)}\n` : findingsText(findings));
  if (findings.some(({ level }) => level === 'fail')) process.exitCode = failedCode;
}

async function databaseFindings(config: Config): Promise<Finding[]> {
  const check = config.databaseUrl === null ? 'database (embedded)' : 'database';
  try {
    const findings = await withDatabase(findingsIn);
    return [sound(check, 'answers'), ...findings];
  } catch (error) {
    const remedy =
      config.databaseUrl === null
        ? `look at postgres.log in ${config.dataFolder}`
        : 'start it, or mend DATABASE_URL; until then mail gets 451';
    return [judged(check, reportOf(error), 'fail', remedy)];
  }
}

async function findingsIn(database: Database, config: Config): Promise<Finding[]> {
  return [
    ...(await serverFindings(database)),
    ...(await custodyFindings(database)),
    await clockFinding(database, Date.now),
    await disk(config),
  ];
}

async function disk({ databaseUrl, dataFolder, maxMessageBytes }: Config): Promise<Finding> {
  if (databaseUrl !== null) return sound('disk', 'of the database: not seen from here');
  const { clusterFolder } = await placeServer(dataFolder);
  return roomFinding(clusterFolder, maxMessageBytes);
}

/** A line each: "WARN  dead letters  2  patchloom dead ls; …". */
function findingsText(findings: readonly Finding[]): string {
  return tableText(
    findings.map(({ level, check, found, remedy }) => [
      level.toUpperCase(),
      check,
      found,
      remedy ?? '',
    ]),
  );
}
