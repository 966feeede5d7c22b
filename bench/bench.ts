/**
 * `npm run bench -- replay ARCHIVE [options of replay]`: what a replay into a fresh embedded database costs.
 * `npm run bench -- grow [--only list|thread|reverse|day]`: what a message costs where much is stored already.
 * `npm run bench -- api ARCHIVE [options of replay]`: how fast the API answers over such a database.
 * `npm run bench -- api --patches 1000000[,…] [--keep FOLDER]`: the same over generated patches, beside 10,000 of them.
 * CPU per message is the figure to compare: wall time depends on what else the machine does.
 */
import { printRatesAtSize } from './api-at-size.ts';
import { printApiRates } from './api.ts';
import { printGrowth } from './grow.ts';
import { measureReplay } from './replay.ts';

const [what, ...args] = process.argv.slice(2);
const [archive, ...more] = args;
if (what === 'grow') {
  await printGrowth(args);
} else if (what === 'api' && archive?.startsWith('--') === true) {
  await printRatesAtSize(args);
} else if (what === 'api' && archive !== undefined) {
  await printApiRates(archive, more);
} else if (what === 'replay' && archive !== undefined) {
  const cost = await measureReplay(archive, more);
  console.log(`${cost.messageCount} messages, ${cost.messagesPerSecond.toFixed(0)} a second`);
  console.log(
    `CPU ms per message: node ${cost.nodeMs.toFixed(2)}, postgres ${cost.postgresMs.toFixed(2)}`,
  );
} else {
  console.error('usage: npm run bench -- replay ARCHIVE [options of replay]');
  console.error('       npm run bench -- api ARCHIVE [options of replay]');
  console.error('       npm run bench -- api --patches 1000000[,…] [--keep FOLDER]');
  console.error('       npm run bench -- grow [--only list|thread|reverse|day]');
  process.exit(64);
}
