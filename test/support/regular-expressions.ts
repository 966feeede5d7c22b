import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { packageRoot } from '../../src/package-root.ts';

/** A regular expression that stands in the source. */
export interface RegularExpression {
  /** "src/message/date.js:108" */
  readonly place: string;
  readonly source: string;
  readonly flags: string;
}

/** All regular expression literals of the compiled files below a folder of dist: there no types are in the way. */
export function regularExpressionsIn(folder: string): RegularExpression[] {
  const root = join(packageRoot, 'dist', folder);
  return compiledFiles(root).flatMap((file) =>
    literals(readFileSync(file, 'utf8')).map(({ at, text, script }) => {
      const end = text.lastIndexOf('/');
      const line = script.slice(0, at).split('\n').length;
      const place = `${relative(join(packageRoot, 'dist'), file)}:${line}`;
      return { place, source: text.slice(1, end), flags: text.slice(end + 1) };
    }),
  );
}

/** Lines of the compiled files below a folder of dist in which an expression is made from a string. */
export function constructedIn(folder: string): string[] {
  return compiledFiles(join(packageRoot, 'dist', folder)).flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => /\bRegExp\(/.test(line))
      .map((line) => line.trim()),
  );
}

function compiledFiles(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && file.name.endsWith('.js'))
    .map((file) => join(file.parentPath, file.name))
    .toSorted();
}

interface Literal {
  readonly at: number;
  readonly text: string;
  readonly script: string;
}

/** What a slash may follow when it begins an expression and is no division. */
const beforeExpression =
  /(?:^|[(,=:[!&|?{};+\-*%~^<>]|\b(?:return|typeof|case|in|of|void|throw|yield|await|else|do))$/;

const tokens = [
  /#![^\n]*/y,
  /\/\/[^\n]*/y,
  /\/\*[^]*?\*\//y,
  /'(?:[^'\\\n]|\\[^])*'/y,
  /"(?:[^"\\\n]|\\[^])*"/y,
] as const;
const expression = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;

/** Expression literals of a script. Text of templates is passed over, what stands in their ${} is read. */
function literals(script: string): Literal[] {
  const found: Literal[] = [];
  /** For each template that is open, how many braces are open in its ${}. */
  const templates: number[] = [];
  let code = '';
  for (let at = 0; at < script.length;) {
    const char = script[at]!;
    const passed = tokens.map((token) => matchAt(token, script, at)).find((text) => text !== null);
    if (passed !== undefined && passed !== null) {
      if (!passed.startsWith('/')) code += ' x';
      at += passed.length;
      continue;
    }
    if (char === '/' && beforeExpression.test(code.trimEnd())) {
      const text = matchAt(expression, script, at);
      if (text === null) throw new Error(`no expression at ${script.slice(at, at + 40)}`);
      found.push({ at, text, script });
      code = 'x';
      at += text.length;
      continue;
    }
    const isTemplateEnd = char === '}' && templates.at(-1) === 0;
    if (char === '`' || isTemplateEnd) {
      if (isTemplateEnd) templates.pop();
      const end = templateTextEnd(script, at + 1);
      if (script[end] === '$') templates.push(0);
      code = script[end] === '$' ? '{' : 'x';
      at = end + (script[end] === '$' ? 2 : 1);
      continue;
    }
    if (char === '{' && templates.length > 0) templates[templates.length - 1]! += 1;
    if (char === '}' && templates.length > 0) templates[templates.length - 1]! -= 1;
    code = (code + char).slice(-20);
    at += 1;
  }
  return found;
}

function matchAt(token: RegExp, script: string, at: number): string | null {
  token.lastIndex = at;
  return token.exec(script)?.[0] ?? null;
}

/** Offset of the ${ or the backtick that ends a run of template text. */
function templateTextEnd(script: string, from: number): number {
  let at = from;
  while (script[at] !== '`' && !script.startsWith('${', at)) at += script[at] === '\\' ? 2 : 1;
  return at;
}
