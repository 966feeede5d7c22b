import { test } from 'node:test';
import assert from 'node:assert/strict';
import { headerFacts, parseMessage } from '../../src/parsing/parse-message.ts';
import { mail, mixed, parts, smallDiff } from './mail-source.ts';

const comment =
  'Fix the leak.\n\nSigned-off-by: A Sender <sender@example.com>\n---\n file.c | 2 +-';
const patchMail = mail({ Subject: '[PATCH] Fix' }, `${comment}\n\n${smallDiff}`);

async function contentAndDiff(raw: Buffer): Promise<[string | null, string | null]> {
  const { content, diff } = await parseMessage(raw);
  return [content, diff];
}

test('commit message and diff of a patch in one text are told apart, in utf-8 and without a charset', async () => {
  assert.deepEqual(await contentAndDiff(patchMail), [comment, smallDiff]);
  const type = {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Transfer-Encoding': '8bit',
  };
  const declared = mail(type, `${comment}\n\n${smallDiff}`);
  assert.deepEqual(await contentAndDiff(declared), [comment, smallDiff]);
});

test('an attached text/x-patch or text/x-diff is the diff as a whole', async () => {
  for (const type of ['text/x-patch', 'text/x-diff']) {
    const body = parts(
      ['Content-Type: text/plain; charset=utf-8', comment],
      [`Content-Type: ${type}; charset=utf-8`, smallDiff],
    );
    assert.deepEqual(await contentAndDiff(mail(mixed, body)), [comment, smallDiff]);
  }
});

test('an attached diff takes the place of an inline one', async () => {
  const other = smallDiff.replaceAll('file.c', 'other.c');
  const body = parts(['', `${comment}\n\n${other}`], ['Content-Type: text/x-patch', smallDiff]);
  assert.deepEqual(await contentAndDiff(mail(mixed, body)), [comment, smallDiff]);
});

test('a second text part with a diff is comment', async () => {
  const body = parts(['', smallDiff], ['', `second\n\n${smallDiff}`]);
  assert.deepEqual(await contentAndDiff(mail(mixed, body)), [
    `second\n\n${smallDiff.trim()}`,
    smallDiff,
  ]);
});

test('an attachment known only by its name is the diff where there is no other', async () => {
  const octets = 'Content-Type: application/octet-stream; name=fix.patch';
  const alone = mail(mixed, parts(['', comment], [octets, smallDiff]));
  assert.deepEqual(await contentAndDiff(alone), [comment, smallDiff]);
  const other = smallDiff.replaceAll('file.c', 'other.c');
  const beside = mail(mixed, parts(['', `${comment}\n\n${smallDiff}`], [octets, other]));
  assert.deepEqual(await contentAndDiff(beside), [comment, smallDiff]);
});

const patchFile = [
  'From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001',
  'From: An Author <author@example.com>',
  'Subject: [PATCH] Fix the leak',
  '',
  'It leaked.',
  '---',
  ' file.c | 2 +-',
  '',
  `${smallDiff}-- `,
  '2.30.0',
  '',
].join('\n');

test('an attached file of git format-patch is split into message, author and diff', async () => {
  const types = ['text/x-patch', 'text/plain', 'application/octet-stream'];
  for (const type of types) {
    for (const text of [patchFile, patchFile.slice(patchFile.indexOf('\n') + 1)]) {
      const header = `Content-Type: ${type}; charset=utf-8; name=0001.patch`;
      const facts = await parseMessage(mail(mixed, parts(['', 'See attachment.'], [header, text])));
      assert.equal(facts.content, 'See attachment.\nIt leaked.\n---\n file.c | 2 +-', type);
      assert.equal(facts.diff, smallDiff);
      assert.deepEqual(facts.author, { name: 'An Author', email: 'author@example.com' });
      assert.deepEqual(facts.flags, ['attachment-split', 'subject-missing'].toReversed());
    }
  }
});

test('a signature or list footer is no part of the content', async () => {
  const signed = mail({}, `${comment}\n-- \nsig\n\n${smallDiff}`);
  assert.deepEqual(await contentAndDiff(signed), [comment, smallDiff]);
  const footer = mail({}, `${comment}\n${'_'.repeat(40)}\nA mailing list\n\n${smallDiff}`);
  assert.deepEqual(await contentAndDiff(footer), [comment, smallDiff]);
});

test('text after "---" and words like "diff" at the beginning of a line stay in the content', async () => {
  const update = `${comment}\n\n---\nUpdate: test update`;
  assert.equal((await contentAndDiff(mail({}, `${update}\n\n${smallDiff}`)))[0], update);
  const words = 'difficult\nDifferent\n"diff" may begin a line';
  assert.equal((await contentAndDiff(mail({}, `${words}\n\n${smallDiff}`)))[0], words);
});

