/** Texts as UTF-8, laid end to end in memory of their own: threads hand it over without a copy. */
export interface PackedTexts {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Octets of each text, in order; null for one that is absent. */
  readonly lengths: readonly (number | null)[];
}

/** Packs texts; a lone surrogate becomes U+FFFD. */
export function packTexts(texts: readonly (string | null)[]): PackedTexts {
  const lengths = texts.map((text) => (text === null ? null : Buffer.byteLength(text)));
  const bytes = Buffer.from(
    new ArrayBuffer(lengths.reduce<number>((sum, length) => sum + (length ?? 0), 0)),
  );
  let at = 0;
  for (const text of texts) at += text === null ? 0 : bytes.write(text, at);
  return { bytes, lengths };
}

/** The UTF-8 of each text, as views of the same memory. */
export function packedParts({ bytes, lengths }: PackedTexts): (Uint8Array | null)[] {
  let at = 0;
  return lengths.map((length) => {
    if (length === null) return null;
    at += length;
    return bytes.subarray(at - length, at);
  });
}
