/**
 * `npm run bench -- replay ARCHIVE [options of replay]`: what a replay into a fresh embedded database costs.
 * CPU per message is the figure to compare: wall time depends on what else the machine does.
 */
import { measureReplay } from './replay.ts';

const [what, archive, ...more] = process.argv.slice(2);
if (what !== 'replay' || archive === undefined) {
  console.error('usage: npm run bench -- replay ARCHIVE [options of replay]');
  process.exit(64);
}
const cost = await measureReplay(archive, more);
console.log(`${cost.messageCount} messages, ${cost.messagesPerSecond.toFixed(0)} a second`);
console.log(
  `CPU ms per message: node ${cost.nodeMs.toFixed(2)}, postgres ${cost.postgresMs.toFixed(2)}`,
);
