import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { corpusSkip } from '../support/corpus.ts';
import { openScene } from '../support/daemon-scene.ts';
import { assertSameLines } from '../support/first-difference.ts';
import { folderOf } from '../support/test-folder.ts';
import { writtenForms } from '../support/written-archives.ts';
import { corpusMessages } from './corpus-messages.ts';

/** PATCHLOOM_FORMS_MESSAGES=10000 takes the whole corpus. */
const messageCount = Number(process.env['PATCHLOOM_FORMS_MESSAGES'] ?? 1_000);

test(
  `${messageCount} messages of a real list give one export, in whatever form they are kept`,
  { skip: corpusSkip },
  async (context) => {
    const raws = await corpusMessages(messageCount);
    let expected: string | null = null;
    for (const { name, skip, write } of writtenForms) {
      if (skip !== false) {
        context.diagnostic(`${name}: ${skip}`);
        continue;
      }
      await context.test(name, async (own) => {
        const archive = write(join(await folderOf(own), 'list'), raws);
        const scene = await openScene(own, { WORKERS: '2' });
        const { code, stdout, stderr } = await scene.run(['replay', archive]);
        assert.equal(code, 0, stderr);
        assert.match(stdout, new RegExp(`^replayed ${messageCount}, .*, dead 0 in `));
        const exported = await scene.exported();
        expected ??= exported;
        assertSameLines(exported, expected, name);
      });
    }
  },
);
