import assert from 'node:assert/strict';
import { readXml } from '../../src/http/xml-elements.ts';
import type { XmlElement } from '../../src/http/xml-elements.ts';
import type { ApiScene } from '../support/api-scene.ts';

/** What XML-RPC says, as the test compares it. */
export type Said = ReturnType<typeof JSON.parse>;

/** A fault that came as an answer. */
export class SaidFault extends Error {
  override readonly name = 'SaidFault';
}

/** Calls a method as pwclient does: parameters in XML, Basic credentials where they are given. Rejects with SaidFault. */
export async function call(
  api: ApiScene,
  method: string,
  parameters: readonly unknown[],
  credentials: string | null = null,
): Promise<Said> {
  const params = parameters.map((value) => `<param>${valueXml(value)}</param>`).join('');
  const authorization =
    credentials === null
      ? {}
      : { Authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
  const response = await api.fetch('/xmlrpc/', {
    method: 'POST',
    headers: { 'Content-Type': 'text/xml', 'User-Agent': 'Python-xmlrpc/3.11', ...authorization },
    body: `<?xml version='1.0'?>\n<methodCall>\n<methodName>${method}</methodName>\n<params>\n${params}</params>\n</methodCall>\n`,
  });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/xml');
  const root = readXml(await response.text());
  const answer = root?.children[0];
  assert.ok(answer !== undefined);
  if (answer.name === 'fault') throw new SaidFault(saidIn(answer.children[0]!).faultString);
  return saidIn(answer.children[0]!.children[0]!);
}

function valueXml(value: unknown): string {
  if (typeof value === 'number') return `<value><int>${value}</int></value>`;
  if (typeof value === 'boolean') return `<value><boolean>${value ? 1 : 0}</boolean></value>`;
  if (typeof value === 'string') {
    return `<value><string>${value.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</string></value>`;
  }
  if (Array.isArray(value)) {
    return `<value><array><data>${value.map(valueXml).join('')}</data></array></value>`;
  }
  const members = Object.entries(value as object).map(
    ([name, each]) => `<member><name>${name}</name>${valueXml(each)}</member>`,
  );
  return `<value><struct>${members.join('')}</struct></value>`;
}

function saidIn(value: XmlElement): Said {
  const [typed] = value.children;
  if (typed === undefined) return value.text;
  switch (typed.name) {
    case 'int':
      return Number(typed.text);
    case 'boolean':
      return typed.text === '1';
    case 'base64':
      return Buffer.from(typed.text, 'base64').toString();
    case 'array':
      return typed.children[0]!.children.map(saidIn);
    case 'struct':
      return Object.fromEntries(
        typed.children.map((member) => [member.children[0]!.text, saidIn(member.children[1]!)]),
      );
    default:
      return typed.text;
  }
}
