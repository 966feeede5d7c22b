/**
 * For `node --import`: writes each package that our own code imports to standard error, "import pg", when it does so.
 * It is its own hook, which Node runs in a thread apart.
 */
import { writeSync } from 'node:fs';
import { register } from 'node:module';
import type { ResolveHook } from 'node:module';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) register(import.meta.url);

const isPackage = /^(?!node:)[@a-z]/;

export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  const isOurs = context.parentURL?.includes('/node_modules/') === false;
  if (isOurs && isPackage.test(specifier) && !URL.canParse(specifier)) {
    writeSync(2, `import ${specifier}\n`);
  }
  return nextResolve(specifier, context);
};
