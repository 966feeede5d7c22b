import { fileURLToPath } from 'node:url';

/** Absolute path of the folder that holds package.json, sql/ and node_modules; this file runs as dist/src/package-root.js. */
export const packageRoot = fileURLToPath(new URL('../../', import.meta.url));
