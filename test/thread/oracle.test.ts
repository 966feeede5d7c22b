import { test } from 'node:test';
import assert from 'node:assert/strict';
import { chooseParents } from '../../src/thread/choose-parents.ts';
import { chooseTargets } from '../../src/thread/choose-targets.ts';
import { firstOfEachNode } from '../../src/thread/first-of-each-node.ts';
import { groupBy } from '../../src/series/group-by.ts';
import { joinComponents } from '../../src/thread/join-components.ts';
import { naivePlaces, naiveThreads } from '../support/naive-threader.ts';
import { randomList } from '../support/random-list.ts';
import { runSeed, seededRandom } from '../support/seeded-random.ts';

const listCount = 300;
const shape = { messageCount: 14, nodeCount: 16, maxReferences: 3, spanMinutes: 10 };

test('parents, targets and threads of random lists are those of a naive threader', () => {
  const seed = runSeed();
  const random = seededRandom(seed);
  for (let list = 0; list < listCount; list += 1) {
    const messages = [...firstOfEachNode(randomList(random, shape)).values()];
    const parents = chooseParents(messages);
    const targets = chooseTargets(messages, parents);
    for (const [message, expected] of naivePlaces(messages)) {
      const said = `${message.messageId} of list ${list}, PATCHLOOM_SEED=${seed}`;
      assert.equal(parents.get(message)?.parent ?? null, expected.parent?.node ?? null, said);
      assert.equal(targets.get(message)?.target ?? null, expected.target?.node ?? null, said);
    }
    const components = joinComponents(messages.map((one) => [one.node, ...one.references]));
    const threads = groupBy(messages, (one) => components.get(one.node));
    assert.deepEqual(
      [...threads.values()].map((thread) => idsOf(thread).join()).toSorted(),
      naiveThreads(messages)
        .map((thread) => thread.join())
        .toSorted(),
      `list ${list}, PATCHLOOM_SEED=${seed}`,
    );
  }
});

function idsOf(messages: readonly { readonly messageId: string }[]): string[] {
  return messages.map(({ messageId }) => messageId).toSorted();
}
