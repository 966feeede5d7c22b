import { onObservation } from './ingest/observations.ts';
import type { MessageNames, Observation, SettledDelivery } from './ingest/observations.ts';
import type { Log } from './log.ts';

/** Enough of a SHA-256 to find the message by, in hex digits. */
const sha256PrefixLength = 12;

/**
 * Logs what happens to messages, by their names and nothing else of them, until the function that it returns is called.
 * At level info: live mail that comes, and all that ends otherwise than stored; at debug also what is stored, which a
 * replay has millions of.
 */
export function logObservations(log: Log): () => void {
  return onObservation((observation) => logOne(log, observation));
}

function logOne(log: Log, observation: Observation): void {
  if (observation.kind === 'accepted') {
    const { source, isDuplicate } = observation;
    const line = { ...namesOf(observation.names), stage: 'accept', source, isDuplicate };
    log.info(line, 'accepted');
  } else if (observation.kind === 'settled') {
    for (const delivery of observation.deliveries) logSettled(log, observation.listId, delivery);
  } else if (observation.kind === 'died') {
    // The reason may quote the message: `dead show` has it.
    log.error({ ...namesOf(observation.names), stage: observation.stage }, 'dead letter');
  }
}

function logSettled(log: Log, listId: string | null, delivery: SettledDelivery): void {
  const { outcome, flags } = delivery;
  const level = outcome === 'unrouted' ? 'info' : 'debug';
  log[level]({ ...namesOf(delivery), stage: 'index', outcome, listId, flags }, 'indexed');
}

function namesOf({ deliveryId, sha256, messageId }: MessageNames): object {
  return { delivery: deliveryId, messageId, sha256: sha256.slice(0, sha256PrefixLength) };
}
