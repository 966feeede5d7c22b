import { seededRandom } from '../seeded-random.ts';
import type { SeededRandom } from '../seeded-random.ts';
import { happens, hourMs, minuteMs, partSeed } from './draw.ts';

/** Which ancestors a mail program names in a reply. */
export type ReferenceHabit =
  /** In-Reply-To and all ancestors in References. */
  | 'all'
  /** In-Reply-To alone. */
  | 'in-reply-to'
  /** References alone. */
  | 'references'
  /** In-Reply-To, and in References the thread's first message and the last three. */
  | 'shortened';

/** What a series is sent with: how the message-ids of one posting are alike. */
export type Mailer =
  /** All ids but for a count. */
  | 'send-email'
  /** All ids but for a count; they name topic and version too. */
  | 'b4'
  /** Not at all. */
  | 'other';

/** How the text of a message is made into bytes. */
export type TextForm =
  /** ASCII, and nothing said of it. */
  | 'plain'
  | 'utf-8'
  | 'quoted-printable'
  | 'base64'
  | 'iso-8859-1'
  | 'koi8-r'
  /** Bytes of a charset that no header names. */
  | 'undeclared'
  /** Text and diff in parts of their own. */
  | 'attachment';

/** Somebody who posts and answers. */
export interface Author {
  readonly name: string;
  /** The name without letters beyond ASCII. */
  readonly plainName: string;
  readonly email: string;
  readonly zoneMinutes: number;
  /** What the author's clock is ahead; it stays, so the messages of a posting stay together. */
  readonly clockSkewMs: number;
  /** Whether the list puts its own address into From. */
  readonly isRewritten: boolean;
  /** Whether the address is written now in one case and now in another. */
  readonly hasUnsteadyCase: boolean;
  readonly mailer: Mailer;
  readonly referenceHabit: ReferenceHabit;
  readonly textForm: TextForm;
}

const firstNames = ['Ada', 'Ben', 'Cleo', 'Dan', 'Edda', 'Finn', 'Gesa', 'Hugo', 'Ines', 'Jon'];
const lastNames = ['Brook', 'Ortiz', 'Lund', 'Moss', 'Rivers', 'Ostrom', 'Weir', 'Marsh'];
const foreignNames = [
  { name: 'Jürgen Östlund', plainName: 'Juergen Oestlund' },
  { name: 'Çağla Nehir', plainName: 'Cagla Nehir' },
  { name: '川上 流', plainName: 'Ryu Kawakami' },
] as const;
const zones = [0, 60, 120, -300, -480, 330, 540];
const unusualForms = [
  'quoted-printable',
  'base64',
  'iso-8859-1',
  'koi8-r',
  'undeclared',
  'attachment',
] as const;

/** The author of that number on the list of that seed; no two have one address. */
export function authorOf(seed: number, number: number): Author {
  const random = seededRandom(partSeed(seed, number));
  const { name, plainName } = nameOf(random);
  const local = plainName.toLowerCase().replace(' ', '.');
  return {
    name,
    plainName,
    email: `${local}${number}@${random.oneOf(['brook', 'delta', 'ford'])}.example`,
    zoneMinutes: random.oneOf(zones),
    clockSkewMs: clockSkewOf(random),
    isRewritten: happens(random, 6),
    hasUnsteadyCase: happens(random, 6),
    mailer: random.oneOf(['send-email', 'send-email', 'b4', 'other', 'other'] as const),
    referenceHabit: referenceHabitOf(random),
    textForm: textFormOf(random),
  };
}

function nameOf(random: SeededRandom): { name: string; plainName: string } {
  if (happens(random, 15)) return random.oneOf(foreignNames);
  const name = `${random.oneOf(firstNames)} ${random.oneOf(lastNames)}`;
  return { name, plainName: name };
}

function clockSkewOf(random: SeededRandom): number {
  if (happens(random, 80)) return 0;
  const size = happens(random, 50) ? minuteMs : hourMs;
  return (1 + random.below(9)) * size * (happens(random, 50) ? 1 : -1);
}

function referenceHabitOf(random: SeededRandom): ReferenceHabit {
  if (happens(random, 75)) return 'all';
  return random.oneOf(['in-reply-to', 'references', 'shortened'] as const);
}

function textFormOf(random: SeededRandom): TextForm {
  if (happens(random, 60)) return 'plain';
  return happens(random, 50) ? 'utf-8' : random.oneOf(unusualForms);
}
