import { onObservation } from '../ingest/observations.ts';
import { measuresOf } from './measures.ts';
import type { Measure } from './measures.ts';

/** A worker that is killed takes what it measured for this long with it. */
const sendIntervalMs = 500;

/** Sends what this process measures to the one that is scraped, a few times a second, until it is closed. */
export function sendMeasures(send: (message: { measures: readonly Measure[] }) => void): {
  close(): void;
} {
  let unsent: Measure[] = [];
  const stop = onObservation((observation) => {
    unsent.push(...measuresOf(observation, Date.now()));
  });
  const flush = (): void => {
    if (unsent.length === 0) return;
    send({ measures: unsent });
    unsent = [];
  };
  const timer = setInterval(flush, sendIntervalMs);
  return {
    close() {
      stop();
      clearInterval(timer);
      flush();
    },
  };
}
