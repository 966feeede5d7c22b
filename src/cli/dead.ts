import { jobsOf } from '../ingest/sweep.ts';
import { fieldValues } from '../message/header-fields.ts';
import { messageIdIn } from '../message/message-id.ts';
import { headerFacts } from '../parsing/parse-message.ts';
import {
  dropDeadLetters,
  loadDeadLetter,
  loadDeadLetters,
  reviveDeadLetters,
} from '../store/dead-letters.ts';
import type { DeadLetter } from '../store/dead-letters.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { print, printLine, tableText } from './output.ts';
import { withSite } from './with-site.ts';

/** Prints a table of the dead letters, the oldest first; nothing when there is none. */
export async function printDeadLetters(): Promise<void> {
  await withSite(async ({ database }) => {
    const letters = await loadDeadLetters(database);
    if (letters.length === 0) return;
    const heading = ['DELIVERY', 'SOURCE', 'STAGE', 'DIED', 'SHA256', 'MESSAGE-ID', 'REASON'];
    await print(tableText([heading, ...letters.map(cellsOf)]));
  });
}

function cellsOf(letter: DeadLetter): string[] {
  return [
    String(letter.deliveryId),
    placeOf(letter),
    letter.stage,
    letter.diedAt,
    letter.sha256,
    headerField(letter, 'message-id') ?? '(unreadable)',
    printable(letter.reason),
  ];
}

/** Prints all that is known of one dead letter but its bytes, which `raw` prints. */
export async function printDeadLetter(deliveryId: number): Promise<void> {
  await withSite(async ({ database }) => {
    const letter = await loadDeadLetter(database, deliveryId);
    if (letter === null) throw unknownDelivery(deliveryId);
    const lines = linesOf(letter).map(([label, text]) => `${label.padEnd(12)} ${text}\n`);
    await print(lines.join(''));
  });
}

function linesOf(letter: DeadLetter): [string, string][] {
  return [
    ['delivery', String(letter.deliveryId)],
    ['came by', placeOf(letter)],
    ['peer', letter.peer ?? 'none'],
    ['from', letter.envelopeFrom === null ? 'no envelope' : `<${letter.envelopeFrom}>`],
    ['to', letter.envelopeTo?.join(', ') ?? 'no envelope'],
    ['received', letter.receivedAt],
    ['died', letter.diedAt],
    ['state', letter.isDropped ? 'dropped' : 'dead'],
    ['stage', letter.stage],
    ['reason', letter.reason],
    ['sha256', letter.sha256],
    ['octets', String(letter.byteCount)],
    ['message-id', headerField(letter, 'message-id') ?? '(unreadable)'],
    ['subject', headerField(letter, 'subject') ?? '(unreadable)'],
  ].map(([label = '', text = '']) => [label, printable(text)]);
}

/** Queues dead letters again, dropped ones too; `all` those that are not dropped. */
export async function retryDeadLetters(
  deliveryIds: readonly number[],
  options: { readonly all?: boolean },
): Promise<void> {
  if (deliveryIds.length === 0 && options.all !== true) {
    throw new CommandError(exitCode.usage, 'name deliveries, or say --all');
  }
  await withSite(async ({ database, queue }) => {
    const chosen =
      options.all === true
        ? (await loadDeadLetters(database)).map(({ deliveryId }) => deliveryId)
        : deliveryIds;
    const revived = await reviveDeadLetters(database, chosen);
    // What a queue that is out of reach does not hear of, the sweeper adds.
    if (revived.length > 0) await queue.add(jobsOf(revived)).catch(() => undefined);
    await sayDone('queued again', revived);
    requireAll(chosen, revived);
  });
}

/** Gives dead letters up: they are listed no longer; their bytes stay. */
export async function dropLetters(deliveryIds: readonly number[]): Promise<void> {
  await withSite(async ({ database }) => {
    const dropped = await dropDeadLetters(database, deliveryIds);
    await sayDone('dropped, their bytes are kept', dropped);
    requireAll(deliveryIds, dropped);
  });
}

async function sayDone(what: string, deliveryIds: readonly number[]): Promise<void> {
  await printLine(`${deliveryIds.length} ${what}`);
}

function requireAll(wanted: readonly number[], found: readonly number[]): void {
  const missing = wanted.find((deliveryId) => !found.includes(deliveryId));
  if (missing !== undefined) throw unknownDelivery(missing);
}

function unknownDelivery(deliveryId: number): CommandError {
  return new CommandError(exitCode.dataError, `delivery ${deliveryId} is no dead letter`);
}

function placeOf({ source, position }: DeadLetter): string {
  return position === null ? source : `${source} at ${position}`;
}

/** A header field as text; null when it is absent, or when reading it is what the letter died of. */
function headerField({ beginning }: DeadLetter, name: 'message-id' | 'subject'): string | null {
  try {
    const { headers } = headerFacts(beginning, 'parse-failed');
    const [value = ''] = fieldValues(headers, name);
    const text = name === 'message-id' ? messageIdIn(value) : value;
    return text === null || text === '' ? null : printable(text);
  } catch {
    return null;
  }
}

/** On one line and without what would drive the operator's terminal: text of a mail stands in it. */
function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}
