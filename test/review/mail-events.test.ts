import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mailEvents } from '../../src/review/mail-events.ts';
import type {
  FeedPlace,
  MailEvent,
  MessageChange,
  SeriesChange,
  Supersession,
} from '../../src/review/mail-events.ts';

/**
 * "patch 1#2": the second patch of series 1; "comment 7": on message 7; "-": not there. What stands before the arrow
 * was stored, what stands after it is; a last word with "!" is a flag.
 */
function placeOf(text: string): FeedPlace<number> | null {
  if (text === '-') return null;
  const [kind = '', where = ''] = text.split(' ');
  const [series, number] = where.split('#').map(Number);
  const isComment = kind === 'comment';
  return {
    kind: kind as FeedPlace<number>['kind'],
    target: isComment ? Number(where) : null,
    seriesId: where === '' || isComment ? null : series!,
    seriesNumber: where === '' || isComment ? null : number!,
  };
}

/** "3: - → patch 1#2 date-missing!" */
function messageOf(line: string): MessageChange<number> {
  const [, id, before = '', after = '', flag] =
    /^([0-9]+): (.*) → (.*?)(?: (\S+)!)?$/.exec(line) ?? [];
  return {
    id: Number(id),
    before: placeOf(before),
    after: placeOf(after),
    newFlags: flag === undefined ? [] : [flag],
  };
}

const series = (id: number, more: Partial<SeriesChange> = {}): SeriesChange => ({
  id,
  key: `<key-${id}>`,
  isNew: false,
  formerKeys: [],
  wasComplete: false,
  isComplete: false,
  ...more,
});

/** "patch-completed 3 s1", "patch-comment-created 3 on 2" */
function eventText({ category, patch, cover, comment, seriesId, details }: MailEvent<number>) {
  const target = patch ?? cover;
  return [
    category,
    ...(comment === undefined ? [] : [comment]),
    ...(target === undefined ? [] : comment === undefined ? [target] : ['on', target]),
    ...(seriesId === undefined ? [] : [`s${seriesId}`]),
    ...(details === undefined ? [] : [JSON.stringify(details)]),
  ].join(' ');
}

interface Case {
  readonly messages: readonly string[];
  readonly series?: readonly SeriesChange[];
  readonly supersessions?: readonly Supersession[];
  readonly covers?: readonly number[];
  readonly events: readonly string[];
}

const fresh = { isNew: true };
const done = { isComplete: true };

