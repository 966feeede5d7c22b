import type { SeededRandom } from '../support/seeded-random.ts';

/** What one client does. */
export interface DrawnSession {
  /** smtps: SMTP with TLS from the first byte. */
  readonly listener: 'smtp' | 'lmtp' | 'smtps';
  /** Every message of a clean session must be taken. */
  readonly isClean: boolean;
  readonly waitsForGreeting: boolean;
  /** handshake: a TLS session before the packets; garbage: the packets where it should begin; in smtp and lmtp STARTTLS comes before. */
  readonly tls: 'none' | 'handshake' | 'garbage';
  readonly packets: readonly Buffer[];
  /** quit: sends QUIT at the end; leave: does not; both wait until nothing comes any more. vanish: resets at once. */
  readonly ending: 'quit' | 'leave' | 'vanish';
  /** Of a clean session. */
  readonly messageCount: number;
}

/** The listener of the drawn sessions takes messages up to this size. */
export const maxDrawnBytes = 3000;

/** A session that the seed chooses; `number` makes its messages unlike all others. */
export function drawSession(random: SeededRandom, number: number): DrawnSession {
  const listener = random.oneOf(['smtp', 'smtp', 'smtp', 'lmtp', 'lmtp', 'smtps'] as const);
  const isClean = random.below(4) === 0;
  const hello = listener === 'lmtp' ? 'LHLO' : 'EHLO';
  const parts = isClean ? cleanParts(random, number, hello) : dirtyParts(random, number, hello);
  const bytes = Buffer.from(parts.join(''), 'latin1');
  return {
    listener,
    isClean,
    waitsForGreeting: isClean || random.below(20) > 0,
    tls: drawTls(random, listener, isClean),
    packets: packetsOf(random, isClean ? bytes : mutated(random, bytes)),
    ending: isClean ? 'quit' : random.oneOf(['quit', 'leave', 'leave', 'vanish']),
    messageCount: parts.filter((part) => part.startsWith('DATA')).length,
  };
}

function drawTls(
  random: SeededRandom,
  listener: DrawnSession['listener'],
  isClean: boolean,
): DrawnSession['tls'] {
  const isGarbage = !isClean && random.below(4) === 0;
  if (listener === 'smtps') return isGarbage ? 'garbage' : 'handshake';
  if (random.below(3) > 0) return 'none';
  return isGarbage ? 'garbage' : 'handshake';
}

type Hello = 'EHLO' | 'LHLO';

function cleanParts(random: SeededRandom, number: number, hello: Hello): string[] {
  const count = 1 + random.below(3);
  const transactions = Array.from({ length: count }, (_, at) => [
    'MAIL FROM:<ada@example.org>\r\n',
    'RCPT TO:<list@example.org>\r\n',
    `DATA\r\n${stuffed(`X-Id: ${number}.${at}\r\n${content(random, ['x', '.', '\r\n'])}\r\n`)}.\r\n`,
  ]);
  return [`${hello} client.example\r\n`, ...transactions.flat(), 'QUIT\r\n'];
}

function dirtyParts(random: SeededRandom, number: number, hello: Hello): string[] {
  const count = random.below(14);
  const parts = Array.from({ length: count }, (_, at) =>
    dirtyPart(random, `${number}.${at}`, hello),
  );
  return random.below(5) === 0 ? parts : [`${hello} client.example\r\n`, ...parts];
}

const commands = [
  'EHLO client.example',
  'LHLO x',
  'HELO x',
  'MAIL FROM:<>',
  'MAIL FROM:<ada@example.org> SIZE=100 BODY=8BITMIME',
  'MAIL FROM:<ada@example.org> SIZE=99999999999999999999',
  'MAIL FROM:<a b>',
  'mail from:<ada@example.org>',
  'RCPT TO:<list@example.org>',
  'RCPT TO:<LIST@example.org>',
  'RCPT TO:<>',
  'RCPT TO:<refused@example.org>',
  'RCPT TO:<list@example.org> NOTIFY=NEVER X=Y',
  'DATA',
  'BDAT 10 LAST',
  'RSET',
  'NOOP',
  'VRFY x',
  'HELP',
  'STARTTLS',
  'AUTH PLAIN AAAA',
  'QUIT',
  'GET / HTTP/1.1',
  '',
  '.',
];

const lineEnds = ['\r\n', '\r\n', '\r\n', '\r\n', '\r\n', '\n', '\r', '\r\r\n', '\0\r\n'];

/** Bytes that the parsers treat apart, and some that they should not. */
const oddTexts = [
  '\r\n',
  '\n',
  '\r',
  '.',
  '\r\n.\r\n',
  '\r\n.',
  '\0',
  'x',
  ' ',
  '\x80',
  '\xff',
  'DATA\r\n',
];

function dirtyPart(random: SeededRandom, id: string, hello: Hello): string {
  switch (random.below(8)) {
    case 0:
    case 1:
    case 2:
      return `${random.oneOf(commands)}${random.oneOf(lineEnds)}`;
    case 3:
      return content(random, oddTexts);
    case 4:
      return `${'y'.repeat(random.below(9000))}\r\n`;
    case 5:
      return `${hello} x\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<list@example.org>\r\n`;
    default: {
      const text = `X-Id: ${id}\r\n${content(random, oddTexts)}${'z'.repeat(random.below(2) * random.below(7000))}\r\n`;
      const sent = random.below(3) === 0 ? text : stuffed(text);
      return `MAIL FROM:<a@example.org>\r\nRCPT TO:<list@example.org>\r\nDATA\r\n${sent}.\r\n`;
    }
  }
}

function content(random: SeededRandom, texts: readonly string[]): string {
  return Array.from({ length: random.below(40) }, () => random.oneOf(texts)).join('');
}

function stuffed(text: string): string {
  return `\r\n${text}`.replaceAll('\r\n.', '\r\n..').slice(2);
}

/** Some bytes changed, dropped or sent twice, in one session of three. */
function mutated(random: SeededRandom, bytes: Buffer): Buffer {
  let result = bytes;
  const count = random.below(3) === 0 ? 1 + random.below(4) : 0;
  for (let round = 0; round < count && result.length > 0; round += 1) {
    const at = random.below(result.length);
    const change = random.oneOf([
      Buffer.from([random.below(256)]),
      Buffer.alloc(0),
      Buffer.concat([result.subarray(at, at + 1), result.subarray(at, at + random.below(50))]),
    ]);
    result = Buffer.concat([result.subarray(0, at), change, result.subarray(at + 1)]);
  }
  return result;
}

const maxPacketCount = 60;

/** The bytes whole, in a few pieces, or in many small ones and the rest. */
function packetsOf(random: SeededRandom, bytes: Buffer): Buffer[] {
  const largest = random.oneOf([bytes.length + 1, 500, 60, 9]);
  const packets: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    const length = packets.length < maxPacketCount ? 1 + random.below(largest) : bytes.length;
    packets.push(bytes.subarray(at, at + length));
    at += length;
  }
  return packets;
}
