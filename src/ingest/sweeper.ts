import type { IndexQueue } from '../queue/index-queue.ts';
import type { Database } from '../store/database.ts';
import { sweep } from './sweep.ts';

const sweepIntervalMs = 5_000;

/** Sweeps every few seconds until it is stopped; a sweep that fails is reported and the next one comes. */
export function startSweeper(
  database: Database,
  queue: IndexQueue,
  onError: (error: unknown) => void,
): { stop(): Promise<void> } {
  let current: Promise<unknown> = Promise.resolve();
  let isSweeping = false;
  const timer = setInterval(() => {
    if (isSweeping) return;
    isSweeping = true;
    current = sweep(database, queue)
      .catch(onError)
      .finally(() => {
        isSweeping = false;
      });
  }, sweepIntervalMs);
  return {
    async stop() {
      clearInterval(timer);
      await current;
    },
  };
}