test('an unknown charset and raw 8-bit headers lose neither content nor diff', async () => {
  const type = { 'Content-Type': 'text/plain; charset=utf8"' };
  assert.deepEqual(await contentAndDiff(mail(type, `${comment}\n\n${smallDiff}`)), [
    comment,
    smallDiff,
  ]);
  const from = mail({ From: 'Jörg <j@example.com>', Subject: '[PATCH] sübject' }, smallDiff);
  const facts = await parseMessage(from);
  assert.deepEqual(facts.submitter, { name: 'Jörg', email: 'j@example.com' });
  assert.equal(facts.name, 'sübject');
});

test('a patch part whose charset is wrong keeps its diff', async () => {
  const type = { 'Content-Type': 'text/plain; charset=us-ascii' };
  const facts = await parseMessage(mail(type, smallDiff));
  assert.equal(facts.diff, smallDiff);
  assert.equal(facts.role, 'patch');
  assert.ok(facts.flags.includes('charset-mismatch'));
});

test('pure renames, mode changes, empty and binary files are patches', async () => {
  const diffs = [
    'diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n',
    'diff --git a/x b/x\nold mode 100644\nnew mode 100755\n',
    'diff --git a/x b/x\nnew file mode 100644\nindex 0000000..e69de29\n',
    'diff --git a/x b/x\nindex 1..2 100644\nGIT binary patch\nliteral 2\nJcmZQz\n\nliteral 0\nHcmV?d00001\n\n',
  ];
  for (const diff of diffs) {
    const facts = await parseMessage(mail({}, `Text.\n\n${diff}`));
    assert.equal(facts.role, 'patch');
    assert.equal(facts.content, 'Text.');
    assert.equal(facts.diff?.trim(), diff.trim());
  }
});

test('HTML beside plain text is ignored, alone it is content and never a diff', async () => {
  const html = 'Content-Type: text/html';
  const both = mail(mixed, parts(['', comment], [html, `<div>${smallDiff}</div>`]));
  assert.deepEqual(await contentAndDiff(both), [comment, null]);
  const alone = mail(
    { 'Content-Type': 'text/html' },
    `<p>It &lt;works&gt;</p><pre>${smallDiff}</pre>`,
  );
  const facts = await parseMessage(alone);
  assert.equal(facts.content?.split('\n')[0], 'It <works>');
  assert.equal(facts.diff, null);
  assert.ok(facts.flags.includes('html-only'));
});

test('HTML with nothing but the footer of the list as plain text is content', async () => {
  const footer = '\n-- \nMailing list info: https://lists.example.com/';
  const body = parts(['Content-Type: text/html', '<p>Applied.</p>'], ['', footer]);
  assert.equal((await parseMessage(mail(mixed, body))).content, 'Applied.');
});

test('a reply keeps its diff as text and is flagged', async () => {
  const fields = { Subject: 'Re: [PATCH] Fix', 'In-Reply-To': '<0@example.com>' };
  const facts = await parseMessage(mail(fields, `How about\n\n${smallDiff}`));
  assert.equal(facts.role, 'discussion');
  assert.equal(facts.content, `How about\n\n${smallDiff.trim()}`);
  assert.equal(facts.diff, null);
  assert.deepEqual(facts.references, ['<0@example.com>']);
  assert.deepEqual(facts.flags, ['diff-in-reply']);
});

test('a diff cut short is kept and flagged', async () => {
  const facts = await parseMessage(mail({}, `Fix.\n\n${smallDiff.slice(0, -8)}`));
  assert.equal(facts.role, 'patch');
  assert.ok(facts.flags.includes('diff-damaged'));
});

const pull = [
  'The following changes since commit 0123456789:',
  '',
  '  Linux 5.0',
  '',
  'are available in the git repository at:',
  '',
  '  git://git.example.com/linux.git tags/soc',
  '',
].join('\n');

test('a pull request is one by its text, as number 0 and with a diff too', async () => {
  for (const [subject, body] of [
    ['[GIT PULL] soc', pull],
    ['[PULL 00/05] soc', pull],
    ['[GIT PULL] soc', `${pull}\n${smallDiff}`],
  ] as const) {
    const facts = await parseMessage(mail({ Subject: subject }, body));
    assert.equal(facts.role, 'pull-request');
    assert.equal(facts.pullUrl, 'git://git.example.com/linux.git tags/soc');
  }
});

test('a cover letter with an interdiff is a cover letter', async () => {
  const facts = await parseMessage(mail({ Subject: '[PATCH 0/2] Fixes' }, `Text.\n\n${smallDiff}`));
  assert.deepEqual([facts.role, facts.roleRule], ['cover', 'number-zero']);
  assert.equal(facts.diff, smallDiff);
});

