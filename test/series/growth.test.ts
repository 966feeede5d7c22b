import { test } from 'node:test';
import assert from 'node:assert/strict';
import { placeMessages } from '../../src/ingest/place-messages.ts';
import { asNodeId } from '../support/list-drawing.ts';
import { subjectFacts } from '../../src/message/subject.ts';
import type { Placeable } from '../../src/series/submission.ts';

interface Sketch {
  readonly subject: string;
  readonly references: readonly number[];
  readonly second: number;
  readonly messageId?: string;
}

/** Lists of so many messages that would take pairwise comparison, or recursion, beyond all bounds. */
const lists: Readonly<Record<string, (count: number) => Sketch[]>> = {
  'unthreaded patches with one number, a second apart': (count) =>
    sketches(count, (at) => ({ subject: '[PATCH 1/4] x', references: [], second: at })),
  'unthreaded patches of many postings in one second': (count) =>
    sketches(count, (at) => ({
      subject: `[PATCH ${(at % 4) + 1}/4] x`,
      references: [],
      second: 0,
    })),
  'unthreaded patches with all numbers': (count) =>
    sketches(count, (at) => ({ subject: `[PATCH ${at}/${count}] x`, references: [], second: at })),
  'unthreaded patches of one run': (count) =>
    sketches(count, (at) => ({
      subject: `[PATCH ${(at % 9) + 1}/9] x`,
      references: [],
      second: at % 600,
      messageId: `<20240301100000.77-${at}-ann@list>`,
    })),
  'cover letters and patches of different versions': (count) =>
    sketches(count, (at) => ({
      subject: at % 2 === 0 ? '[PATCH v2 0/1] x' : '[PATCH v3 1/1] x',
      references: [],
      second: at % 600,
    })),
  'resends that answer one cover letter': (count) =>
    sketches(count, (at) => ({
      subject: at === 0 ? '[PATCH 0/3] x' : '[PATCH 1/3] x',
      references: at === 0 ? [] : [0],
      second: at,
    })),
  'postings that answer one lost message': (count) =>
    sketches(count, (at) => ({ subject: '[PATCH 1/2] x', references: [count], second: at })),
  'one posting that answers a lost message': (count) =>
    sketches(count, (at) => ({
      subject: `[PATCH ${at}/${count}] x`,
      references: [count],
      second: at,
    })),
  'patches that share lost messages with their neighbours': (count) =>
    sketches(count, (at) => ({
      subject: '[PATCH 1/2] x',
      references: [2 * count + at, count + at, count + at + 1],
      second: at,
    })),
  'a chain of patches': (count) =>
    sketches(count, (at) => ({
      subject: `[PATCH ${at + 1}/${count}] x`,
      references: at === 0 ? [] : [at - 1],
      second: at,
    })),
  'a chain of patches backwards': (count) =>
    sketches(count, (at) => ({
      subject: `[PATCH ${count - at}/${count}] x`,
      references: at === 0 ? [] : [at - 1],
      second: at,
    })),
  'a chain of answers': (count) =>
    sketches(count, (at) => ({
      subject: at === 0 ? '[PATCH] x' : 'Re: [PATCH] x',
      references: at === 0 ? [] : [at - 1],
      second: at,
    })),
  'a cycle of patches': (count) =>
    sketches(count, (at) => ({
      subject: `[PATCH ${at + 1}/${count}] x`,
      references: [(at + 1) % count],
      second: at,
    })),
  'v2 patches that answer v1 patches': (count) =>
    sketches(count, (at) => ({
      subject: at % 2 === 0 ? '[PATCH 1/2] x' : '[PATCH v2 1/2] x',
      references: at % 2 === 0 ? [] : [at - 1],
      second: at % 600,
    })),
};

for (const [form, sketch] of Object.entries(lists)) {
  test(`a list of 10,000 messages, ${form}, is placed in near-linear time`, () => {
    const [part, whole] = [listOf(sketch(1_250)), listOf(sketch(10_000))];
    placeMessages(part);
    const partMs = cpuMs(() => placeMessages(part));
    // Quadratic time would show in the part already: 64 times as much must not be waited for.
    assert.ok(partMs < 500, `${partMs} ms for 1,250`);
    const wholeMs = cpuMs(() => placeMessages(whole));
    if (process.env['GROWTH_FIGURES'] !== undefined) console.log(form, partMs, wholeMs);
    assert.ok(wholeMs < Math.max(1_000, 24 * partMs), `${partMs} ms, then ${wholeMs} ms`);
  });
}

function sketches(count: number, sketch: (at: number) => Sketch): Sketch[] {
  return Array.from({ length: count }, (_, at) => sketch(at));
}

function listOf(sketched: readonly Sketch[]): Placeable[] {
  return sketched.map(({ subject, references, second, messageId }, at) => {
    const facts = subjectFacts(subject, 'list');
    const role = facts.number === 0 ? 'cover' : 'patch';
    return {
      ...facts,
      node: asNodeId(at),
      messageId: messageId ?? `<${at}@list>`,
      references: references.map(asNodeId),
      date: new Date(Date.parse('2024-03-01T10:00:00Z') + second * 1000).toISOString(),
      contentKey: '00',
      role: facts.isReply ? 'discussion' : role,
      submitterEmail: 'ann@example.org',
    };
  });
}

function cpuMs(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
