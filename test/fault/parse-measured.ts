/**
 * Parses the message of a file as a worker does, and prints what that took and what came of it:
 * `node parse-measured.js message.eml`. A process of its own, so that its memory is this message's alone.
 */
import { readFileSync } from 'node:fs';
import { openParser } from '../../src/ingest/parser.ts';
import { dependencies } from '../../src/message/dependencies.ts';
import { trailerFacts } from '../../src/message/trailer-facts.ts';

const parser = openParser();
const [small] = await parser.parse([Buffer.from('Subject: x\n\nx\n')]);
if (small === undefined) throw new Error('the parser does not parse');
const raw = readFileSync(process.argv[2]!);
const before = process.cpuUsage();
const [facts] = await parser.parse([raw]);
if (facts === undefined) throw new Error('no facts');
// What the worker derives from the facts of a message itself.
trailerFacts(facts);
dependencies(facts.trailers);
const { user, system } = process.cpuUsage(before);
const cpuMs = Math.round((user + system) / 1000);
const residentMb = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(JSON.stringify({ cpuMs, residentMb, flags: facts.flags }));
await parser.close();
