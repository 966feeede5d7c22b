import { test } from 'node:test';
import assert from 'node:assert/strict';
import { splitDiff as split } from '../../src/patch/split-diff.ts';

/** What most claims are about; the whole diff has its own. */
function splitDiff(text: string) {
  const { comment, diff, isDamaged } = split(text);
  return { comment, diff, isDamaged };
}

const diff = `diff --git a/f.c b/f.c
index 1234567..89abcde 100644
--- a/f.c
+++ b/f.c
@@ -1,3 +1,3 @@ int f(void)
 {
-	return 1;
+	return 2;
 }
`;

test('a commit message, its diffstat and the signature are comment, the diff is exact', () => {
  const before = 'Fix f().\n\nSigned-off-by: A <a@example.com>\n---\n f.c | 2 +-\n\n';
  const after = '-- \n2.39.5\n';
  assert.deepEqual(splitDiff(before + diff + after), {
    comment: before + after,
    diff,
    isDamaged: false,
  });
});

test('a text without a diff is comment as it is', () => {
  const text = 'Looks good.\n\n--- \nBest,\nA';
  assert.deepEqual(splitDiff(text), { comment: text, diff: null, isDamaged: false });
});

test('an empty text has no diff', () => {
  assert.deepEqual(splitDiff(''), { comment: '', diff: null, isDamaged: false });
});

test('a diff with CRLF line ends keeps them', () => {
  const crlf = diff.replaceAll('\n', '\r\n');
  assert.deepEqual(splitDiff(`Fix.\r\n${crlf}`), {
    comment: 'Fix.\r\n',
    diff: crlf,
    isDamaged: false,
  });
});

test('words that begin like a diff header are comment', () => {
  const prose = 'difficult to say\nDifferent lines\nIndexes are made\n---\nUpdate: v2\n--\n';
  assert.equal(splitDiff(prose + diff).comment, prose);
});

test('an underscore footer before the diff stays in the comment', () => {
  const footer = `Fix.\n${'_'.repeat(47)}\na mailing list\n`;
  assert.deepEqual(splitDiff(footer + diff), { comment: footer, diff, isDamaged: false });
});

test('old and new name without a hunk are text, and the line after them may begin a diff', () => {
  const names = '--- a/f.c\n+++ b/f.c\n';
  assert.equal(splitDiff(`${names}no hunk\n`).diff, null);
  assert.deepEqual(splitDiff(`${names}${diff}`), { comment: names, diff, isDamaged: false });
  assert.deepEqual(splitDiff(`--- x\n${diff}`), { comment: '--- x\n', diff, isDamaged: false });
});

test('a diff without a diff line begins at its old name', () => {
  const plain = diff.slice(diff.indexOf('---'));
  assert.equal(splitDiff(`Fix.\n${plain}`).diff, plain);
});

test('a CVS diff begins at Index', () => {
  const cvs = `Index: f.c\n${'='.repeat(67)}\nRCS file: /cvs/f.c,v\nretrieving revision 1.1\ndiff -u -r1.1 f.c\n--- f.c\t1 Jan 2020 00:00:00 -0000\t1.1\n+++ f.c\t2 Jan 2020 00:00:00 -0000\n@@ -1 +1 @@\n-a\n+b\n`;
  assert.deepEqual(splitDiff(`Fix.\n${cvs}`), { comment: 'Fix.\n', diff: cvs, isDamaged: false });
});

test('text after the last hunk is comment, text between two files goes with the diff', () => {
  assert.equal(splitDiff(`${diff}Regards\n`).comment, 'Regards\n');
  const second = diff.replaceAll('f.c', 'g.c');
  assert.deepEqual(splitDiff(`${diff}and\n${second}`), {
    comment: '',
    diff: `${diff}and\n${second}`,
    isDamaged: false,
  });
});

test('several hunks of one file and a next file without a diff line are one diff', () => {
  const hunks = '--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n@@ -9 +9,0 @@\n-c\n';
  const whole = `${hunks}${hunks.replaceAll('/f', '/g')}`;
  assert.equal(splitDiff(whole).diff, whole);
});

test('no-newline marks belong to the diff, inside of a hunk and behind it', () => {
  const mark = '\\ No newline at end of file\n';
  const marked = `--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n${mark}+b\n${mark}`;
  assert.deepEqual(splitDiff(`${marked}Bye\n`), {
    comment: 'Bye\n',
    diff: marked,
    isDamaged: false,
  });
});

