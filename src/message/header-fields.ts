import type { HeaderField } from './decoded-message.ts';

/** Values of all fields of one name, in order: fieldValues(fields, "in-reply-to"); the name is lower case. */
export function fieldValues(fields: readonly HeaderField[], lowerCaseName: string): string[] {
  const values: string[] = [];
  for (const { name, value } of fields) {
    if (name.length === lowerCaseName.length && name.toLowerCase() === lowerCaseName) {
      values.push(value);
    }
  }
  return values;
}
