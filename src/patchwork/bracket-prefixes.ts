/** Prefixes that Patchwork put before a name: "[RFC,v2,3/7] gauge: float" -> ["RFC", "v2", "3/7"]; [] without. */
export function bracketPrefixes(name: string): string[] {
  const end = name.indexOf(']');
  return name.startsWith('[') && end !== -1 ? name.slice(1, end).split(',') : [];
}
