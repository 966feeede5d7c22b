import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openScene } from '../support/daemon-scene.ts';
import { sampleMail } from '../support/sample-mail.ts';
import { PostgresProcess } from '../support/postgres-process.ts';

for (const setting of ['fsync', 'full_page_writes']) {
  test(`no command takes mail into a Postgres with ${setting} off: exit 78 and what to do`, async (context) => {
    const { url } = await PostgresProcess.start(context, [`${setting}=off`]);
    const scene = await openScene(context, { DATABASE_URL: url });
    const input = sampleMail({ id: 'a1', subject: 'unsafe' });
    for (const command of ['serve', 'deliver']) {
      const { code, stderr } = await scene.run([command], { input });
      assert.equal(code, 78, command);
      assert.match(stderr, new RegExp(`${setting} is off on the server: say ALTER SYSTEM SET`));
    }
  });
}

test('no command takes mail in sessions with synchronous_commit off, whoever said so: exit 78 and what to do', async (context) => {
  const { url: safeUrl } = await PostgresProcess.start(context);
  const safe = await openScene(context, { DATABASE_URL: safeUrl });
  const input = sampleMail({ id: 'a1', subject: 'safe' });
  assert.equal((await safe.run(['deliver'], { input })).code, 0);
  const unsafeUrl = `${safeUrl}&options=-c%20synchronous_commit%3Doff`;
  const unsafe = await openScene(context, { DATABASE_URL: unsafeUrl });
  const { code, stderr } = await unsafe.run(['deliver'], { input });
  assert.equal(code, 78);
  assert.match(stderr, /synchronous_commit is off in our sessions/);
});
