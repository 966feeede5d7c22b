import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { placeMessages } from '../../src/ingest/place-messages.ts';
import type { Place } from '../../src/ingest/place-messages.ts';
import type { MessageFacts } from '../../src/message/message-facts.ts';
import { readMbox } from '../../src/archive/read-mbox.ts';
import { packageRoot } from '../../src/package-root.ts';
import { parseMessage } from '../../src/parsing/parse-message.ts';
import type { Submission } from '../../src/series/submission.ts';
import { revisionHints } from '../../src/message/revision-hints.ts';
import { revisionSeries } from '../../src/series/revision-series.ts';
import type { RevisionMember, RevisionSeries } from '../../src/series/revision-series.ts';
import type { KnownMessage, NodeId } from '../../src/thread/known-message.ts';

const archive = join(packageRoot, '../shared/corpora/ltp-10k.mbox.xz');

/** Reason to skip where the corpus is not; false where it is. */
export const skipWithoutCorpus = existsSync(archive) ? false : `no ${archive}`;

type CorpusMessage = Omit<KnownMessage, 'role'> &
  Omit<Submission, 'role'> & { readonly role: KnownMessage['role']; readonly facts: MessageFacts };

/** The series of the first messages of the corpus, as possible revisions of each other. */
export async function corpusRevisionSeries(messageCount: number): Promise<RevisionSeries[]> {
  const messages = await corpusMessages(messageCount);
  const { series, placeOf } = placeMessages(messages);
  return series.map(({ version, total, members }) =>
    revisionSeries(
      { listId: 'ltp.lists.linux.it', version, total },
      members.map(({ submission, number }) =>
        memberOf(submission, number, commentedOn(placeOf, submission)),
      ),
    ),
  );
}

async function corpusMessages(messageCount: number): Promise<CorpusMessage[]> {
  const nodes = new Map<string, NodeId>();
  const nodeOf = (messageId: string): NodeId => {
    const node: number = nodes.get(messageId) ?? nodes.size + 1;
    assertNodeId(node);
    nodes.set(messageId, node);
    return node;
  };
  const messages: CorpusMessage[] = [];
  for await (const record of readMbox(archive, { maxMessageBytes: 26_214_400 })) {
    if (record.raw === null) continue;
    const facts = await parseMessage(record.raw);
    messages.push({
      ...facts,
      node: nodeOf(facts.messageId),
      references: facts.references.map(nodeOf),
      submitterEmail: facts.submitter.email,
      facts,
    });
    if (messages.length === messageCount) break;
  }
  return messages;
}

function assertNodeId(node: number): asserts node is NodeId {
  if (!Number.isInteger(node)) throw new TypeError(`no node: ${node}`);
}

/** What the comment is about that a submission was sent in reply to. */
function commentedOn(
  placeOf: ReadonlyMap<CorpusMessage, Place<CorpusMessage>>,
  submission: CorpusMessage,
): string | null {
  const parent = placeOf.get(submission)!.parent;
  return parent === null ? null : (placeOf.get(parent)?.target?.messageId ?? null);
}

function memberOf(
  message: CorpusMessage & Submission,
  number: number,
  commented: string | null,
): RevisionMember {
  const { facts } = message;
  return {
    messageId: message.messageId,
    contentKey: message.contentKey,
    date: message.date,
    number,
    role: message.role,
    name: message.name,
    prefixes: message.prefixes,
    isNumbered: message.number !== null,
    submitterName: facts.submitter.name,
    submitterEmail: message.submitterEmail,
    answers: [...facts.references, ...(commented === null ? [] : [commented])],
    patchId: facts.patchId,
    hash: facts.patchworkHash,
    ...revisionHints(facts),
  };
}
