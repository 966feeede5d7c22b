import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/package-root.ts';

/**
 * Files that a section of a document gives as code blocks, each with the path in its first line: "# /etc/postfix/main.cf".
 * Result: path to text, without that line. Tests use them, so that what an operator copies is what was tried.
 */
export function documentFiles(document: string, heading: string): ReadonlyMap<string, string> {
  const lines = readFileSync(join(packageRoot, document), 'utf8').split('\n');
  const start = lines.indexOf(`## ${heading}`);
  if (start === -1) throw new Error(`${document} has no section "${heading}"`);
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith('## '));
  const section = length === -1 ? lines.slice(start) : lines.slice(start, start + 1 + length);
  return new Map(codeBlocks(section).flatMap(fileOf));
}

function codeBlocks(lines: readonly string[]): string[][] {
  const blocks: string[][] = [];
  let open: string[] | null = null;
  for (const line of lines) {
    if (!line.startsWith('```')) open?.push(line);
    else if (open === null) blocks.push((open = []));
    else open = null;
  }
  return blocks;
}

function fileOf([first = '', ...rest]: readonly string[]): [string, string][] {
  return first.startsWith('# /') ? [[first.slice(2), `${rest.join('\n')}\n`]] : [];
}

/** `text` with each key of `places` replaced by its value; a key that does not occur is an error in the document or here. */
export function placedText(text: string, places: Readonly<Record<string, string>>): string {
  return Object.entries(places).reduce((placed, [from, to]) => {
    if (!placed.includes(from)) throw new Error(`"${from}" does not occur in: ${text}`);
    return placed.replaceAll(from, to);
  }, text);
}
