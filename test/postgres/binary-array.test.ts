import assert from 'node:assert/strict';
import { test } from 'node:test';
import { binaryArray } from '../../src/store/binary-array.ts';
import { openTestDatabase } from '../support/test-database.ts';

test('texts with quotes, backslashes, commas and wide letters reach Postgres as they are', async (context) => {
  const { database } = await openTestDatabase(context);
  const texts = ['', null, 'NULL', '{"a\\"b",}', '\\\\', '€ 😀\n\t'];
  const { rows } = await database.query(
    'SELECT text FROM unnest($1::text[]) WITH ORDINALITY AS u (text, place) ORDER BY place',
    [binaryArray('text', texts)],
  );
  assert.deepEqual(
    rows.map(({ text }) => text),
    texts,
  );
});

test('values of JSON reach Postgres as they are', async (context) => {
  const { database } = await openTestDatabase(context);
  const values = [{ path: 'a "quoted\\ name' }, ['€', null], null, []];
  const { rows } = await database.query('SELECT to_json($1::json[]) AS values', [
    binaryArray(
      'json',
      values.map((value) => JSON.stringify(value)),
    ),
  ]);
  assert.deepEqual(rows, [{ values }]);
});

test('no texts are an empty array', async (context) => {
  const { database } = await openTestDatabase(context);
  const { rows } = await database.query('SELECT cardinality($1::text[]) AS count', [
    binaryArray('text', []),
  ]);
  assert.deepEqual(rows, [{ count: 0 }]);
});
