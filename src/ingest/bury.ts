import type { Database } from '../store/database.ts';
import { recordDeadLetter } from '../store/deliveries.ts';
import type { DeadLetterStage } from '../store/deliveries.ts';
import { observe } from './observations.ts';

/** Why a delivery is dead, and the Message-ID where it is known. */
export interface Death {
  readonly deliveryId: number;
  readonly messageId: string | null;
  readonly stage: DeadLetterStage;
  /** In words for the operator. */
  readonly reason: string;
}

/** Ends a delivery as a dead letter, unless it has an outcome already. */
export async function bury(database: Database, death: Death): Promise<void> {
  const { deliveryId, messageId, stage, reason } = death;
  const sha256 = await recordDeadLetter(database, deliveryId, stage, reason);
  if (sha256 === null) return;
  observe({ kind: 'died', stage, reason, names: { deliveryId, sha256, messageId } });
}
