/**
 * What the revisions of one patch have in common: its name without prefixes, version and full stop, in lower case.
 * "[v2,1/3] mm : Fix a leak." -> "mm: fix a leak"; null when nothing is left. Linear.
 */
export function baseTitle(name: string): string | null {
  const title = nameAfterPrefixes(name)
    .replace(/\(v[0-9]{1,9}\)/i, '')
    .replaceAll(/[ \t]+/g, ' ')
    .replaceAll(/ ?: ?/g, ': ')
    .trim()
    .toLowerCase();
  const stripped = title.endsWith('.') ? title.slice(0, -1) : title;
  return stripped === '' ? null : stripped;
}

/** "[v2,1/3] mm: Fix a leak" -> "mm: Fix a leak" */
export function nameAfterPrefixes(name: string): string {
  return name.slice(prefixesEnd(name));
}

/** Where the last of the bracketed prefixes at the begin of a name ends. */
function prefixesEnd(name: string): number {
  let at = 0;
  for (;;) {
    while (name[at] === ' ') at += 1;
    const close = name[at] === '[' ? name.indexOf(']', at) : -1;
    if (close === -1) return at;
    at = close + 1;
  }
}
