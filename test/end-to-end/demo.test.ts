import assert from 'node:assert/strict';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openScene } from '../support/daemon-scene.ts';

test('demo --once shows the series of the sample list, exits with 0 and leaves nothing behind', async (context) => {
  const scene = await openScene(context);
  const temporary = join(scene.dataFolder, 'temporary');
  await mkdir(temporary);
  const { code, stdout, stderr } = await scene.run(['demo', '--once'], {
    environment: { TMPDIR: temporary },
  });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^ready smtp=127\.0\.0\.1:[0-9]+ lmtp=/m);
  assert.match(stdout, /^SERIES +VERSION +PATCHES +STATE +COMMENTS +SUBMITTER$/m);
  assert.match(stdout, /^gauge: survive a stuck float +v1 +2\/2 +complete +2 +Ada Brook$/m);
  assert.match(
    stdout,
    /^\[RFC,1\/3\] harbour: count the boats +v1 +2\/3 +incomplete +1 +Dan Moss$/m,
  );
  assert.match(stdout, /^hash +cf863acc4a83440d42e7e569815138154c118fb4$/m);
  assert.match(stdout, /^GET http:\/\/127\.0\.0\.1:[0-9]+\/api\/patches\/\?msgid=/m);
  assert.match(stdout, /^ {4}"name": "\[v2,1\/2\] gauge: notice a float that is frozen",$/m);
  assert.match(stdout, /^ {4}"state": "new",$/m);
  assert.deepEqual(await readdir(temporary), []);
});