for (const [what, header] of Object.entries({
  'a pure rename': 'similarity index 100%\nrename from f\nrename to g\n',
  'a pure copy': 'similarity index 100%\ncopy from f\ncopy to g\n',
  'a mode change': 'old mode 100644\nnew mode 100755\n',
  'an empty new file': 'new file mode 100644\nindex 0000000..e69de29\n',
  'an empty deleted file': 'deleted file mode 100644\nindex e69de29..0000000\n',
  'a binary file without its data':
    'index 1234567..89abcde 100644\nBinary files a/f and b/g differ\n',
})) {
  test(`${what} is a diff without a hunk`, () => {
    const whole = `diff --git a/f b/g\n${header}`;
    assert.deepEqual(splitDiff(`Move.\n\n${whole}-- \n2.39.5\n`), {
      comment: 'Move.\n\n-- \n2.39.5\n',
      diff: whole,
      isDamaged: false,
    });
  });
}

test('after an extended header the next file begins at diff, or at its old name', () => {
  const rename = 'diff --git a/x b/y\nrename from x\nrename to y\n';
  const plain = diff.slice(diff.indexOf('---'));
  assert.equal(splitDiff(rename + diff).diff, rename + diff);
  assert.equal(splitDiff(rename + plain).diff, rename + plain);
  assert.equal(splitDiff(`${rename}see also\n${diff}`).comment, 'see also\n');
});

test('prose after the word diff is no extended header', () => {
  assert.equal(splitDiff('diff them\nindex finger\nindex 5..6 of it\n').diff !== null, true);
  assert.equal(splitDiff('diff them\nindex finger\nindex of..it\n').diff, null);
});

test('prose after a hunk that reads like an extended header is comment', () => {
  const prose = 'Shall I\nrename to g\nor\nGIT binary patch\nit?\n';
  assert.deepEqual(splitDiff(diff + prose), { comment: prose, diff, isDamaged: false });
});

test('a binary patch runs to the next diff line', () => {
  const binary =
    'diff --git a/p.bin b/p.bin\nindex 1234567..89abcde 100644\nGIT binary patch\nliteral 3\nKcmZQzWMT#Y01f~L\n\nliteral 0\nHcmV?d00001\n\n';
  assert.equal(splitDiff(binary + diff).diff, binary + diff.replace(/index .*\n/, ''));
  assert.equal(splitDiff(binary + diff).comment, 'index 1234567..89abcde 100644\n');
  assert.equal(split(binary + diff).wholeDiff, binary + diff);
  const withoutIndex = binary.replace(/index .*\n/, '');
  assert.equal(splitDiff(withoutIndex).diff, withoutIndex);
});

test('a removed line that reads like an old name stays in its hunk', () => {
  const sql = '--- a/f\n+++ b/f\n@@ -1,2 +1 @@\n--- drop\n a\n';
  assert.equal(splitDiff(sql).diff, sql);
});

test('a context line whose blank was stripped under way is no damage', () => {
  const stripped = '--- a/f\n+++ b/f\n@@ -1,3 +1,2 @@\n a\n\n-b\n';
  assert.deepEqual(splitDiff(stripped), { comment: '', diff: stripped, isDamaged: false });
});

test('a hunk cut short is damaged', () => {
  const cut = diff.slice(0, -3);
  assert.deepEqual(splitDiff(cut), { comment: '', diff: cut, isDamaged: true });
});

test('a wrapped line is damage and counts on both sides', () => {
  const wrapped = '--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n-a long\nline\n+b\n';
  assert.deepEqual(splitDiff(wrapped), { comment: '', diff: wrapped, isDamaged: true });
});

test('a hunk with more lines on one side than announced is damaged', () => {
  assert.ok(splitDiff('--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n-b\n+c\n').isDamaged);
});

test('a hunk after other text without a file header is taken, and damage', () => {
  const wrapped = '--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b long\nline\n@@ -9 +9,0 @@\n-c\n';
  assert.deepEqual(splitDiff(wrapped), { comment: '', diff: wrapped, isDamaged: true });
});

test('a number of more than ten digits makes no hunk', () => {
  const one = '--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n';
  assert.equal(splitDiff(one.replace('+1', `+${'1'.repeat(11)}`)).diff, null);
  assert.equal(splitDiff(one.replace('+1', `+1,${'1'.repeat(10)}`)).isDamaged, true);
});

test('comment and diff hold every character of the text', () => {
  const text = `a\n${diff}b\n${diff}c\n--- d\n+++ e\nf`;
  const { comment, diff: found } = splitDiff(text);
  assert.equal(comment.length + (found?.length ?? 0), text.length);
});