const cases: Readonly<Record<string, Case>> = {
  'a patch without a number is said in four words, the last of them that it is complete': {
    messages: ['1: - → patch 1#1'],
    series: [series(1, { ...fresh, ...done })],
    events: ['patch-created 1', 'series-created s1', 'patch-completed 1 s1', 'series-completed s1'],
  },
  'a second patch that comes first is not completed': {
    messages: ['1: - → patch 1#2'],
    series: [series(1, fresh)],
    events: ['patch-created 1', 'series-created s1'],
  },
  'the first patch completes itself and all that follow without a gap': {
    messages: ['4: - → patch 1#1', '1: patch 1#2 → patch 1#2', '2: patch 1#4 → patch 1#4'],
    series: [series(1)],
    events: ['patch-created 4', 'patch-completed 4 s1', 'patch-completed 1 s1'],
  },
  'a cover letter that comes last completes nothing, but gives its series another key': {
    messages: ['3: - → cover 1#0', '1: patch 1#1 → patch 1#1', '2: patch 1#2 → patch 1#2'],
    series: [series(1, { ...done, wasComplete: true, formerKeys: ['<1>'] })],
    events: ['cover-created 3', 'series-rekeyed s1 {"previous_key":"<1>","current_key":"<key-1>"}'],
  },
  'a series that is complete is said to be so again when another patch joins it': {
    messages: ['1: patch 1#1 → patch 1#1', '2: - → patch 1#2'],
    series: [series(1, { ...done, wasComplete: true })],
    events: ['patch-created 2', 'patch-completed 2 s1', 'series-completed s1'],
  },
  'a series that stays complete as it was is not named': {
    messages: ['1: patch 1#1 → patch 1#1', '2: - → comment 1'],
    series: [series(1, { ...done, wasComplete: true })],
    events: ['patch-comment-created 2 on 1'],
  },
  'a pull request that is the cover letter of patches counts among them for nothing': {
    messages: ['1: - → pull-request 1#0', '2: - → patch 1#1'],
    series: [series(1, { ...fresh, ...done })],
    events: [
      'patch-created 1',
      'patch-created 2',
      'series-created s1',
      'patch-completed 2 s1',
      'series-completed s1',
    ],
  },
  'a patch that goes over to another series is completed there, and not created again': {
    messages: ['1: patch 1#1 → patch 2#1', '2: patch 2#2 → patch 2#2'],
    series: [series(2, { ...done, formerKeys: ['<1>'] })],
    events: [
      'series-rekeyed s2 {"previous_key":"<1>","current_key":"<key-2>"}',
      'patch-completed 1 s2',
      'patch-completed 2 s2',
      'series-completed s2',
    ],
  },
  'a comment comes after what it is on, whichever came first': {
    messages: ['1: - → comment 2', '2: - → cover 1#0', '3: - → comment 4', '4: - → patch 1#1'],
    series: [series(1, fresh)],
    covers: [2],
    events: [
      'cover-created 2',
      'patch-created 4',
      'cover-comment-created 1 on 2',
      'patch-comment-created 3 on 4',
      'series-created s1',
      'patch-completed 4 s1',
    ],
  },
  'a reply becomes a comment when what it is on is known': {
    messages: ['2: - → patch 1#2', '1: other → comment 2'],
    events: ['patch-created 2', 'patch-comment-created 1 on 2'],
  },
  'a comment that finds a nearer target is not created again': {
    messages: ['1: comment 2 → comment 3'],
    covers: [2],
    events: [],
  },
  'what is wrong with a message is said after it was created': {
    messages: ['1: - → patch 1#2 date-missing!', '2: - → other diff-in-reply!'],
    series: [series(1)],
    events: [
      'patch-created 1',
      'message-flagged 1 {"flags":["date-missing"]}',
      'message-flagged 2 {"flags":["diff-in-reply"]}',
    ],
  },
  'a newer version is said of the older one': {
    messages: [],
    supersessions: [{ seriesId: 1, by: 2, kind: 'revision' }],
    events: ['series-superseded s1 {"by":2,"kind":"revision"}'],
  },
  'a message that is gone is not named': {
    messages: ['1: patch 1#1 → -', '2: patch 1#2 → patch 1#2'],
    series: [series(1, { wasComplete: true })],
    events: [],
  },
  'two patches with one number, which an operator made, are both completed': {
    messages: ['1: patch 1#1 → patch 1#1', '2: patch 2#1 → patch 1#1'],
    series: [series(1, { ...done, wasComplete: true })],
    events: ['patch-completed 2 s1', 'series-completed s1'],
  },
  'several series are said in the order of their numbers': {
    messages: ['1: - → patch 2#1', '2: - → patch 1#1'],
    series: [series(2, { ...fresh, ...done }), series(1, { ...fresh, ...done })],
    events: [
      'patch-created 1',
      'patch-created 2',
      'series-created s1',
      'series-created s2',
      'patch-completed 2 s1',
      'series-completed s1',
      'patch-completed 1 s2',
      'series-completed s2',
    ],
  },
};

for (const [claim, { messages, series: changed = [], covers = [], ...rest }] of Object.entries(
  cases,
)) {
  test(claim, () => {
    const events = mailEvents({
      messages: messages.map(messageOf),
      series: changed,
      supersessions: rest.supersessions ?? [],
      isCover: (target) => covers.includes(target),
    });
    assert.deepEqual(events.map(eventText), rest.events);
  });
}
