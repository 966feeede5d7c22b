import { passwordHash } from '../api/password.ts';
import { newToken, tokenSha256 } from '../api/token.ts';
import { addMaintainer, removeMaintainer } from '../store/maintainers.ts';
import { findMailingList } from '../store/projects.ts';
import type { MailingList } from '../store/mailing-lists.ts';
import type { Database, Queryable } from '../store/database.ts';
import {
  addToken,
  addUser,
  deactivateUser,
  findUser,
  loadUsers,
  revokeTokens,
  setPasswordHash,
} from '../store/users.ts';
import type { ListedUser, User } from '../store/users.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { print, printLine, tableText } from './output.ts';
import { readStandardInput } from './standard-input.ts';
import { withSite } from './with-site.ts';

/** What `user add` takes beside the name. */
export interface UserOptions {
  readonly email?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly superuser?: true;
}

/** Adds a user, without a password or token; exit 65 when the name is taken. */
export async function addUserOf(username: string, options: UserOptions): Promise<void> {
  await withSite(async ({ database }) => {
    const added = await addUser(database, {
      username,
      email: options.email ?? '',
      firstName: options.firstName ?? '',
      lastName: options.lastName ?? '',
      isSuperuser: options.superuser === true,
    });
    if (added === null) throw new CommandError(exitCode.dataError, `${username} is there already`);
    await printLine(`${added.username} added, id ${added.id}`);
  });
}

/** Prints a new token of the user; it can be read here and nowhere else. With `replace` the former ones are void. */
export async function printToken(
  username: string,
  options: { readonly replace?: true },
): Promise<void> {
  await onUser(username, async (database, user) => {
    const token = newToken();
    if (options.replace === true) await revokeTokens(database, user.id);
    await addToken(database, user.id, tokenSha256(token));
    await printLine(token);
  });
}

/** Sets the password that standard input holds, up to its line end. */
export async function setPassword(username: string): Promise<void> {
  const input = await readStandardInput();
  const password = input.toString().replace(/\r?\n$/, '');
  if (password === '') throw new CommandError(exitCode.dataError, 'the password is empty');
  await onUser(username, async (database, user) => {
    await setPasswordHash(database, user.id, await passwordHash(password));
    await printLine(`password of ${user.username} set`);
  });
}

/** Lets the user write the patches of a list. */
export async function maintainList(username: string, listName: string): Promise<void> {
  await onUser(username, async (database, user) => {
    const list = await listOf(database, listName);
    await addMaintainer(database, user.id, list.id);
    await printLine(`${user.username} maintains ${list.listId}`);
  });
}

/** Takes that back; exit 65 when they do not maintain it. */
export async function unmaintainList(username: string, listName: string): Promise<void> {
  await onUser(username, async (database, user) => {
    const list = await listOf(database, listName);
    if (!(await removeMaintainer(database, user.id, list.id))) {
      const problem = `${user.username} does not maintain ${list.listId}`;
      throw new CommandError(exitCode.dataError, problem);
    }
    await printLine(`${user.username} maintains ${list.listId} no longer`);
  });
}

/** Takes all rights from the user; what they did keeps their name. */
export async function deactivate(username: string): Promise<void> {
  await onUser(username, async (database, user) => {
    await deactivateUser(database, user.id);
    await printLine(`${user.username} may do nothing any more`);
  });
}

/** Prints a table of all users; nothing when there is none. */
export async function printUsers(): Promise<void> {
  await withSite(async ({ database }) => {
    const users = await loadUsers(database);
    if (users.length === 0) return;
    const heading = ['ID', 'USERNAME', 'EMAIL', 'RIGHTS', 'PASSWORD', 'TOKENS', 'MAINTAINS'];
    await print(tableText([heading, ...users.map(cellsOf)]));
  });
}

function cellsOf(user: ListedUser): string[] {
  return [
    String(user.id),
    user.username,
    user.email === '' ? '-' : user.email,
    rightsOf(user),
    user.hasPassword ? 'yes' : 'no',
    String(user.tokenCount),
    user.maintains.join(' '),
  ];
}

function rightsOf({ isActive, isSuperuser }: User): string {
  if (!isActive) return 'none';
  return isSuperuser ? 'superuser' : 'user';
}

async function onUser(
  username: string,
  work: (database: Database, user: User) => Promise<void>,
): Promise<void> {
  await withSite(async ({ database }) => {
    const user = await findUser(database, username);
    if (user === null) throw new CommandError(exitCode.noUser, `no user ${username}`);
    await work(database, user);
  });
}

async function listOf(queryable: Queryable, name: string): Promise<MailingList> {
  const list = await findMailingList(queryable, name);
  if (list === null) throw new CommandError(exitCode.dataError, `no list ${name}`);
  return list;
}
