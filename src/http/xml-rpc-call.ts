import { readXml } from './xml-elements.ts';
import type { XmlElement } from './xml-elements.ts';
import { XmlRpcFault } from './xml-rpc-value.ts';
import type { XmlRpcCall, XmlRpcValue } from './xml-rpc-value.ts';

/** The code for a call that cannot be read: "not well formed" of the specification for fault code interoperability. */
const notWellFormed = -32_700;

/**
 * The call that an XML document holds. Throws XmlRpcFault when it holds none. A value that its type cannot have ("x" as
 * an int) is a fault as well.
 */
export function readCall(document: string): XmlRpcCall {
  const root = readXml(document);
  if (root === null || root.name !== 'methodCall') throw unreadable('no method call');
  const method = childNamed(root, 'methodName')?.text.trim() ?? '';
  if (method === '') throw unreadable('no method name');
  const parameters = childNamed(root, 'params')?.children ?? [];
  return { method, parameters: parameters.map((parameter) => valueOf(onlyChild(parameter))) };
}

function unreadable(problem: string): XmlRpcFault {
  return new XmlRpcFault(notWellFormed, problem);
}

function childNamed(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name);
}

function onlyChild(element: XmlElement): XmlElement {
  const [child, ...more] = element.children;
  if (child === undefined || more.length > 0) throw unreadable(`one value in ${element.name}`);
  return child;
}

/** Value of a `value` element; what readXml nests is at most 32 deep. */
function valueOf(element: XmlElement): XmlRpcValue {
  if (element.name !== 'value') throw unreadable(`${element.name} where a value is needed`);
  if (element.children.length === 0) return element.text;
  const typed = onlyChild(element);
  const read = readers.get(typed.name);
  if (read === undefined) throw unreadable(`no type ${typed.name}`);
  return read(typed);
}

const doubleForm = /^[+-]?[0-9]{1,400}(?:\.[0-9]{0,400})?(?:[eE][+-]?[0-9]{1,4})?$/;

const readers: ReadonlyMap<string, (element: XmlElement) => XmlRpcValue> = new Map([
  ['int', wholeNumber],
  ['i4', wholeNumber],
  ['i8', wholeNumber],
  ['boolean', truth],
  ['double', ({ text }) => numberIn(text, doubleForm)],
  ['string', ({ text }) => text],
  ['base64', ({ text }) => Buffer.from(text, 'base64')],
  ['dateTime.iso8601', ({ text }) => text.trim()],
  ['nil', () => null],
  ['array', arrayOf],
  ['struct', structOf],
] satisfies [string, (element: XmlElement) => XmlRpcValue][]);

function wholeNumber({ text }: XmlElement): number {
  return numberIn(text, /^[+-]?[0-9]{1,15}$/);
}

function numberIn(text: string, form: RegExp): number {
  const number = Number(text.trim());
  if (!form.test(text.trim()) || !Number.isFinite(number)) throw unreadable('a number is needed');
  return number;
}

function truth({ text }: XmlElement): boolean {
  if (text.trim() === '1') return true;
  if (text.trim() === '0') return false;
  throw unreadable('a boolean is needed');
}

function arrayOf(element: XmlElement): XmlRpcValue[] {
  return onlyChild(element).children.map(valueOf);
}

function structOf(element: XmlElement): XmlRpcValue {
  const members = element.children.map((member): [string, XmlRpcValue] => {
    const name = childNamed(member, 'name');
    const value = childNamed(member, 'value');
    if (name === undefined || value === undefined)
      throw unreadable('a member without name or value');
    return [name.text, valueOf(value)];
  });
  return Object.fromEntries(members);
}
