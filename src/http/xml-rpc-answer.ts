import type { XmlRpcFault, XmlRpcValue } from './xml-rpc-value.ts';

/** A document with the value that a call gave. */
export function answerXml(value: XmlRpcValue): string {
  const body = `<params><param>${valueXml(value)}</param></params>`;
  return `<?xml version='1.0'?>\n<methodResponse>${body}</methodResponse>\n`;
}

/** A document that says why a call gave none. */
export function faultXml({ code, message }: XmlRpcFault): string {
  const body = `<fault>${valueXml({ faultCode: code, faultString: message })}</fault>`;
  return `<?xml version='1.0'?>\n<methodResponse>${body}</methodResponse>\n`;
}

function valueXml(value: XmlRpcValue): string {
  return `<value>${typedXml(value)}</value>`;
}

function typedXml(value: XmlRpcValue): string {
  if (value === null) return '<nil/>';
  if (typeof value === 'boolean') return `<boolean>${value ? 1 : 0}</boolean>`;
  if (typeof value === 'number') return numberXml(value);
  if (typeof value === 'string') return textXml(value);
  if (Buffer.isBuffer(value)) return `<base64>${value.toString('base64')}</base64>`;
  if (isList(value)) return `<array><data>${value.map(valueXml).join('')}</data></array>`;
  const members = Object.entries(value).map(
    ([name, each]) => `<member><name>${escaped(name)}</name>${valueXml(each)}</member>`,
  );
  return `<struct>${members.join('')}</struct>`;
}

function isList(value: XmlRpcValue): value is readonly XmlRpcValue[] {
  return Array.isArray(value);
}

function numberXml(value: number): string {
  return Number.isInteger(value) ? `<int>${value}</int>` : `<double>${value}</double>`;
}

/** Bytes where XML has no way to say a character: form feeds, half a surrogate pair; and CR, which parsers make LF. */
const notInXml = /[\0-\x08\x0b-\x1f\ufffe\uffff]|\p{Cs}/u;

function textXml(text: string): string {
  if (notInXml.test(text)) return `<base64>${Buffer.from(text).toString('base64')}</base64>`;
  return `<string>${escaped(text)}</string>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
