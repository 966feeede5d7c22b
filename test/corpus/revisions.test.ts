import { test } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { packageRoot } from '../../src/package-root.ts';
import { revisionCandidates } from '../../src/series/revision-keys.ts';
import { revisionPatches } from '../../src/series/revision-patches.ts';
import type { RevisionLink } from '../../src/series/revision-patches.ts';
import { predecessorOf } from '../../src/series/revision-predecessor.ts';
import type { Predecessor } from '../../src/series/revision-predecessor.ts';
import type { RevisionSeries } from '../../src/series/revision-series.ts';
import { corpusRevisionSeries, skipWithoutCorpus } from './corpus-revisions.ts';

const golden = join(packageRoot, '../shared/corpora/golden/ltp-3k.b4.jsonl.gz');
const skip = existsSync(golden) ? skipWithoutCorpus : `no ${golden}`;

/** A version that another tool pieced together from what was sent anew and what was not. */
interface GoldenReroll {
  readonly revision: number;
  readonly partial_reroll: boolean;
  readonly patches: readonly ({ readonly message_id: string } | null)[];
}

function goldenRerolls(): GoldenReroll[] {
  const lines = gunzipSync(readFileSync(golden)).toString().trim().split('\n');
  return lines
    .flatMap((line): GoldenReroll[] => JSON.parse(line).series)
    .filter((series) => series.partial_reroll);
}

function predecessors(series: readonly RevisionSeries[]): Map<RevisionSeries, Predecessor | null> {
  const candidates = revisionCandidates(series);
  return new Map(series.map((one) => [one, predecessorOf(one, candidates.get(one)!)]));
}

/** Message-ids of the patches that a partial reroll amounts to, by number. */
function standingIds(
  series: RevisionSeries,
  predecessorOfEach: ReadonlyMap<RevisionSeries, Predecessor | null>,
): string[] {
  const chain: RevisionLink[] = [];
  for (let next: RevisionSeries | null = series; next !== null;) {
    const predecessor: Predecessor | null = predecessorOfEach.get(next) ?? null;
    chain.push({ series: next, kind: predecessor?.kind ?? null });
    next = predecessor?.kind === 'partial' ? predecessor.series : null;
  }
  return revisionPatches(chain).flatMap(({ messageId }) => messageId ?? []);
}

test(
  'the partial rerolls of 3000 real messages are found, with all that they carry over',
  { skip },
  async () => {
    const series = await corpusRevisionSeries(3000);
    const predecessorOfEach = predecessors(series);
    const found = new Set(
      series
        .filter((one) => predecessorOfEach.get(one)?.kind === 'partial')
        .map((one) => `${one.version.major}: ${standingIds(one, predecessorOfEach).join(' ')}`),
    );
    const expected = goldenRerolls().map(
      ({ revision, patches }) =>
        `${revision}: ${patches.map((patch) => `<${patch?.message_id}>`).join(' ')}`,
    );
    assert.equal(expected.length, 9);
    for (const reroll of expected) assert.ok(found.has(reroll), reroll);
  },
);

test(
  'every edge of 3000 real messages names its evidence, and none a date alone',
  { skip },
  async () => {
    const predecessorOfEach = predecessors(await corpusRevisionSeries(3000));
    let edgeCount = 0;
    for (const predecessor of predecessorOfEach.values()) {
      if (predecessor === null) continue;
      edgeCount += 1;
      assert.ok(predecessor.evidence.length > 0);
      assert.ok(predecessor.score > 0 && predecessor.score <= 1);
    }
    assert.ok(edgeCount > 150, `${edgeCount} edges`);
  },
);
