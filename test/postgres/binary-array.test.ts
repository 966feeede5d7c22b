import assert from 'node:assert/strict';
import { test } from 'node:test';
import { binaryArray, typeOids } from '../../src/store/binary-array.ts';
import { openTestDatabase } from '../support/test-database.ts';

function utf8(texts: readonly (string | null)[]): (Uint8Array | null)[] {
  return texts.map((text) => (text === null ? null : Buffer.from(text)));
}

const difficultTexts = ['plain', null, '', 'NULL', '"quoted", {braced} \\', 'Grüße\r\n世界 🎉'];

for (const texts of [difficultTexts, ['no null'], [null], []]) {
  test(`Postgres reads ${texts.length} texts as they are, ${texts.filter((text) => text === null).length} absent`, async (context) => {
    const { database } = await openTestDatabase(context);
    const { rows } = await database.query<{ text: string | null }>(
      'SELECT text FROM unnest($1::text[]) WITH ORDINALITY AS t (text, place) ORDER BY place',
      [binaryArray(typeOids.text, utf8(texts))],
    );
    assert.deepEqual(
      rows.map(({ text }) => text),
      texts,
    );
  });
}

test('Postgres reads JSON as it is, and refuses what is none', async (context) => {
  const { database } = await openTestDatabase(context);
  const ask = async (json: string) =>
    database.query<{ json: string }>('SELECT unnest($1::json[])::text AS json', [
      binaryArray(typeOids.json, utf8([json])),
    ]);
  const { rows } = await ask('[["To", "a, \\"b\\""]]');
  assert.deepEqual(rows, [{ json: '[["To", "a, \\"b\\""]]' }]);
  await assert.rejects(ask('[['), /invalid input syntax for type json/);
});
