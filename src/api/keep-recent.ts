/** Something that is loaded again when it has become old. */
export interface Recent<T> {
  load(): Promise<T>;
  /** It has changed: the next reader loads it. */
  forget(): void;
}

/** Keeps what `load` gives for `maxAgeMs`; a failure is not kept. */
export function keepRecent<T>(load: () => Promise<T>, maxAgeMs: number): Recent<T> {
  let kept: Promise<T> | null = null;
  let loadedAt = 0;
  return {
    load() {
      if (kept !== null && performance.now() - loadedAt < maxAgeMs) return kept;
      loadedAt = performance.now();
      const loading = load();
      kept = loading;
      loading.catch(() => {
        if (kept === loading) kept = null;
      });
      return loading;
    },
    forget() {
      kept = null;
    },
  };
}
