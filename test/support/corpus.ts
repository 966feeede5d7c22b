import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/package-root.ts';

/** 10,000 messages of a real list, oldest first. */
export const corpusArchive = join(packageRoot, '..', 'shared', 'corpora', 'ltp-10k.mbox.xz');

/** Reason to skip a test of the corpus; false where it is there. */
export const corpusSkip = existsSync(corpusArchive) ? false : `no corpus at ${corpusArchive}`;
