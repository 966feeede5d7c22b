import { test } from 'node:test';
import assert from 'node:assert/strict';
import { buildSeries } from '../../src/series/build-series.ts';
import type { Series } from '../../src/series/build-series.ts';
import { isUnthreaded, seriesWindowMs } from '../../src/series/series-window.ts';
import { isNumbered, isSubmission } from '../../src/series/submission.ts';
import type { Submission } from '../../src/series/submission.ts';
import { firstOfEachNode } from '../../src/thread/first-of-each-node.ts';
import { joinComponents } from '../../src/thread/join-components.ts';
import { canonicalSeries } from '../support/canonical-places.ts';
import { randomList } from '../support/random-list.ts';
import { runSeed, seededRandom } from '../support/seeded-random.ts';

const seed = runSeed();
console.log(`PATCHLOOM_SEED=${seed}`);

const shape = { messageCount: 30, nodeCount: 60, maxReferences: 1, spanMinutes: 200 };

test('the series of one submission follow from what its submitter sent to its thread and to unthreaded neighbours', () => {
  const random = seededRandom(seed);
  for (let list = 0; list < 200; list += 1) {
    const messages = randomList(random, shape);
    const first = firstOfEachNode(messages);
    const threads = joinComponents(messages.map(({ node, references }) => [node, ...references]));
    const threadOf = ({ node }: Submission) => threads.get(node)!;
    const all = [...first.values()].filter((message) => isSubmission(message));
    const build = (submissions: readonly Submission[]): Series[] =>
      buildSeries(submissions, (node) => !first.has(node), threadOf);
    const whole = seriesOfEach(build(all));
    for (const submission of all) {
      const part = seriesOfEach(build(groupable(submission, all, threadOf)));
      assert.equal(part.get(submission), whole.get(submission), `PATCHLOOM_SEED=${seed}`);
    }
  }
});

function seriesOfEach(series: readonly Series[]): Map<Submission, string> {
  return new Map(
    series.flatMap((one) =>
      one.members.map(({ submission }) => [submission, canonicalSeries(one)]),
    ),
  );
}

/** What the indexer loads for a submission. */
function groupable(
  start: Submission,
  all: readonly Submission[],
  threadOf: (submission: Submission) => number,
): Submission[] {
  const reached = new Set<Submission>([start]);
  for (const one of reached) {
    for (const other of all) {
      const isOfSubmitter = submitter(one) === submitter(other);
      const isOfThread = threadOf(one) === threadOf(other);
      if (isOfSubmitter && (isOfThread || areUnthreadedNeighbours(one, other))) reached.add(other);
    }
  }
  return [...reached];
}

function submitter(submission: Submission): string {
  return submission.submitterEmail?.toLowerCase() ?? submission.messageId;
}

function areUnthreadedNeighbours(a: Submission, b: Submission): boolean {
  if (!isNumbered(a) || !isNumbered(b) || !isUnthreaded(a) || !isUnthreaded(b)) return false;
  if (a.total !== b.total || a.number === b.number || a.date === null || b.date === null)
    return false;
  return Math.abs(Date.parse(a.date) - Date.parse(b.date)) <= seriesWindowMs;
}
