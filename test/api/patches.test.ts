import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storeAll } from '../support/index-mail.ts';
import { openApi } from '../support/api-scene.ts';
import { patchMail } from './review-mail.ts';

test('a patch is found in the list and by its number', async (context) => {
  const api = await openApi(context);
  await storeAll(api.database, [patchMail('<1@x.example>', '[PATCH] lib: add a file')]);
  const [patch] = await api.ask('/api/patches/');
  assert.equal(patch.name, 'lib: add a file');
  const detail = await api.ask(`/api/1.0/patches/${patch.id}/`);
  assert.equal(detail.url, `${api.site}/api/1.0/patches/${patch.id}/`);
});
