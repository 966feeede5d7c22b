import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mboxMessage, mboxOf } from '../../src/review/mbox-message.ts';
import type { Submission } from '../../src/review/mbox-message.ts';

const patch: Submission = {
  id: 12,
  date: '2020-10-07T12:00:00Z',
  headers: [
    ['From', 'Ada Brook <ada@brook.example>'],
    ['Subject', '[PATCH] lib: add\n a file'],
    ['Date', 'Wed, 07 Oct 2020 12:00:00 +0000'],
    ['Content-Type', 'text/plain; charset=iso-8859-1'],
    ['Content-Transfer-Encoding', 'quoted-printable'],
  ],
  content: 'Why.\n\nSigned-off-by: Ada Brook <ada@brook.example>\n---\n a.c | 1 +',
  diff: 'diff --git a/a.c b/a.c\n+x\n',
  submitterName: 'Ada Brook',
  submitterEmail: 'ada@brook.example',
  delegateEmail: null,
  comments: [],
  listEmail: 'review@lists.example',
};

test('a patch is rendered with its headers, its commit message, what follows the dashes, and its diff', () => {
  assert.equal(
    mboxMessage(patch),
    `From patchwork Wed Oct  7 12:00:00 2020
Content-Type: text/plain; charset="utf-8"
MIME-Version: 1.0
Content-Transfer-Encoding: 7bit
X-Patchwork-Submitter: Ada Brook <ada@brook.example>
X-Patchwork-Id: 12
From: Ada Brook <ada@brook.example>
Subject: [PATCH] lib: add
 a file
Date: Wed, 07 Oct 2020 12:00:00 +0000

Why.

Signed-off-by: Ada Brook <ada@brook.example>
---
 a.c | 1 +

diff --git a/a.c b/a.c
+x
`,
  );
});

/** Lines of the body of a patch with other values than the usual. */
function bodyLines(other: Partial<Submission>): string[] {
  const text = mboxMessage({ ...patch, ...other });
  return text.slice(text.indexOf('\n\n') + 2).split('\n');
}

test('what reviewers answered is added to the commit message, repeats kept, quotes and other lines left out', () => {
  const comments = [
    'Nice.\n\nReviewed-by: Bo <bo@b.example>\n> Acked-by: Quoted <q@b.example>',
    'reviewed-by: Bo <bo@b.example>\nCc: Di <di@b.example>',
  ];
  assert.deepEqual(bodyLines({ comments, diff: null }), [
    'Why.',
    '',
    'Signed-off-by: Ada Brook <ada@brook.example>',
    'Reviewed-by: Bo <bo@b.example>',
    'reviewed-by: Bo <bo@b.example>',
    '---',
    ' a.c | 1 +',
    '',
  ]);
});

test('dashes with nothing after them disappear', () => {
  assert.deepEqual(bodyLines({ content: 'Why.\n---\n\n', diff: 'd\n' }), ['Why.', '', 'd', '']);
});

test('a body beyond ASCII is 8bit', () => {
  assert.match(mboxMessage({ ...patch, content: 'Käse' }), /^Content-Transfer-Encoding: 8bit$/m);
});

test('a delegate is named', () => {
  const text = mboxMessage({ ...patch, delegateEmail: 'di@b.example' });
  assert.match(text, /^X-Patchwork-Id: 12\nX-Patchwork-Delegate: di@b\.example\nFrom: /m);
});

test('a From that the list rewrote gives way to the submitter', () => {
  const headers = [['From', 'Ada via review <Review@lists.example>']] as const;
  const text = mboxMessage({ ...patch, headers });
  assert.match(text, /^X-Patchwork-Original-From: Ada via review <Review@lists\.example>$/m);
  assert.match(text, /^From: Ada Brook <ada@brook\.example>$/m);
});

test('a message without Date has that at which it was received', () => {
  const text = mboxMessage({ ...patch, headers: [] });
  assert.match(text, /^Date: Wed, 07 Oct 2020 12:00:00 -0000$/m);
});

test('a header value cannot smuggle in a field or end the header', () => {
  const headers = [['X-Odd', 'a\nBcc: b@b.example\n\nbody']] as const;
  const text = mboxMessage({ ...patch, headers });
  assert.match(text, /^X-Odd: a\n Bcc: b@b\.example\n \n body\n/m);
});

test('messages of an mbox have an empty line between them', async () => {
  const parts = (await mboxText([patch, patch])).split('\nFrom patchwork ');
  assert.equal(parts.length, 2);
  assert.equal(await mboxText([]), '');
});

async function mboxText(submissions: readonly Submission[]): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of mboxOf(each(submissions))) parts.push(part);
  return Buffer.concat(parts).toString();
}

async function* each(submissions: readonly Submission[]): AsyncGenerator<Submission> {
  yield* submissions;
}

test('an mbox asks for a patch when those before it are taken', async () => {
  let askedCount = 0;
  async function* counted(): AsyncGenerator<Submission> {
    for (;;) {
      askedCount += 1;
      yield patch;
    }
  }
  const parts = mboxOf(counted());
  await parts.next();
  await parts.next();
  assert.equal(askedCount, 2);
  await parts.return(undefined);
});
