import { test } from 'node:test';
import assert from 'node:assert/strict';
import { namedPatches, patchesInRemark, type NumberRange } from '../../src/patch/trailer-scope.ts';

function range(from: number, to = from): NumberRange {
  return { from, to };
}

for (const line of [
  'For the series:',
  'for series:',
  'To whole patchset:',
  'to whole patchset',
  'For the whole patch set.',
  'For the entire patch series',
  'for this series,',
  'For all patches:',
  'For all of the patches:',
  'Thanks Ada! For the patch series:',
  'Thanks for the fixes. For the series:',
  'Other than that it looks fine, for the patchset:',
  'for the patchset,  you can add Acked-by.',
  'For the whole patchset (and with the two small fixes):',
  'Series:',
  'Whole patchset:',
  'All patches:',
]) {
  test(`'${line}' names the whole series`, () => {
    assert.equal(namedPatches(line), 'series');
  });
}

for (const [line, ranges] of [
  ['Patches 1-3:', [range(1, 3)]],
  ['For patches 1-3:', [range(1, 3)]],
  ['for patch 2/8:', [range(2)]],
  ['Patch 2/8:', [range(2)]],
  ['For patches 2, 4 and 5:', [range(2), range(4), range(5)]],
  ['For patches 1-3, 5, and 7-8:', [range(1, 3), range(5), range(7, 8)]],
  ['For patches 2/4/5/6:', [range(2), range(4), range(5), range(6)]],
  ['For patch 1/4 ~ 3/4, looks good to me.', [range(1, 3)]],
  ['For patches 1 to 3', [range(1, 3)]],
  ['for patches 1 through 3.', [range(1, 3)]],
  ['For patches 1..3:', [range(1, 3)]],
  ['For patches #1 – #3:', [range(1, 3)]],
  ['For patch 1 and patch 3:', [range(1), range(3)]],
  ['Thanks. On patches 1 & 2:', [range(1), range(2)]],
] as const) {
  test(`'${line}' names numbers of the series`, () => {
    assert.deepEqual(namedPatches(line), ranges);
  });
}

for (const line of [
  '',
  'Looks good.',
  'Thanks for the series.',
  'Thanks for patches 1-3:',
  'The whole series looks good.',
  'The series',
  'Series looks good:',
  'For the patch:',
  'For patch itself:',
  'For both patches:',
  'For the patches:',
  'For the series see below:',
  'For patches 3-1:',
  'For patch 2, 3 things are left:',
  'For patch 12345:',
  'For patch 1/:',
  'Patches 1-3: fine',
  '> For the series:',
  'It is due to the series:',
  `For the series: ${'x'.repeat(200)}`,
]) {
  test(`'${line.slice(0, 40)}' names no patches`, () => {
    assert.equal(namedPatches(line), null);
  });
}

test('the remark behind an address names patches', () => {
  assert.equal(patchesInRemark('for the entire patch set.'), 'series');
  assert.equal(patchesInRemark('# series'), 'series');
  assert.equal(patchesInRemark('(for the series)'), 'series');
  assert.deepEqual(patchesInRemark('# patches 1-2'), [range(1, 2)]);
  assert.deepEqual(patchesInRemark('[patch 3/4]'), [range(3)]);
  assert.equal(patchesInRemark('# for s390'), null);
  assert.equal(patchesInRemark('(maintainer of patch tools)'), null);
});
