import { explainMessage } from '../store/explanation.ts';
import type { Explanation } from '../store/explanation.ts';
import type { Database } from '../store/database.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { print } from './output.ts';
import { withSite } from './with-site.ts';

/** Prints what is known of a message and which rules said so; angle brackets may be left out. */
export async function explain(messageId: string): Promise<void> {
  await withSite(async ({ database }) => print(await explanationText(database, messageId)));
}

/** The text that `explain` prints. Throws CommandError when no list has the message. */
export async function explanationText(database: Database, messageId: string): Promise<string> {
  const bracketed = messageId.startsWith('<') ? messageId : `<${messageId}>`;
  const explanations = await explainMessage(database, bracketed);
  if (explanations.length === 0) {
    throw new CommandError(exitCode.dataError, `no message ${bracketed} is indexed`);
  }
  return explanations.map(textOf).join('\n');
}

function textOf(it: Explanation): string {
  const lines: [string, string][] = [
    ['message', `${it.messageId}${it.isFirst ? '' : ' (not the first with this Message-ID)'}`],
    ['subject', it.subject],
    ['list', `${it.listId} (${it.factRules.list})`],
    ['kind', `${it.kind} (${it.factRules.role})`],
    ['name', it.name],
    ['version', `${it.version}${it.versionInferred ? ' (assumed)' : ''}`],
    ['number', it.number === null ? 'none' : `${it.number} of ${it.total}`],
    [
      'submitter',
      `${it.submitterName ?? ''} <${it.submitterEmail ?? ''}> (${it.factRules.submitter})`,
    ],
    ['date', it.date ?? 'unknown'],
    ['hash', it.hash ?? 'none'],
    ['patch-id', it.patchId ?? 'none'],
    ['pull', it.pullUrl ?? 'none'],
    ['flags', it.flags.join(', ') || 'none'],
    ['parent', `${it.parent ?? 'none'} (${it.placeRules.parent})`],
    ['comments on', `${it.target ?? 'nothing'} (${it.placeRules.target})`],
    ...it.references.map(referenceLine),
    ...seriesLines(it),
    ...it.deliveries.map(deliveryLine),
  ];
  return lines.map(([label, text]) => `${label.padEnd(12)} ${text}\n`).join('');
}

function referenceLine(reference: Explanation['references'][number]): [string, string] {
  return ['refers to', `${reference.messageId}${reference.isGhost ? ' (never came)' : ''}`];
}

function seriesLines(it: Explanation): [string, string][] {
  if (it.series === null) return [['series', 'none']];
  const state = it.series.isComplete ? 'complete' : 'incomplete';
  const heading = `${it.series.name ?? '(no name yet)'} (${state}, ${it.series.total} expected) ${it.series.key}`;
  const members = it.seriesMembers.map((member): [string, string] => [
    `  ${member.number}`,
    `${member.name} ${member.messageId} (${member.rule})`,
  ]);
  return [['series', heading], ...members];
}

function deliveryLine(delivery: Explanation['deliveries'][number]): [string, string] {
  const place = delivery.position === null ? '' : ` at ${delivery.position}`;
  return [
    'came by',
    `${delivery.source}${place}, ${delivery.receivedAt}, ${delivery.outcome}, sha256 ${delivery.sha256}`,
  ];
}
