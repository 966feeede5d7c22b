import { readFile } from 'node:fs/promises';
import { eventCategories } from '../store/append-events.ts';
import type { Database } from '../store/database.ts';
import { loadLastSeq } from '../store/events.ts';
import { loadMailingLists } from '../store/mailing-lists.ts';
import { addWebhook, loadWebhooks, removeWebhook, reviveWebhook } from '../store/webhooks.ts';
import type { Webhook } from '../store/webhooks.ts';
import { TargetError, targetUrl } from '../webhook/target-url.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { print, printLine, tableText } from './output.ts';
import { withSite } from './with-site.ts';

export interface WebhookOptions {
  readonly secretFile: string;
  readonly category?: readonly string[];
  readonly list?: readonly string[];
  readonly allowPrivate?: boolean;
}

const minSecretBytes = 16;

/** Adds a receiver of events and prints its number. */
export async function addReceiver(url: string, options: WebhookOptions): Promise<void> {
  const allowsPrivate = options.allowPrivate === true;
  requireTarget(url, allowsPrivate);
  const categories = knownCategories(options.category ?? null);
  const secret = await readSecret(options.secretFile);
  await withSite(async ({ database }) => {
    const listIds = await listRows(database, options.list ?? null);
    const id = await addWebhook(database, { url, secret, categories, listIds, allowsPrivate });
    await printLine(`webhook ${id} gets what happens from now on, while patchloom webhooks runs`);
  });
}

function requireTarget(url: string, allowsPrivate: boolean): void {
  try {
    targetUrl(url, allowsPrivate);
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    const advice = error.message.endsWith('private address') ? '; --allow-private allows it' : '';
    throw new CommandError(exitCode.usage, `${url}: ${error.message}${advice}`);
  }
}

function knownCategories(given: readonly string[] | null): readonly string[] | null {
  const unknown = given?.find((name) => !eventCategories.some((known) => known === name));
  if (unknown === undefined) return given;
  const all = eventCategories.join(', ');
  throw new CommandError(exitCode.usage, `there is no category ${unknown}; there are ${all}`);
}

/** The file without the line end that editors add. */
async function readSecret(path: string): Promise<Buffer> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new CommandError(exitCode.usage, '--secret-file cannot be read', error);
  });
  const secret = Buffer.from(bytes.toString('latin1').replace(/\r?\n$/, ''), 'latin1');
  if (secret.length >= minSecretBytes) return secret;
  throw new CommandError(
    exitCode.usage,
    `the secret has ${secret.length} bytes, ${minSecretBytes} are needed: openssl rand -hex 32 makes one`,
  );
}

async function listRows(
  database: Database,
  given: readonly string[] | null,
): Promise<readonly number[] | null> {
  if (given === null) return null;
  const rows = new Map((await loadMailingLists(database)).map(({ listId, id }) => [listId, id]));
  return given.map((listId) => {
    const id = rows.get(listId.toLowerCase());
    if (id === undefined) throw new CommandError(exitCode.usage, `there is no list ${listId}`);
    return id;
  });
}

/** Prints a table of the receivers; nothing when there is none. */
export async function printReceivers(): Promise<void> {
  await withSite(async ({ database }) => {
    const webhooks = await loadWebhooks(database);
    if (webhooks.length === 0) return;
    const lastSeq = await loadLastSeq(database);
    const heading = ['ID', 'STATE', 'BEHIND', 'FAILURES', 'DELIVERED', 'URL', 'LAST FAILURE'];
    await print(tableText([heading, ...webhooks.map((webhook) => cellsOf(webhook, lastSeq))]));
  });
}

/** Of what it is behind, some may be nothing that it gets. */
function cellsOf(webhook: Webhook, lastSeq: number): string[] {
  return [
    String(webhook.id),
    stateOf(webhook),
    String(lastSeq - webhook.afterSeq),
    String(webhook.failureCount),
    webhook.deliveredAt ?? 'never',
    webhook.url,
    webhook.lastFailure ?? '',
  ];
}

function stateOf({ diedAt, failureCount }: Webhook): string {
  if (diedAt !== null) return 'dead';
  return failureCount > 0 ? 'failing' : 'alive';
}

/** Removes a receiver. */
export async function removeReceiver(id: number): Promise<void> {
  await withSite(async ({ database }) => {
    if (!(await removeWebhook(database, id))) throw unknownWebhook(id);
  });
}

/** Makes a receiver be tried again at once, also a dead one. */
export async function retryReceiver(id: number): Promise<void> {
  await withSite(async ({ database }) => {
    if (!(await reviveWebhook(database, id))) throw unknownWebhook(id);
  });
}

function unknownWebhook(id: number): CommandError {
  return new CommandError(exitCode.dataError, `there is no webhook ${id}`);
}
