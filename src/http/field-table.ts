import { isPartOf } from './api-version.ts';
import type { ApiVersion } from './api-version.ts';

/** A JSON schema as fast-json-stringify and OpenAPI 3.0 both read it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What a field holds: a schema of its own, an object with fields, such an object or null, or a list of such objects. */
export type FieldType =
  | JsonSchema
  | { readonly object: FieldTable }
  | { readonly objectOrNull: FieldTable }
  | { readonly listOf: FieldTable };

/** Name, type, and the version that it came with where that is not the first: ["web_url", text, "1.1"] */
export type Field = readonly [name: string, type: FieldType, since?: ApiVersion];

/** The fields of an answer, in the order in which they are sent. */
export interface FieldTable {
  /** In the OpenAPI document: "PatchDetail" */
  readonly title: string;
  readonly fields: readonly Field[];
}

export const integer: JsonSchema = { type: 'integer' };
export const truth: JsonSchema = { type: 'boolean' };
export const truthOrNull: JsonSchema = { type: 'boolean', nullable: true };
export const text: JsonSchema = { type: 'string' };
export const textOrNull: JsonSchema = { type: 'string', nullable: true };
export const texts: JsonSchema = { type: 'array', items: { type: 'string' } };
/** An object whose keys are not known before: headers, tags. */
export const anyObject: JsonSchema = {
  type: 'object',
  additionalProperties: true,
};

const schemas = new WeakMap<FieldTable, Map<ApiVersion, JsonSchema>>();

/** Schema of an answer in a version: its fields in order, those of later versions left out. The same object every time. */
export function schemaOf(table: FieldTable, version: ApiVersion): JsonSchema {
  const known = schemas.get(table) ?? new Map<ApiVersion, JsonSchema>();
  schemas.set(table, known);
  const schema = known.get(version) ?? objectSchema(table, version);
  known.set(version, schema);
  return schema;
}

function objectSchema(table: FieldTable, version: ApiVersion): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  for (const [name, type, since = '1.0'] of table.fields) {
    if (isPartOf(version, since)) properties[name] = typeSchema(type, version);
  }
  return { title: table.title, type: 'object', properties };
}

function typeSchema(type: FieldType, version: ApiVersion): JsonSchema {
  if (isTable(type, 'object')) return schemaOf(type.object, version);
  if (isTable(type, 'objectOrNull')) {
    return { ...schemaOf(type.objectOrNull, version), nullable: true };
  }
  if (isTable(type, 'listOf')) return listSchemaOf(type.listOf, version);
  return type;
}

function isTable<Key extends string>(
  type: FieldType,
  key: Key,
): type is FieldType & Record<Key, FieldTable> {
  return key in type;
}

const listSchemas = new WeakMap<JsonSchema, JsonSchema>();

/** Schema of a list of such answers. The same object every time. */
export function listSchemaOf(table: FieldTable, version: ApiVersion): JsonSchema {
  const items = schemaOf(table, version);
  const schema = listSchemas.get(items) ?? { type: 'array', items };
  listSchemas.set(items, schema);
  return schema;
}
