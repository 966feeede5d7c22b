/**
 * Groups keys into the connected components of the given links (each link joins all the keys it names).
 * Result: every key that was named, with the key that stands for its component.
 * Which key stands for a component depends on the order of links; which keys are together does not.
 */
export function joinComponents<K>(links: Iterable<readonly K[]>): Map<K, K> {
  const above = new Map<K, K>();
  for (const link of links) {
    const [first, ...rest] = link;
    if (first === undefined) continue;
    if (!above.has(first)) above.set(first, first);
    for (const key of rest) {
      if (!above.has(key)) above.set(key, key);
      above.set(topOf(key, above), topOf(first, above));
    }
  }
  for (const key of above.keys()) above.set(key, topOf(key, above));
  return above;
}

/** Follows a key to the one that stands for its component, halving the path on the way. */
function topOf<K>(key: K, above: Map<K, K>): K {
  let top = key;
  for (;;) {
    const next = above.get(top)!;
    if (next === top) return top;
    const afterNext = above.get(next)!;
    above.set(top, afterNext);
    top = afterNext;
  }
}
