import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { whenRun } from './when-run.ts';

/** Adds `user` with its commands. */
export function addUserCommands(program: Command): void {
  const user = program.command('user').description('who may write through the API');
  user
    .command('add')
    .description('add a user; mail from their address becomes their own')
    .argument('<username>', 'letters, digits and _ . @ + -', username)
    .option('--email <address>', 'their address')
    .option('--first-name <name>', 'for people to read')
    .option('--last-name <name>', 'for people to read')
    .option('--superuser', 'may write everything')
    .action(whenRun(async () => (await import('./user.ts')).addUserOf));
  user
    .command('token')
    .description('print a new token for their programs; it is shown this once')
    .argument('<username>', 'in any case')
    .option('--replace', 'the former ones are void')
    .action(whenRun(async () => (await import('./user.ts')).printToken));
  user
    .command('password')
    .description('set the password that standard input holds')
    .argument('<username>', 'in any case')
    .action(whenRun(async () => (await import('./user.ts')).setPassword));
  user
    .command('maintain')
    .description('let them write the patches of a list')
    .argument('<username>', 'in any case')
    .argument('<list>', 'List-Id or link name')
    .action(whenRun(async () => (await import('./user.ts')).maintainList));
  user
    .command('unmaintain')
    .description('take that back')
    .argument('<username>', 'in any case')
    .argument('<list>', 'List-Id or link name')
    .action(whenRun(async () => (await import('./user.ts')).unmaintainList));
  user
    .command('ls')
    .description('all users')
    .action(whenRun(async () => (await import('./user.ts')).printUsers));
  user
    .command('deactivate')
    .description('take all rights and tokens from them; what they did keeps their name')
    .argument('<username>', 'in any case')
    .action(whenRun(async () => (await import('./user.ts')).deactivate));
}

function username(text: string): string {
  if (/^[A-Za-z0-9_.@+-]{1,150}$/.test(text)) return text;
  throw new InvalidArgumentError('1 to 150 letters, digits and _ . @ + - are needed');
}
