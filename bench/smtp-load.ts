/** A process of its own that sends mail as fast as it is answered, and tells its parent what it saw. */
import { loadMail } from './load-mail.ts';
import { processCpu } from './process-cpu.ts';
import { quantile } from './quantile.ts';
import { openSmtpSession } from './smtp-session.ts';
import type { SmtpSession } from './smtp-session.ts';

/** What the load is to do; the first argument, as JSON. */
export interface LoadPlan {
  readonly address: string;
  readonly protocol: 'smtp' | 'lmtp';
  readonly connectionCount: number;
  readonly seconds: number;
}

/** What was seen. */
export interface SmtpLoad {
  /** Messages that were answered by 250. */
  readonly storedCount: number;
  readonly otherCount: number;
  readonly seconds: number;
  /** 250s in the slowest whole second. */
  readonly slowestSecond: number;
  /** From the end of the data to the reply, in milliseconds. */
  readonly replyMs: { readonly p50: number; readonly p99: number; readonly max: number };
  /** CPU of this process, start included. */
  readonly cpuMs: number;
}

async function sendLoad({
  address,
  protocol,
  connectionCount,
  seconds,
}: LoadPlan): Promise<SmtpLoad> {
  const sessions = await Promise.all(
    Array.from({ length: connectionCount }, () => openSmtpSession(address, protocol)),
  );
  const seen: Seen = { replyMs: [], otherCount: 0, perSecond: [] };
  const startedAt = performance.now();
  await Promise.all(
    sessions.map((session, place) => sendUntil(session, `s${place}`, startedAt, seconds, seen)),
  );
  for (const session of sessions) session.close();
  const { replyMs, otherCount, perSecond } = seen;
  return {
    storedCount: replyMs.length,
    otherCount,
    seconds: (performance.now() - startedAt) / 1000,
    slowestSecond: Math.min(...Array.from({ length: seconds }, (_, one) => perSecond[one] ?? 0)),
    replyMs: {
      p50: quantile(replyMs, 0.5),
      p99: quantile(replyMs, 0.99),
      max: quantile(replyMs, 1),
    },
    cpuMs: processCpu('self').ownMs,
  };
}

interface Seen {
  readonly replyMs: number[];
  otherCount: number;
  readonly perSecond: number[];
}

async function sendUntil(
  session: SmtpSession,
  sender: string,
  startedAt: number,
  seconds: number,
  seen: Seen,
): Promise<void> {
  for (let number = 0; performance.now() < startedAt + seconds * 1000; number += 1) {
    const { code, replyMs } = await session.send(loadMail(sender, number).raw);
    if (code !== '250') {
      seen.otherCount += 1;
      continue;
    }
    seen.replyMs.push(replyMs);
    const second = Math.floor((performance.now() - startedAt) / 1000);
    seen.perSecond[second] = (seen.perSecond[second] ?? 0) + 1;
  }
}

if (process.send !== undefined) {
  process.send(await sendLoad(JSON.parse(process.argv[2]!) as LoadPlan));
  process.disconnect();
}
