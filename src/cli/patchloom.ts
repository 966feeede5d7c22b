#!/usr/bin/env node
import { CommanderError } from 'commander';
import { exitCodeOf, reportOf } from './failure.ts';
import { buildProgram } from './program.ts';

try {
  await buildProgram().parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) process.stderr.write(`patchloom: ${reportOf(error)}\n`);
  process.exitCode = exitCodeOf(error);
}
