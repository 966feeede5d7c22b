import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { readConfig } from '../../src/config.ts';
import { packageRoot } from '../../src/package-root.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { documentFiles, placedText } from '../support/document-files.ts';
import { makeTestFolder } from '../support/test-folder.ts';

const unitFolder = join(packageRoot, 'docs', 'deploy');
const units = readdirSync(unitFolder).filter((name) => name.endsWith('.service'));

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;
const skip =
  hasSystemd || process.env['CI'] === 'true' ? false : 'systemd-analyze is not installed';

function textOf(unit: string): string {
  return readFileSync(join(unitFolder, unit), 'utf8');
}

/** Values of a setting, in order: "ReadWritePaths" -> ["-/run/patchloom"]. */
function values(unit: string, name: string): string[] {
  return textOf(unit)
    .split('\n')
    .filter((line) => line.startsWith(`${name}=`))
    .map((line) => line.slice(name.length + 1));
}

/** The unit with node and the project where they are here. */
async function placeUnit(context: TestContext, unit: string): Promise<string> {
  const folder = await makeTestFolder();
  context.after(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, 'system'));
  const path = join(folder, 'system', unit);
  const places = { '/usr/bin/node': process.execPath, '/opt/patchloom': packageRoot };
  await writeFile(path, placedText(textOf(unit), places));
  return path;
}

for (const unit of units) {
  test(`systemd finds nothing wrong with ${unit}`, { skip }, async (context) => {
    const path = await placeUnit(context, unit);
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', path], {
      encoding: 'utf8',
    });
    const aboutUs = stderr.split('\n').filter((line) => line.includes('patchloom'));
    assert.deepEqual(aboutUs, []);
    assert.equal(status, 0, stderr);
  });

  test(
    `${unit} is exposed less than 2.5 of 10 by systemd's own measure`,
    { skip },
    async (context) => {
      const path = await placeUnit(context, unit);
      const { status, stdout, stderr } = spawnSync(
        'systemd-analyze',
        ['security', '--offline=true', '--no-pager', '--threshold=25', path],
        { encoding: 'utf8' },
      );
      context.diagnostic(/Overall exposure level.*/.exec(stdout)?.[0] ?? stderr);
      assert.equal(status, 0, `${stderr}${stdout}`);
    },
  );

  test(`${unit} runs a command that there is, with settings that are taken`, () => {
    const command = values(unit, 'ExecStart')[0]?.split(' ').at(-1);
    assert.ok(buildProgram().commands.some((known) => known.name() === command));
    const settings = values(unit, 'Environment')
      .join(' ')
      .split(' ')
      .map((setting) => setting.split('='));
    const config = readConfig(Object.fromEntries(settings));
    assert.equal(config.dataFolder, '/var/lib/patchloom');
    assert.equal(`/var/lib/${values(unit, 'StateDirectory')[0]}`, config.dataFolder);
  });
}

test('all units are hardened alike, leave the embedded Postgres to Patchloom, and stay down on exit 78', () => {
  const shared = units.map((unit) => textOf(unit).slice(textOf(unit).indexOf('# A Postgres of')));
  assert.equal(units.length, 4);
  assert.equal(new Set(shared).size, 1);
  assert.deepEqual(values('patchloom.service', 'KillMode'), ['mixed']);
  assert.deepEqual(values('patchloom.service', 'RestartPreventExitStatus'), ['78']);
});

test('the folder of the LMTP socket is the one of docs/mta.md, and the umask lets its group in', () => {
  const files = documentFiles('docs/mta.md', 'Postfix: LMTP');
  const folder = files.get('/etc/tmpfiles.d/patchloom.conf')?.split(' ')[1];
  for (const unit of ['patchloom.service', 'patchloom-smtp.service']) {
    assert.deepEqual(values(unit, 'ReadWritePaths'), [`-${folder}`]);
    assert.match(values(unit, 'Environment').join(' '), new RegExp(`LMTP_ADDRESS=${folder}/`));
    assert.deepEqual(values(unit, 'UMask'), ['0007']);
  }
});
