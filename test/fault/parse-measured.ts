/**
 * Parses the messages of files as a worker does, one after the other, and prints a line for each: what it took, and what
 * came of it. `node parse-measured.js a.eml b.eml`. A process of its own, so that its memory is that of parsing alone.
 */
import { readFile } from 'node:fs/promises';
import { openParser } from '../../src/ingest/parser.ts';

const parser = openParser();
// The first message waits for the thread to start.
await parser.parse([Buffer.from('Subject: x\n\nx\n')]);
for (const file of process.argv.slice(2)) {
  const raw = await readFile(file);
  const before = process.cpuUsage();
  const [facts] = await parser.parse([raw]);
  if (facts === undefined) throw new Error(`no facts of ${file}`);
  const { user, system } = process.cpuUsage(before);
  const cpuMs = Math.round((user + system) / 1000);
  const residentMb = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(JSON.stringify({ cpuMs, residentMb, flags: facts.flags }));
}
await parser.close();
