/** The database holds a schema that this build does not know, or none at all; `message` says what to do. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
}
