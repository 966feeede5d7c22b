import { statfs } from 'node:fs/promises';
import { judged } from '../../finding.ts';
import type { Finding } from '../../finding.ts';
import type { Queryable } from '../database.ts';

/** With less than the first, mail is refused (452); with less than the second, it may soon be. */
const refusedBelowMessages = 2;
const scarceBelowMessages = 40;

/** Room in `folder`, measured in messages of the greatest size. */
export async function roomFinding(folder: string, maxMessageBytes: number): Promise<Finding> {
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  const isScarce = freeBytes < scarceBelowMessages * maxMessageBytes;
  const isRefused = freeBytes < refusedBelowMessages * maxMessageBytes;
  const remedy = isScarce ? `make room where ${folder} lies: without it mail gets 452` : null;
  const found = `${Math.floor(freeBytes / 1024 ** 2)} MiB free`;
  return judged('disk', found, isRefused ? 'fail' : 'warn', remedy);
}

const skewedSeconds = 5;

/** Difference between this machine's clock and the database's. `nowMs` gives the time here, since 1970. */
export async function clockFinding(queryable: Queryable, nowMs: () => number): Promise<Finding> {
  const before = nowMs();
  const { rows } = await queryable.query(
    'SELECT extract(epoch FROM clock_timestamp())::float AS seconds',
  );
  const here = (before + nowMs()) / 2 / 1000;
  const skew = Math.round(here - rows[0].seconds);
  const remedy =
    Math.abs(skew) > skewedSeconds
      ? 'set both clocks by NTP: times of receipt, and checks of tokens, follow them'
      : null;
  return judged('clock', `${skew} s from the database's`, 'warn', remedy);
}
