#!/usr/bin/env node
import { CommanderError } from 'commander';
import { exitCodeOf, reportOf } from './failure.ts';
import { OutputClosedError } from './output.ts';
import { buildProgram } from './program.ts';

// Each write reports its own error; without a listener the event would end the process before it can tidy up.
process.stdout.on('error', () => undefined);

try {
  await buildProgram().parseAsync();
} catch (error) {
  const isSaid = error instanceof CommanderError || error instanceof OutputClosedError;
  if (!isSaid) process.stderr.write(`patchloom: ${reportOf(error)}\n`);
  process.exitCode = exitCodeOf(error);
}
