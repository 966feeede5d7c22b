import type { SeededRandom } from '../seeded-random.ts';

const parts = [
  'gauge',
  'sluice',
  'weir',
  'lock',
  'float',
  'pump',
  'drift',
  'silt',
  'ferry',
  'buoy',
];
const verbs = [
  'fix',
  'drop',
  'split',
  'check',
  'rename',
  'trace',
  'reset',
  'cache',
  'guard',
  'fold',
];
const nouns = [
  'depth',
  'level',
  'valve',
  'probe',
  'timer',
  'queue',
  'index',
  'limit',
  'state',
  'event',
];
const adjectives = ['stale', 'unused', 'second', 'shared', 'early', 'nested', 'spare', 'broken'];
const places = ['on resume', 'after a reset', 'at probe time', 'under load', 'in the error path'];

/** "float: guard the stale depth under load" */
export function titleOf(random: SeededRandom): string {
  const what = `${random.oneOf(verbs)} the ${random.oneOf(adjectives)} ${random.oneOf(nouns)}`;
  return `${random.oneOf(parts)}: ${what} ${random.oneOf(places)}`;
}

/** "The stale depth of the float is read before the pump has set it." */
export function sentenceOf(random: SeededRandom): string {
  const subject = `The ${random.oneOf(adjectives)} ${random.oneOf(nouns)} of the ${random.oneOf(parts)}`;
  return `${subject} is read\nbefore the ${random.oneOf(parts)} has set it, ${random.oneOf(places)}.`;
}

/** "float_depth" */
export function identifierOf(random: SeededRandom): string {
  return `${random.oneOf(parts)}_${random.oneOf(nouns)}`;
}

/** "drivers/float/depth.c" */
export function filePathOf(random: SeededRandom): string {
  const folder = random.oneOf(['drivers', 'core', 'lib', 'tools']);
  return `${folder}/${random.oneOf(parts)}/${random.oneOf(nouns)}${random.below(40)}.c`;
}

/** One line of C, a tab before it. */
export function codeLineOf(random: SeededRandom): string {
  const [left, right] = [identifierOf(random), identifierOf(random)];
  switch (random.below(5)) {
    case 0:
      return `\tif (!${left}(dev, ${random.below(64)}))`;
    case 1:
      return `\tdev->${left} = ${right}(dev);`;
    case 2:
      return `\tmutex_lock(&dev->${left}_lock);`;
    case 3:
      return '';
    default:
      return `\treturn ${left} + ${random.below(512)};`;
  }
}
