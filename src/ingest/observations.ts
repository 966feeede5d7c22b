import { EventEmitter } from 'node:events';
import type { DeadLetterStage, DeliveryOutcome } from '../store/deliveries.ts';

/** By which names a message is known in the log. */
export interface MessageNames {
  readonly deliveryId: number;
  /** Hex. */
  readonly sha256: string;
  /** With angle brackets; null when it is not known yet, or absent. */
  readonly messageId: string | null;
}

/** A delivery that has its outcome. */
export interface SettledDelivery extends MessageNames {
  readonly outcome: DeliveryOutcome['outcome'];
  readonly flags: readonly string[];
  /** When it came, ISO 8601. */
  readonly receivedAt: string;
}

/** What happens to messages, for whoever measures or logs it. */
export type Observation =
  | {
      readonly kind: 'accepted';
      readonly source: string;
      readonly isDuplicate: boolean;
      readonly seconds: number;
      readonly names: MessageNames;
    }
  | { readonly kind: 'refused'; readonly source: string; readonly seconds: number }
  | { readonly kind: 'parsed'; readonly parseSeconds: readonly number[] }
  | { readonly kind: 'regrouped'; readonly submissionCount: number }
  | {
      readonly kind: 'settled';
      readonly listId: string | null;
      readonly deliveries: readonly SettledDelivery[];
    }
  | {
      readonly kind: 'died';
      readonly stage: DeadLetterStage;
      readonly reason: string;
      readonly names: MessageNames;
    };

/** One for the process: no argument need be passed down through every layer, and nothing is done where nobody listens. */
const observations = new EventEmitter<{ observation: [Observation] }>();

/** Tells of something after it is true: of an outcome when it is committed. */
export function observe(observation: Observation): void {
  observations.emit('observation', observation);
}

/** Whether anybody listens: what is costly to know need not be found out. */
export function isObserved(): boolean {
  return observations.listenerCount('observation') > 0;
}

/** Hears of everything in this process until the function that it returns is called. */
export function onObservation(listener: (observation: Observation) => void): () => void {
  observations.on('observation', listener);
  return () => {
    observations.off('observation', listener);
  };
}
