import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/package-root.ts';

/** JSON of a shape that is not ours. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What Patchwork answered to one request. */
export interface ApiSample {
  readonly name: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly auth?: string | null;
    readonly headers?: Readonly<Record<string, string>> | null;
  };
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json;
}

const folder = join(packageRoot, '..', 'shared', 'reference', 'api-samples');

/** Reason to skip a test of the samples; false where they are there. */
export const samplesSkip = existsSync(folder) ? false : `no samples at ${folder}`;

/** Where the server of the samples was. */
export const samplesSite = 'http://127.0.0.1:8085';

/** All samples in the order in which they were taken. */
export function loadSamples(): ApiSample[] {
  const index: { name: string }[] = JSON.parse(readFileSync(join(folder, 'INDEX.json'), 'utf8'));
  return index
    .map(({ name }) => {
      const sample = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
      return { name, ...sample };
    })
    .toSorted((a, b) => takenAt(a) - takenAt(b));
}

function takenAt(sample: ApiSample): number {
  return Date.parse(sample.headers['Date'] ?? '');
}

/** The objects in a sample's body, however deep. */
export function objectsIn(value: Json): { readonly [key: string]: Json }[] {
  const objects: { readonly [key: string]: Json }[] = [];
  const waiting: Json[] = [value];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next === null || typeof next !== 'object') continue;
    if (Array.isArray(next)) waiting.push(...next);
    else {
      const object = next as { readonly [key: string]: Json };
      objects.push(object);
      waiting.push(...Object.values(object));
    }
  }
  return objects;
}

/** Message-ids (of people, addresses) of what Patchwork's URLs name: "patches/12", "covers/3", "comments/4", and of a patch or cover of "series/5". */
export function messageIdsOf(samples: readonly ApiSample[]): Map<string, string> {
  const messageIds = new Map<string, string>();
  for (const sample of samples) {
    for (const object of objectsIn(sample.body)) {
      const { msgid, url, series, patches, email } = object;
      if (typeof url === 'string' && typeof email === 'string' && url.includes('/people/')) {
        messageIds.set(resourceName(url) ?? '', email);
      }
      if (typeof msgid === 'string' && typeof url === 'string') {
        const name = resourceName(url);
        if (name !== null) messageIds.set(name, msgid);
      }
      for (const one of Array.isArray(series) ? (series as { id: number }[]) : []) {
        if (typeof msgid === 'string') messageIds.set(`series/${one.id}`, msgid);
      }
      const [first] = Array.isArray(patches) ? (patches as { msgid: string }[]) : [];
      if (first !== undefined && typeof url === 'string' && url.includes('/series/')) {
        messageIds.set(resourceName(url) ?? '', first.msgid);
      }
    }
  }
  return messageIds;
}

/** "http://…/api/1.3/patches/12/comments/4/" -> "comments/4" */
function resourceName(url: string): string | null {
  const match = /\/(patches|covers|comments|series|people)\/([0-9]+)\/(?:\?.*)?$/.exec(url);
  return match === null ? null : `${match[1]}/${match[2]}`;
}

/** Differences between two JSON values, one line each, with the path; keys must stand in the same order. */
export function jsonDifferences(expected: Json, actual: Json): string[] {
  const differences: string[] = [];
  const waiting: [path: string, expected: Json, actual: Json][] = [['', expected, actual]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [path, a, b] = next;
    if (Array.isArray(a) && Array.isArray(b)) {
      const [theirs, ours] = [rowsByName(a), rowsByName(b)];
      for (const [name, value] of theirs) {
        const own = ours.get(name);
        if (own === undefined) differences.push(`${path}[${name}]: only there`);
        else waiting.push([`${path}[]`, value, own]);
      }
      for (const name of ours.keys()) {
        if (!theirs.has(name)) differences.push(`${path}[${name}]: only here`);
      }
    } else if (isObject(a) && isObject(b)) {
      const [keys, ours] = [Object.keys(a), Object.keys(b)];
      if (keys.join() !== ours.join())
        differences.push(`${path}: keys ${keys.join()} there, ${ours.join()} here`);
      for (const key of keys) if (key in b) waiting.push([`${path}.${key}`, a[key]!, b[key]!]);
    } else if (typeof a === 'string' && typeof b === 'string' && a.includes('\n')) {
      const [theirs, ours] = [a.split('\n'), b.split('\n')];
      const at = theirs.findIndex((line, index) => line !== ours[index]);
      if (a !== b)
        differences.push(
          `${path}: ${shown(theirs[at] ?? null)} there, ${shown(ours[at] ?? null)} here`,
        );
    } else if (a !== b) {
      differences.push(`${path}: ${shown(a)} there, ${shown(b)} here`);
    }
  }
  return differences;
}

/** Rows by message-id or address, so that a row that only one has does not shift the others; else by place. */
function rowsByName(rows: readonly Json[]): Map<string, Json> {
  return new Map(
    rows.map((row, at) => {
      const { msgid, email } = isObject(row) ? row : {};
      return [[msgid, email].find((name) => typeof name === 'string') ?? String(at), row];
    }),
  );
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: Json): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}
