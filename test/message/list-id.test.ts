import { test } from 'node:test';
import assert from 'node:assert/strict';
import { listLabel, namedList } from '../../src/message/list-id.ts';
import { decodeHeaderText } from '../../src/parsing/header-text.ts';

function listIdOf(...fields: [name: string, value: string][]): string | null {
  const list = namedList(
    fields.map(([name, value]) => ({ name, value })),
    decodeHeaderText,
  );
  return list === null ? null : `${list.listRule} ${list.listId}`;
}

test('a message without a list header, or with an empty one, names no list', () => {
  assert.equal(listIdOf(), null);
  assert.equal(listIdOf(['List-Id', '']), null);
  assert.equal(listIdOf(['List-Id', ' ']), null);
  assert.equal(listIdOf(['List-Id', '<>']), null);
  assert.equal(listIdOf(['List-Id', 'two words']), null);
});

test('a list id is the text in brackets, or a value of one word', () => {
  assert.equal(listIdOf(['List-ID', 'test.example.com']), 'List-Id test.example.com');
  assert.equal(listIdOf(['list-id', 'Test text <test.example.com>']), 'List-Id test.example.com');
  assert.equal(listIdOf(['List-Id', '<a> and\n <b.example.com>']), 'List-Id b.example.com');
});

test('a list id is lower case', () => {
  assert.equal(listIdOf(['List-Id', '<LTP.Lists.Linux.It>']), 'List-Id ltp.lists.linux.it');
});

test('List-Id is asked before X-Mailing-List and that before X-list', () => {
  const all: [string, string][] = [
    ['X-list', 'c.example.com'],
    ['X-Mailing-List', 'b.example.com'],
    ['List-Id', '<a.example.com>'],
  ];
  assert.equal(listIdOf(...all), 'List-Id a.example.com');
  assert.equal(listIdOf(...all.slice(0, 2)), 'X-Mailing-List b.example.com');
  assert.equal(listIdOf(...all.slice(0, 1)), 'X-list c.example.com');
});

test('the label of a list is what its members write into subjects', () => {
  assert.equal(listLabel('qemu-devel.nongnu.org'), 'qemu-devel');
  assert.equal(listLabel('linux-kernel@vger.kernel.org'), 'linux-kernel');
  assert.equal(listLabel(null), '');
});
