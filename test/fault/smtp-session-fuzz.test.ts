import { test } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { ReceivedMessage } from '../../src/smtp/listener-options.ts';
import { MessageMemory } from '../../src/smtp/message-memory.ts';
import { PeerLimits } from '../../src/smtp/peer-limits.ts';
import { peerNetworks } from '../../src/smtp/peer-networks.ts';
import { replies, type Reply } from '../../src/smtp/reply.ts';
import { TlsCertificate } from '../../src/smtp/tls-certificate.ts';
import { openListener } from '../smtp/open-listener.ts';
import { certificateFiles } from '../smtp/test-certificate.ts';
import { runSeed, seededRandom } from '../support/seeded-random.ts';
import { until } from '../support/until.ts';
import { drawSession, maxDrawnBytes, type DrawnSession } from './session-drawing.ts';
import { runSession } from './session-run.ts';

const sessionCount = Number(process.env['PATCHLOOM_FUZZ_SESSIONS'] ?? 300);
const atOnce = 40;

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}

/** Digests of all that could be a message in what a session sent: from each line that begins with DATA to the next CRLF . CRLF. */
function possibleMessages({ packets }: DrawnSession): Set<string> {
  const text = Buffer.concat(packets).toString('latin1');
  const digests = new Set<string>();
  for (const { index, 0: command } of text.matchAll(/(?<![^\n])data(?: [^\n]*)?\r\n/gi)) {
    const rest = `\r\n${text.slice(index + command.length)}`;
    const endAt = rest.indexOf('\r\n.\r\n');
    if (endAt === -1) continue;
    const message = `${rest.slice(0, endAt)}\r\n`.replaceAll('\r\n.', '\r\n').slice(2);
    digests.add(digest(Buffer.from(message, 'latin1')));
  }
  return digests;
}

/** Lines of replies that are none: "250 2.0.0 stored" and "250-PIPELINING" are. */
function malformedLines(received: string): string[] {
  const lines = received.split('\r\n');
  const last = lines.pop();
  const malformed = lines.filter((line) => !/^[2-5][0-9]{2}[ -][\x20-\x7e]*$/.test(line));
  return last === '' ? malformed : [...malformed, `unfinished: ${last}`];
}

/** Takes messages, and says their digest; one in eight it cannot take now, or not ever. */
function acceptor(taken: Set<string>): (message: ReceivedMessage) => Promise<Reply> {
  return async ({ raw }) => {
    const name = digest(raw);
    if (raw.length % 16 === 0 && raw.includes('z')) throw new Error('no database');
    if (raw.length % 16 === 1 && raw.includes('z')) return replies.storageFull;
    taken.add(name);
    return { ...replies.stored, text: `stored ${name}` };
  };
}

/** What is wrong with the outcome of a session; empty when nothing is. */
function faultsOf(session: DrawnSession, received: string, taken: ReadonlySet<string>): string[] {
  const possible = possibleMessages(session);
  const told = [...received.matchAll(/^250 2\.0\.0 stored ([0-9a-f]+)\r$/gm)].map(
    ([, name = '']) => name,
  );
  const foreign = told.filter((name) => !possible.has(name) || !taken.has(name));
  const isShort = session.isClean && told.length !== session.messageCount;
  // Who resets the connection may lose any part of what was said; who garbles TLS may get an alert of TLS.
  const isReadable = session.ending !== 'vanish' && session.tls !== 'garbage';
  const malformed = isReadable ? malformedLines(received) : [];
  return [
    ...malformed.map((line) => `malformed reply ${JSON.stringify(line)}`),
    ...foreign.map((name) => `250 for ${name}, which was not sent or not taken`),
    ...(isShort ? [`${told.length} of ${session.messageCount} messages taken: ${received}`] : []),
  ];
}

test(`${sessionCount} random sessions: each 250 is for bytes that were sent and taken, replies are whole, nothing leaks`, async (context) => {
  const seed = runSeed();
  const random = seededRandom(seed);
  const memory = new MessageMemory(50 * maxDrawnBytes);
  const peerLimits = new PeerLimits({
    maxClientsPerPeer: atOnce + 10,
    maxConnectionsPerMinute: Infinity,
    unlimited: peerNetworks('192.0.2.1'),
  });
  const certificate = await TlsCertificate.load(certificateFiles(context));
  const taken = new Set<string>();
  const possible = new Set<string>();
  const shared = {
    memory,
    peerLimits,
    maxMessageBytes: maxDrawnBytes,
    tls: { certificate, use: 'offered' },
    accept: acceptor(taken),
    recipientReply: (address: string) =>
      address.startsWith('refused') ? replies.unknownRecipient : null,
  } as const;
  const listeners = {
    smtp: await openListener(context, { ...shared, protocol: 'smtp' }),
    lmtp: await openListener(context, { ...shared, protocol: 'lmtp' }),
    smtps: await openListener(context, { ...shared, tls: { certificate, use: 'immediate' } }),
  };

  let begun = 0;
  async function runSome(): Promise<void> {
    while (begun < sessionCount) {
      const number = (begun += 1);
      const session = drawSession(random, number);
      for (const name of possibleMessages(session)) possible.add(name);
      const received = await runSession(listeners[session.listener].listener.address, session);
      const faults = faultsOf(session, received, taken);
      assert.deepEqual(
        faults,
        [],
        `PATCHLOOM_SEED=${seed}, session ${number}: ${describe(session)}`,
      );
    }
  }
  await Promise.all(Array.from({ length: atOnce }, runSome));

  const isIdle = (): boolean =>
    Object.values(listeners).every(({ listener }) => listener.connectionCount() === 0);
  await until('all connections have gone', isIdle);
  assert.equal(memory.usedBytes, 0);
  assert.equal(peerLimits.openNetworkCount, 0);
  const unexplained = [...taken].filter((name) => !possible.has(name));
  assert.deepEqual(unexplained, [], `PATCHLOOM_SEED=${seed}: taken, but never sent`);
  context.diagnostic(`seed ${seed}: ${taken.size} messages taken`);
  assert(taken.size > sessionCount / 4, 'enough of the sessions get through');
});

function describe(session: DrawnSession): string {
  const packets = session.packets.map((packet) => packet.toString('latin1'));
  return JSON.stringify({ ...session, packets });
}
