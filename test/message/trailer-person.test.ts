import { test } from 'node:test';
import assert from 'node:assert/strict';
import { trailerPerson } from '../../src/message/trailer-person.ts';

for (const [value, name, email, remark] of [
  ['Ada Brook <ada@brook.example>', 'Ada Brook', 'ada@brook.example', ''],
  ['"Brook, Ada" <ada@brook.example>', 'Brook, Ada', 'ada@brook.example', ''],
  ['Brook, Ada <ada@brook.example>', 'Brook, Ada', 'ada@brook.example', ''],
  ['Ada <ada@brook.example> # s390, x86', 'Ada', 'ada@brook.example', '# s390, x86'],
  ['Ada <ada@brook.example> (on arm)', 'Ada', 'ada@brook.example', '(on arm)'],
  [
    'Ada <ada@brook.example><mailto:ada@brook.example>',
    'Ada',
    'ada@brook.example',
    '<mailto:ada@brook.example>',
  ],
  ['Ada <mailto:ada@brook.example>', 'Ada', 'ada@brook.example', ''],
  ['ada@brook.example', null, 'ada@brook.example', ''],
  ['ada@brook.example (Ada Brook)', 'Ada Brook', 'ada@brook.example', ''],
  ['ada@brook.example # arm', null, 'ada@brook.example', '# arm'],
  ['Ada Brook', 'Ada Brook', null, ''],
  ['the build bot # nightly', 'the build bot', null, '# nightly'],
  ['Ada <ada@brook.example', 'Ada', 'ada@brook.example', ''],
] as const) {
  test(`'${value}' names a person`, () => {
    assert.deepEqual(trailerPerson(value), { person: { name, email }, remark });
  });
}

test('a URL is no person', () => {
  assert.equal(trailerPerson('https://bugs.example/1'), null);
  assert.equal(trailerPerson('# only a remark'), null);
});
