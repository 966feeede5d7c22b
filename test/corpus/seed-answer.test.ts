import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readMbox } from '../../src/archive/read-mbox.ts';
import { packageRoot } from '../../src/package-root.ts';
import { openApi } from '../support/api-scene.ts';
import { storeAll } from '../support/index-mail.ts';

const seed = join(packageRoot, '..', 'shared', 'seed');
const skip = existsSync(join(seed, 'thread.mbox')) ? false : `no seed at ${seed}`;

/** An answer's text with the host, numbers and the form that it was asked for in made the same. */
function comparable(text: string): string {
  return text
    .replaceAll(/http:\/\/[^/"]+/g, 'http://host')
    .replaceAll('?format=api', '')
    .replaceAll(/\/(patches|series|people|projects)\/[0-9]+\//g, '/$1/N/')
    .replaceAll(/series=[0-9]+/g, 'series=N')
    .replaceAll(/"id":\s*[0-9]+/g, '"id":0');
}

test(
  'a real patch is answered as Patchwork answered for it, field by field in its order',
  { skip },
  async (context) => {
    const api = await openApi(context);
    const raws: Buffer[] = [];
    for await (const { raw } of readMbox(join(seed, 'thread.mbox'), {
      maxMessageBytes: 1_000_000,
    })) {
      if (raw !== null) raws.push(raw);
    }
    await storeAll(api.database, raws);
    await api.database.query(`UPDATE patchloom.mailing_list SET name = 'QEMU Development'`);
    const [found] = await api.ask(
      '/api/patches/?msgid=1504081950-2528-9-git-send-email-peterx@redhat.com',
    );
    const response = await api.fetch(`/api/patches/${found.id}/`);
    const expected = JSON.parse(comparable(readFileSync(join(seed, 'patch-807493.json'), 'utf8')));
    const actual = JSON.parse(comparable(await response.text()));
    assert.deepEqual(actual, expected);
    assert.equal(JSON.stringify(actual), JSON.stringify(expected), 'keys in the same order');
  },
);
