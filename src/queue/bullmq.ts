import { createRequire } from 'node:module';
import type * as BullMq from 'bullmq';

/**
 * BullMQ, loaded as the CommonJS package that it is: an ES import makes Node read each of its files for the names it
 * exports before any runs, 60 ms of CPU in every process.
 */
const bullMq: typeof BullMq = createRequire(import.meta.url)('bullmq');

export const { createPostgresBackend, createRedisBackend, runMigrations, withBackend } = bullMq;
