import type { Random } from '../random.ts';

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
export function titleOf(random: Random): string {
  const what = `${random.pick(verbs)} the ${random.pick(adjectives)} ${random.pick(nouns)}`;
  return `${random.pick(parts)}: ${what} ${random.pick(places)}`;
}

/** "The stale depth of the float is read before the pump has set it." */
export function sentenceOf(random: Random): string {
  const subject = `The ${random.pick(adjectives)} ${random.pick(nouns)} of the ${random.pick(parts)}`;
  return `${subject} is read\nbefore the ${random.pick(parts)} has set it, ${random.pick(places)}.`;
}

/** "float_depth" */
export function identifierOf(random: Random): string {
  return `${random.pick(parts)}_${random.pick(nouns)}`;
}

/** "drivers/float/depth.c" */
export function filePathOf(random: Random): string {
  const folder = random.pick(['drivers', 'core', 'lib', 'tools']);
  return `${folder}/${random.pick(parts)}/${random.pick(nouns)}${random.below(40)}.c`;
}

/** One line of C, a tab before it. */
export function codeLineOf(random: Random): string {
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
