import { createHmac, randomBytes } from 'node:crypto';
import { ApiError } from '../http/api-error.ts';
import { isPasswordOf, passwordHash } from './password.ts';

/** How long a password that was right is not derived again: a bot that polls does so every few seconds. */
const rememberedMs = 5 * 60_000;

const maxRememberedCount = 1_000;

/** What keeps guesses from taking all time. */
export interface PasswordLimits {
  readonly nowMs: () => number;
  /** Passwords that are looked at or wait for it at once; each takes 0.2 s of a thread. */
  readonly maxWaitingCount: number;
}

export const usualLimits: PasswordLimits = { nowMs: () => performance.now(), maxWaitingCount: 20 };

/**
 * Compares passwords with hashes, one at a time, and remembers those that were right, as a keyed hash. What it
 * remembers counts only as long as the user has the same hash, so that a new password and a user who is gone take
 * effect at once.
 */
export class PasswordMemory {
  readonly #key = randomBytes(32);
  readonly #rememberedUntilMs = new Map<string, number>();
  readonly #underWay = new Map<string, Promise<boolean>>();
  readonly #limits: PasswordLimits;
  #turn: Promise<unknown> = Promise.resolve();
  #nobodysHash: Promise<string> | null = null;

  constructor(limits: PasswordLimits) {
    this.#limits = limits;
  }

  /** Rejects with ApiError 503 when too many wait. `hash` null: there is no such user or no password; it takes as long to say so. */
  async isPasswordOf(hash: string | null, username: string, password: string): Promise<boolean> {
    this.#nobodysHash ??= passwordHash(randomBytes(16).toString('hex'));
    const compared = hash ?? (await this.#nobodysHash);
    const digest = this.#digestOf(compared, username, password);
    if ((this.#rememberedUntilMs.get(digest) ?? 0) > this.#limits.nowMs()) return hash !== null;
    this.#rememberedUntilMs.delete(digest);
    const isRight = await this.#derivedOnce(digest, compared, password);
    if (isRight) this.#remember(digest);
    return isRight && hash !== null;
  }

  #digestOf(hash: string, username: string, password: string): string {
    const text = JSON.stringify([hash, username, password]);
    return createHmac('sha256', this.#key).update(text).digest('base64');
  }

  async #derivedOnce(digest: string, hash: string, password: string): Promise<boolean> {
    const known = this.#underWay.get(digest);
    if (known !== undefined) return known;
    if (this.#underWay.size >= this.#limits.maxWaitingCount) {
      throw new ApiError(503, { detail: 'Too many passwords to look at. Try again later.' });
    }
    const derived = this.#turn.then(() => isPasswordOf(hash, password));
    this.#turn = derived.catch(() => undefined);
    this.#underWay.set(digest, derived);
    return derived.finally(() => this.#underWay.delete(digest));
  }

  #remember(digest: string): void {
    if (this.#rememberedUntilMs.size >= maxRememberedCount) {
      const [oldest = ''] = this.#rememberedUntilMs.keys();
      this.#rememberedUntilMs.delete(oldest);
    }
    this.#rememberedUntilMs.set(digest, this.#limits.nowMs() + rememberedMs);
  }
}
