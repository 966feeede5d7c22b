/**
 * What `load` came to, at most `maxAgeMs` ago; calls that come while it loads share it. A failure is kept as long, so that
 * many who ask cost no more than one who does.
 */
export function cached<T>(load: () => Promise<T>, maxAgeMs: number): () => Promise<T> {
  let current: { readonly result: Promise<T>; loadedAt: number } | null = null;
  return async () => {
    const now = performance.now();
    if (current !== null && now - current.loadedAt < maxAgeMs) return current.result;
    const loading = { result: load(), loadedAt: Infinity };
    const settle = (): void => void (loading.loadedAt = performance.now());
    loading.result.then(settle, settle);
    current = loading;
    return loading.result;
  };
}
