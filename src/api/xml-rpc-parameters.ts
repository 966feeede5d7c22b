import { XmlRpcFault } from '../http/xml-rpc-value.ts';
import type { XmlRpcValue } from '../http/xml-rpc-value.ts';
import type { LookupValue } from '../store/lookup-condition.ts';

/** Fault of a call that failed, as Python's dispatcher numbers them. */
export const failedCall = 1;

/** A fault that says what is wrong with a call. */
export function callFault(problem: string): XmlRpcFault {
  return new XmlRpcFault(failedCall, problem);
}

/** A whole number among the parameters, also as text; `absent` where it is left out. Throws XmlRpcFault. */
export function numberAt(
  parameters: readonly XmlRpcValue[],
  index: number,
  absent?: number,
): number {
  const value = parameters[index] ?? absent;
  const number = typeof value === 'string' && /^-?[0-9]{1,15}$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) {
    throw callFault(`parameter ${index + 1} must be a whole number`);
  }
  return number;
}

/** Text among the parameters, also as bytes in UTF-8; `absent` where it is left out. Throws XmlRpcFault. */
export function textAt(parameters: readonly XmlRpcValue[], index: number, absent?: string): string {
  const value = parameters[index] ?? absent;
  const text = Buffer.isBuffer(value) ? value.toString() : value;
  if (typeof text !== 'string' || text.includes('\0')) {
    throw callFault(`parameter ${index + 1} must be a string`);
  }
  return text;
}

/** A struct among the parameters, empty where it is left out. Throws XmlRpcFault. */
export function structAt(
  parameters: readonly XmlRpcValue[],
  index: number,
): Readonly<Record<string, XmlRpcValue>> {
  const value = parameters[index] ?? {};
  if (!isStruct(value)) throw callFault(`parameter ${index + 1} must be a struct`);
  return value;
}

function isStruct(value: XmlRpcValue): value is Readonly<Record<string, XmlRpcValue>> {
  return typeof value === 'object' && !Array.isArray(value) && !Buffer.isBuffer(value);
}

/** A filter of a list: { state_id: 3, max_count: 10 } -> "state_id" is "3", at most 10; null for one that cannot be. */
export function filterOf(struct: Readonly<Record<string, XmlRpcValue>>): {
  readonly filters: ReadonlyMap<string, LookupValue>;
  readonly maxCount: number;
} | null {
  const { max_count: maxCount = 0, ...others } = struct;
  const filters = new Map<string, LookupValue>();
  for (const [key, value] of Object.entries(others)) {
    const texts = lookupValue(value);
    if (texts === null) return null;
    filters.set(key, texts);
  }
  return { filters, maxCount: numberAt([maxCount], 0) };
}

function lookupValue(value: XmlRpcValue): LookupValue | null {
  if (!Array.isArray(value)) return textOf(value);
  const values: readonly XmlRpcValue[] = value;
  const texts = values.map(textOf);
  return texts.every((text) => text !== null) ? texts : null;
}

function textOf(value: XmlRpcValue): string | null {
  if (Buffer.isBuffer(value)) return value.toString();
  return value === null || typeof value === 'object' ? null : String(value);
}
