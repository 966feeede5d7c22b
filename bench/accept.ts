import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { packageRoot } from '../src/package-root.ts';
import type { Database } from '../src/store/database.ts';
import { withBenchSite } from './bench-site.ts';
import type { BenchSite } from './bench-site.ts';
import { waitingCount } from './index-alone.ts';
import { loadMail } from './load-mail.ts';
import { addedCpu, cpuFigures, memoryFigures } from './measure-replay.ts';
import { startDaemonCommand } from './patchloom-command.ts';
import { watchProcesses } from './process-watch.ts';
import type { ProcessWatch } from './process-watch.ts';
import { quantile } from './quantile.ts';
import type { Figure, Report } from './report.ts';
import type { LoadPlan, SmtpLoad } from './smtp-load.ts';
import { openSmtpSession } from './smtp-session.ts';

/** Messages that are sent one at a time. */
const singleCount = 200;
const warmUpCount = 50;
/** So that each finds the daemon at rest. */
const pauseMs = 20;
const pollMs = 50;

/** `[--seconds 60] [--connections 50] [--lmtp] [--redis]`: live mail to a daemon; one list, so one writer at a time. */
export async function reportAccept(args: readonly string[]): Promise<Report> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '60' },
      connections: { type: 'string', default: '50' },
      lmtp: { type: 'boolean' },
      redis: { type: 'boolean' },
    },
  });
  const protocol = values.lmtp === true ? 'lmtp' : 'smtp';
  const shape = {
    protocol,
    connectionCount: Number(values.connections),
    seconds: Number(values.seconds),
  } as const;
  const hasRedis = values.redis === true;
  return withBenchSite({ hasRedis, workerCount: null }, async (site) => {
    const daemon = await startDaemonCommand('serve', site.environment);
    const watch = watchProcesses(daemon.pid);
    try {
      const plan = { ...shape, address: daemon.addresses[protocol]! };
      const single = await singleFigures(site.database, plan);
      const load = await loadFigures(site, watch, plan);
      const queue = hasRedis ? ', queue in Redis' : '';
      return {
        title: `accept over ${protocol.toUpperCase()}${queue}`,
        input: `${shape.connectionCount} connections for ${shape.seconds} s, messages of 10 KB`,
        figures: [...single, ...load, ...memoryFigures(watch.peakMemory())],
      };
    } finally {
      watch.stop();
      await daemon.stop();
    }
  });
}

/** How long one message takes from its 250 until readers see it. */
async function singleFigures(
  database: Database,
  { address, protocol }: LoadPlan,
): Promise<Figure[]> {
  const session = await openSmtpSession(address, protocol);
  const visibleMs: number[] = [];
  for (let number = 0; number < warmUpCount + singleCount; number += 1) {
    const { messageId, raw } = loadMail('single', number);
    const { code } = await session.send(raw);
    if (code !== '250') throw new Error(`a message was answered by ${code}`);
    const storedAt = performance.now();
    await untilVisible(database, messageId);
    if (number >= warmUpCount) visibleMs.push(performance.now() - storedAt);
    await delay(pauseMs);
  }
  session.close();
  return [
    { name: 'one at a time: 250 to view, median', value: quantile(visibleMs, 0.5), unit: 'ms' },
    { name: 'one at a time: 250 to view, p99', value: quantile(visibleMs, 0.99), unit: 'ms' },
  ];
}

async function untilVisible(database: Database, messageId: string): Promise<void> {
  for (;;) {
    const { rows } = await database.query({
      name: 'is-visible',
      text: 'SELECT id FROM api.message WHERE message_id = $1',
      values: [messageId],
    });
    if (rows.length > 0) return;
    await delay(1);
  }
}

async function loadFigures(
  site: BenchSite,
  watch: ProcessWatch,
  plan: LoadPlan,
): Promise<Figure[]> {
  const before = { command: watch.cpu(), servers: site.serverCpu() };
  const load = await runLoad(plan);
  if (load.otherCount > 0) throw new Error(`${load.otherCount} messages were not answered by 250`);
  const endedAt = performance.now();
  const waiting = await waitingCount(site.database);
  while ((await waitingCount(site.database)) > 0) await delay(pollMs);
  const lagSeconds = (performance.now() - endedAt) / 1000;
  const command = watch.cpu();
  const cpu = {
    clientMs: command.clientMs - before.command.clientMs,
    workerMs: command.workerMs - before.command.workerMs,
    ...addedCpu(before.servers, site.serverCpu()),
  };
  const { storedCount, seconds, replyMs } = load;
  return [
    { name: '250s', value: storedCount / seconds, unit: 'messages/s' },
    { name: '250s in the slowest second', value: load.slowestSecond, unit: 'messages' },
    { name: 'end of data to reply, median', value: replyMs.p50, unit: 'ms' },
    { name: 'end of data to reply, p99', value: replyMs.p99, unit: 'ms' },
    { name: 'end of data to reply, max', value: replyMs.max, unit: 'ms' },
    { name: 'indexed when the load ended', value: storedCount - waiting, unit: 'messages' },
    { name: 'not yet', value: waiting, unit: 'messages' },
    { name: 'until all were indexed', value: lagSeconds, unit: 's' },
    ...cpuFigures(cpu, storedCount, 'daemon'),
    { name: 'CPU, load generator', value: load.cpuMs / storedCount, unit: 'ms/message' },
  ];
}

async function runLoad(plan: LoadPlan): Promise<SmtpLoad> {
  const script = join(packageRoot, 'dist', 'bench', 'smtp-load.js');
  const child = fork(script, [JSON.stringify(plan)]);
  const ended = once(child, 'exit');
  const [load] = (await Promise.race([
    once(child, 'message'),
    ended.then(([code]) => Promise.reject(new Error(`the load ended with ${code}`))),
  ])) as [SmtpLoad];
  await ended;
  return load;
}
