import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chown, readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { packageRoot } from '../../src/package-root.ts';
import { openScene, untilIndexed } from '../support/daemon-scene.ts';
import { patchText, sampleMail } from '../support/sample-mail.ts';
import { sendAll } from '../support/send-mail.ts';
import { until } from '../support/until.ts';

const rootOnly = process.getuid?.() === 0 ? false : 'needs root, who may open ports below 1024';
const nobody = { uid: idOf('-u'), gid: idOf('-g') };
const skip = rootOnly || (nobodyCanRun() ? false : 'nobody cannot read the project here');

function idOf(flag: string): number {
  return Number(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }).stdout);
}

function nobodyCanRun(): boolean {
  const program = join(packageRoot, 'dist', 'workers', 'indexer.js');
  const read = `fs.accessSync(${JSON.stringify(program)})`;
  return spawnSync(process.execPath, ['--eval', read], { ...nobody, cwd: '/' }).status === 0;
}

/** A port below 1024 of 127.0.0.1 where nobody listens. */
async function rootPort(): Promise<number> {
  for (let port = 1023; port > 500; port -= 1) {
    const server = createServer().listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
      return port;
    } catch {
      continue;
    } finally {
      server.close();
    }
  }
  return assert.fail('all ports are taken');
}

/** User ids of all threads of a process, groups too: "Uid: 65534 65534 65534 65534". */
async function identitiesOf(pid: number): Promise<Set<string>> {
  const threads = await readdir(`/proc/${pid}/task`);
  const lines = threads.map(async (thread) => {
    const status = await readFile(`/proc/${pid}/task/${thread}/status`, 'utf8');
    return (status.match(/^(Uid|Gid|Groups):.*$/gm) ?? []).join(' ').replaceAll(/\s+/g, ' ').trim();
  });
  return new Set(await Promise.all(lines));
}

async function childrenOf(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children.trim().split(' ').map(Number);
}

const ids = (id: number): string => `${id} ${id} ${id} ${id}`;
const expected = new Set([`Uid: ${ids(nobody.uid)} Gid: ${ids(nobody.gid)} Groups:`]);

test(
  'root with a port below 1024 is nobody once it listens, and so are its workers; mail goes on',
  { skip },
  async (context) => {
    const scene = await openScene(context, { SMTP_ADDRESS: `127.0.0.1:${await rootPort()}` });
    await chown(scene.dataFolder, nobody.uid, nobody.gid);
    const daemon = await scene.serve();
    const pids = [daemon.process.pid, ...(await childrenOf(daemon.process.pid))];
    assert(pids.length >= 2, 'a worker runs');
    for (const pid of pids) assert.deepEqual(await identitiesOf(pid), expected, `process ${pid}`);

    const send = async (id: string): Promise<string[]> =>
      sendAll(daemon.smtpAddress, [
        sampleMail({ id, subject: `[PATCH] ${id}`, body: patchText(id) }),
      ]);
    assert.deepEqual(await send('a1'), ['250 2.0.0 stored']);
    await untilIndexed(await scene.database(), 1);
    await scene.killPostgres();
    await until('Postgres is back', async () => (await send('a2'))[0]?.startsWith('250') === true);
    await untilIndexed(await scene.database(), 2);
    await daemon.stop();
    await (await scene.serve()).stop();
  },
);

test(
  'root does not start with a port below 1024 and a database that nobody could not restart',
  { skip: rootOnly },
  async (context) => {
    const scene = await openScene(context, { SMTP_ADDRESS: `127.0.0.1:${await rootPort()}` });
    const { code, stderr } = await scene.run(['serve']);
    assert.equal(code, 78, stderr);
    assert.match(stderr, /install -d -o nobody .*, set DATABASE_URL, or use ports from 1024/);
    const environment = { PATCHLOOM_USER: 'nosuchuser' };
    const unknown = await scene.run(['serve'], { environment });
    assert.equal(unknown.code, 78);
    assert.match(unknown.stderr, /"nosuchuser" is no user/);
  },
);