test('all facts of a patch are there, and the same by SMTP', async () => {
  const fields = {
    Subject: '[Devel] [PATCH v3 2/5] file: fix',
    References: '<0@example.com>\n <a@example.com>',
    'In-Reply-To': '<a@example.com>',
  };
  const raw = mail(fields, `From: An Author <author@example.com>\n\n${comment}\n\n${smallDiff}`);
  const facts = await parseMessage(raw);
  assert.equal(facts.messageId, '<1@example.com>');
  assert.deepEqual(facts.references, ['<a@example.com>', '<0@example.com>']);
  assert.deepEqual([facts.listId, facts.listRule], ['devel.example.com', 'List-Id']);
  assert.equal(facts.date, '2017-08-30T08:32:05Z');
  assert.equal(facts.subject, '[Devel] [PATCH v3 2/5] file: fix');
  assert.equal(facts.name, '[v3,2/5] file: fix');
  assert.deepEqual([facts.version, facts.number, facts.total], [3, 2, 5]);
  assert.deepEqual([facts.role, facts.roleRule], ['patch', 'diff']);
  assert.deepEqual(facts.submitter, { name: 'A Sender', email: 'sender@example.com' });
  assert.deepEqual(facts.author, { name: 'An Author', email: 'author@example.com' });
  assert.match(facts.patchworkHash ?? '', /^[0-9a-f]{40}$/);
  assert.match(facts.patchId ?? '', /^[0-9a-f]{40}$/);
  assert.equal(facts.diffFiles[0]?.newPath, 'file.c');
  assert.equal(facts.trailers[0]?.kind, 'Signed-off-by');
  assert.deepEqual(facts.flags, []);
  const bySmtp = Buffer.from(raw.toString().replaceAll('\n', '\r\n'));
  assert.deepEqual(await parseMessage(bySmtp), facts);
});

test('the project name given by the operator is dropped from subjects', async () => {
  const raw = mail({ Subject: '[kernel] [Devel] x' }, '');
  assert.equal((await parseMessage(raw, 'kernel')).name, '[Devel] x');
});

test('what is missing is null or made up, and flagged', async () => {
  const facts = await parseMessage(Buffer.from('\nonly text\n'));
  assert.equal(facts.messageId, `<${facts.contentKey}@noid.invalid>`);
  assert.deepEqual([facts.date, facts.subject, facts.listId], [null, '', null]);
  assert.deepEqual(facts.submitter, { name: null, email: null });
  assert.equal(facts.content, 'only text');
  assert.deepEqual(facts.flags, [
    'subject-missing',
    'submitter-unparsable',
    'message-id-missing',
    'date-missing',
  ]);
});

const oddMessages: [claim: string, fields: Record<string, string>, flag: string | null][] = [
  ['broken base64 in Subject', { Subject: '=?utf-8?B?abcde?=' }, 'header-undecodable'],
  ['NUL as a charset', { Subject: '=?\0?q?abc?=' }, 'text-repaired'],
  ['an unknown charset in From', { From: '=?x-no?q?=E9?= <a@b.c>' }, null],
  ['a date of words', { Date: 'once upon a time' }, 'date-unparsable'],
  ['a date of 10,000 digits', { Date: '9'.repeat(10_000) }, 'date-unparsable'],
  ['a date in the year 20171', { Date: 'Wed, 30 Aug 20171 16:32:05 +0000' }, 'date-unparsable'],
  [
    'a message-id of 4000 letters',
    { 'Message-ID': `<${'a'.repeat(4000)}@b>` },
    'message-id-too-long',
  ],
  ['an empty message-id', { 'Message-ID': '' }, 'message-id-missing'],
  ['an address of 4000 letters', { From: `A <${'a'.repeat(4000)}@b.c>` }, null],
  ['a name of 4000 letters', { From: `${'A'.repeat(4000)} <a@b.c>` }, null],
  ['references of noise', { References: '=?utf-8?B?abcde?= <<<>>> \x01' }, 'header-undecodable'],
];

for (const [claim, fields, flag] of oddMessages) {
  test(`a message is kept and its defect flagged: ${claim}`, async () => {
    const facts = await parseMessage(mail({ Subject: 'x', ...fields }, 'text'));
    assert.equal(facts.content, 'text');
    assert.deepEqual(facts.flags, flag === null ? [] : [flag]);
  });
}

test('a subject that cannot be decoded stands as it was written', async () => {
  const facts = await parseMessage(mail({ Subject: 'Re: =?utf-8?B?abcde?=' }, 'text'));
  assert.equal(facts.name, '=?utf-8?B?abcde?=');
  assert.equal(facts.isReply, true);
});

test('the header alone gives the same ids, dates and content key as the whole message', async () => {
  const whole = await parseMessage(patchMail);
  const fromHeader = headerFacts(patchMail, 'parse-timeout');
  assert.deepEqual(fromHeader, {
    ...whole,
    role: 'discussion',
    roleRule: 'no-diff',
    content: null,
    diff: null,
    diffFiles: [],
    patchworkHash: null,
    patchId: null,
    trailers: [],
    flags: ['parse-timeout'],
  });
});
