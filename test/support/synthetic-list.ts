import { seededRandom } from './seeded-random.ts';
import type { SeededRandom } from './seeded-random.ts';
import { patchText, sampleMail } from './sample-mail.ts';
import type { SampleMail } from './sample-mail.ts';

const people = [
  'Ada Brook <ada@brook.example>',
  'Ben Ortiz <ben@ortiz.example>',
  'Dan Moss <Dan@Moss.example>',
] as const;

/**
 * Raw messages as a patch list has them, each once, oldest first: threaded, chained and unthreaded series, some with messages
 * that never came, covers that answer their own patches, second versions, resends, comments at any depth, two messages
 * with one Message-ID, copies that came by different relays, references in a cycle, messages without Message-ID or Date.
 */
export function syntheticList(seed: number, threadCount: number): Buffer[] {
  const random = seededRandom(seed);
  const minutes = random.oneOf(minutesPerThread);
  const mails = Array.from({ length: threadCount }, (_, thread) =>
    threadOf(random, thread, thread * minutes),
  ).flat();
  return mails.map(sampleMail);
}

/** From many threads in one series window, which dates alone must not join, to threads far apart. */
const minutesPerThread = [1, 7, 30];

function threadOf(random: SeededRandom, thread: number, minute: number): SampleMail[] {
  const shape = random.oneOf(shapes);
  const frame: Frame = {
    random,
    name: `t${thread}`,
    minute,
    from: random.oneOf(people),
  };
  const posted = shape(frame).filter(() => random.below(12) > 0);
  return [...posted, ...commentsOn(posted, frame), ...oddCompanions(posted, frame)];
}

interface Frame {
  readonly random: SeededRandom;
  readonly name: string;
  readonly minute: number;
  readonly from: string;
}

type Shape = (frame: Frame) => SampleMail[];

const shapes: readonly Shape[] = [
  belowCover,
  chained,
  unthreaded,
  answeredByCover,
  twoVersions,
  resent,
  single,
  cycle,
];

function patch(frame: Frame, marker: string, id: string, references: string[] = []): SampleMail {
  return {
    id: `${frame.name}-${id}`,
    subject: `[PATCH${marker}] ${frame.name}: change ${id}`,
    references: references.map((reference) => `${frame.name}-${reference}`),
    minute: frame.minute + frame.random.below(5),
    from: frame.from,
    body: patchText(`${frame.name}_${id}`),
  };
}

function cover(frame: Frame, marker: string, id: string, references: string[] = []): SampleMail {
  return { ...patch(frame, marker, id, references), body: 'A few patches.\n' };
}

function belowCover(frame: Frame): SampleMail[] {
  return [
    cover(frame, ' 0/3', '0'),
    ...['1', '2', '3'].map((number) => patch(frame, ` ${number}/3`, number, ['0'])),
  ];
}

function chained(frame: Frame): SampleMail[] {
  return [
    patch(frame, ' 1/3', '1'),
    patch(frame, ' 2/3', '2', ['1']),
    patch(frame, ' 3/3', '3', ['1', '2']),
  ];
}

function unthreaded(frame: Frame): SampleMail[] {
  return ['0', '1', '2'].map((number) =>
    number === '0' ? cover(frame, ' 0/2', number) : patch(frame, ` ${number}/2`, number),
  );
}

function answeredByCover(frame: Frame): SampleMail[] {
  return [
    patch(frame, ' 1/2', '1'),
    patch(frame, ' 2/2', '2', ['1']),
    cover(frame, ' 0/2', '0', ['1']),
  ];
}

function twoVersions(frame: Frame): SampleMail[] {
  return [
    ...belowCover(frame),
    cover(frame, ' v2 0/2', 'v2-0', ['0']),
    patch(frame, ' 1/2', 'v2-1', ['0', 'v2-0']),
    patch(frame, ' v2 2/2', 'v2-2', ['v2-0']),
  ];
}

function resent(frame: Frame): SampleMail[] {
  return [...chained(frame), patch(frame, ' 2/3', '2-again', ['1'])];
}

function single(frame: Frame): SampleMail[] {
  return [patch(frame, '', '1', ['never-came'])];
}

function cycle(frame: Frame): SampleMail[] {
  return [patch(frame, ' 1/2', '1', ['2']), patch(frame, ' 2/2', '2', ['1'])];
}

/** Each answers a message of the thread, another comment among them, or one that never came. */
function commentsOn(posted: readonly SampleMail[], { random, name, minute }: Frame): SampleMail[] {
  const comments: SampleMail[] = [];
  for (let count = random.below(5); count > 0; count -= 1) {
    const answered = random.oneOf([...posted, ...comments]);
    if (answered === undefined) continue;
    const isSecondHand = random.below(4) === 0;
    comments.push({
      id: `${name}-c${count}`,
      subject: `Re: ${answered.subject}`,
      references: [
        ...(answered.references ?? []),
        ...(answered.id === null ? [] : [answered.id]),
        ...(isSecondHand ? [`${name}-lost${count}`] : []),
      ],
      minute: minute + 10 + count,
      from: random.oneOf(people),
      body: `Tested-by: ${random.oneOf(people)}\n`,
    });
  }
  return comments.filter(() => random.below(6) > 0);
}

/** Now and then: another content under a Message-ID, a copy by another relay, a message without the usual fields. */
function oddCompanions(posted: readonly SampleMail[], frame: Frame): SampleMail[] {
  const { random, name } = frame;
  const [first] = posted;
  if (first === undefined) return [];
  const odd: SampleMail[] = [
    { ...first, minute: frame.minute + random.below(9), body: patchText(`${name}_squatter`) },
    { ...first, trace: [`Received: by relay-${name}.example; ${random.below(100)}`] },
    { id: null, subject: `Re: ${first.subject}`, references: [first.id ?? name] },
    { id: `${name}-dateless`, subject: `[PATCH] ${name}`, minute: null, body: patchText(name) },
    {
      id: `${name}-bridge`,
      subject: 'Re: both',
      references: [`t${random.below(20)}-1`, first.id ?? name],
    },
  ];
  return odd.filter(() => random.below(5) === 0);
}
