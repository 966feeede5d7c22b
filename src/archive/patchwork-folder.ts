import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { restRecords, restResources } from '../patchwork/rest-records.ts';
import type { RestResource } from '../patchwork/rest-records.ts';
import type { ReadSite } from '../patchwork/site-record.ts';
import { fileLines } from './file-lines.ts';
import { PatchworkSourceError } from './patchwork-error.ts';

const fileEnds = ['.json', '.jsonl', '.json.gz', '.jsonl.gz'];

/** A file of a folder, with the resource that its name begins with; null: it is passed over. */
interface NamedFile {
  readonly path: string;
  readonly resource: RestResource | null;
}

/**
 * Reads answers of Patchwork's REST API from the files in and below a folder: patches-1.json, patches/page2.jsonl,
 * checks-905.json. Throws PatchworkSourceError with file and line at what is no JSON.
 */
export async function* readPatchworkFolder(folder: string): AsyncGenerator<ReadSite> {
  const files = await namedFiles(folder);
  if (files.every(({ resource }) => resource === null)) {
    throw new PatchworkSourceError(folder, null, `no file of ${restResources.join(', ')} in it`);
  }
  for (const { path, resource } of files) {
    if (resource === null)
      yield { records: [], problem: `${basename(path)}: a file of no known name` };
    else yield* readFile(path, resource);
  }
}

async function namedFiles(folder: string): Promise<NamedFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() && fileEnds.some((end) => entry.name.endsWith(end)))
    .map((entry) => join(entry.path, entry.name).slice(join(folder).length + 1));
  return names.toSorted().map((name) => ({ path: join(folder, name), resource: resourceOf(name) }));
}

/** By the file's name, else by that of a folder: comments/patch-12.json are comments. */
function resourceOf(name: string): RestResource | null {
  const steps = name.split('/').toReversed();
  for (const step of steps) {
    const resource = restResources.find((one) => step.startsWith(one));
    if (resource !== undefined) return resource;
  }
  return null;
}

/** A file of JSON lines, each an object or a page; or else one page that is laid out over many lines. */
async function* readFile(path: string, resource: RestResource): AsyncGenerator<ReadSite> {
  const open: string[] = [];
  let line = 0;
  for await (const text of fileLines(path)) {
    line += 1;
    if (open.length > 0) open.push(text);
    else if (text.trim() !== '') {
      const json = parsed(text);
      if (json instanceof Error && line > 1)
        throw new PatchworkSourceError(path, line, 'no JSON', json);
      if (json instanceof Error) open.push(text);
      else yield* readValues(resource, json);
    }
  }
  if (open.length === 0) return;
  const whole = open.join('\n');
  const json = parsed(whole);
  if (json instanceof Error) {
    throw new PatchworkSourceError(path, lineOf(json, whole), 'no JSON', json);
  }
  yield* readValues(resource, json);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}

/** V8 says where: "... at position 12". */
function lineOf(error: Error, text: string): number {
  const position = /at position ([0-9]+)/.exec(error.message)?.[1];
  const end = position === undefined ? text.length : Number(position);
  return text.slice(0, end).split('\n').length;
}

function* readValues(resource: RestResource, json: unknown): Generator<ReadSite> {
  for (const one of Array.isArray(json) ? json : [json]) yield restRecords(resource, one);
}
