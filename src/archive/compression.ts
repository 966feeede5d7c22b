/** How the bytes of an archive are packed. */
export type Compression = 'gzip' | 'bzip2' | 'xz' | 'zstd' | 'none';

const magicBytes: readonly { readonly compression: Compression; readonly magic: Buffer }[] = [
  { compression: 'gzip', magic: Buffer.from([0x1f, 0x8b]) },
  { compression: 'bzip2', magic: Buffer.from('BZh') },
  { compression: 'xz', magic: Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]) },
  { compression: 'zstd', magic: Buffer.from([0x28, 0xb5, 0x2f, 0xfd]) },
];

/** Bytes from the start of an archive that `compressionOf` needs to see; fewer only if the archive is shorter. */
export const magicByteCount = 6;

/**
 * Compression of an archive, read from its first bytes and not from its name.
 * Source: RFC 1952 section 2.3.1, bzip2's manual, RFC 8878 section 3.1.1, the .xz file format section 2.1.1.1.
 */
export function compressionOf(head: Buffer): Compression {
  const known = magicBytes.find(({ magic }) => head.subarray(0, magic.length).equals(magic));
  return known?.compression ?? 'none';
}
