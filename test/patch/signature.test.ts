import { test } from 'node:test';
import assert from 'node:assert/strict';
import { withoutSignature } from '../../src/patch/signature.ts';

for (const [text, cleaned] of [
  ['Fix the leak.\n-- \n2.39.5\n', 'Fix the leak.'],
  ['Fix.\r\n-- \r\nA\r\n', 'Fix.'],
  ['Fix.\n_____\na list\n', 'Fix.'],
  ['Fix.\n_\na list', 'Fix.'],
  ['Fix.\n-- ', 'Fix.'],
  ['-- \nonly a signature\n', ''],
  ['Fix.\n--\nnot a signature\n', 'Fix.\n--\nnot a signature'],
  ['Fix.\n---\nUpdate: v2\n', 'Fix.\n---\nUpdate: v2'],
  ['Fix.\n-- A\n', 'Fix.\n-- A'],
  ['Fix.\n__init__\n', 'Fix.\n__init__'],
  ['\n\n  Fix.\n\n', 'Fix.'],
  ['F\0ix.\0', 'Fix.'],
  ['', ''],
] as const) {
  test(`${JSON.stringify(text)} without its signature is ${JSON.stringify(cleaned)}`, () => {
    assert.equal(withoutSignature(text), cleaned);
  });
}
