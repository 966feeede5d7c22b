/** Fields of a JSON object, each read as the kind of value that is asked for; null where it is another or missing. */
export class JsonFields {
  readonly #fields: ReadonlyMap<string, unknown>;

  private constructor(fields: ReadonlyMap<string, unknown>) {
    this.#fields = fields;
  }

  /** null for what is no object. */
  static of(json: unknown): JsonFields | null {
    if (typeof json !== 'object' || json === null || Array.isArray(json)) return null;
    return new JsonFields(new Map(Object.entries(json)));
  }

  /** Text without NUL, which Postgres cannot hold. */
  text(name: string): string | null {
    const value = this.#fields.get(name);
    return typeof value === 'string' ? value.replaceAll('\0', '') : null;
  }

  /** A whole number from 0 on. */
  number(name: string): number | null {
    const value = this.#fields.get(name);
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
  }

  boolean(name: string): boolean | null {
    const value = this.#fields.get(name);
    return typeof value === 'boolean' ? value : null;
  }

  object(name: string): JsonFields | null {
    return JsonFields.of(this.#fields.get(name));
  }

  /** The objects of an array; [] for what is no array. */
  objects(name: string): JsonFields[] {
    const value: unknown = this.#fields.get(name);
    if (!Array.isArray(value)) return [];
    return value.flatMap((one: unknown) => JsonFields.of(one) ?? []);
  }
}
