/**
 * Indexes deliveries as a worker process does, all in one batch, and prints what that took:
 * `DATABASE_URL=… node index-measured.js 1 2 3`.
 */
import { indexDeliveries } from '../../src/ingest/index-deliveries.ts';
import { openParser } from '../../src/ingest/parser.ts';
import { openDatabase } from '../../src/store/database.ts';

const database = openDatabase(process.env['DATABASE_URL']!, {
  maxConnections: 2,
  applicationName: 'patchloom test',
  statementTimeoutMs: 60_000,
});
const parser = openParser();
const before = process.cpuUsage();
const deliveryIds = process.argv.slice(2).map(Number);
await indexDeliveries({ database, parse: parser.parse, lists: 'auto' }, deliveryIds);
const { user, system } = process.cpuUsage(before);
const cpuMs = Math.round((user + system) / 1000);
const residentMb = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(JSON.stringify({ cpuMs, residentMb }));
await parser.close();
await database.end();
