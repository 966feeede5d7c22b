import { parseArgs } from 'node:util';
import { generateBusyDay } from '../test/support/list-generator/generate-busy-day.ts';
import { generateList } from '../test/support/list-generator/generate-list.ts';
import { generateThread } from '../test/support/list-generator/generate-thread.ts';
import type { GeneratedMessage } from '../test/support/list-generator/generated-message.ts';
import { openBenchStore } from './generated.ts';
import type { IndexingCost } from './generated.ts';
import type { Figure, Report } from './report.ts';

const seed = 1;
/** As a job of a replay has them. */
const batchSize = 100;
/** How many messages are measured in a list that holds others already. */
const nextCount = 2_000;

/** A way in which a list may grow, and what a message costs then at each size. */
interface Growth {
  readonly name: string;
  readonly costs: (sizes: readonly number[]) => AsyncIterable<IndexingCost>;
  /** Sizes to compare, by default. */
  readonly sizes: readonly number[];
}

const growths: Readonly<Record<string, Growth>> = {
  list: { name: `next ${nextCount} of a list`, costs: listCosts, sizes: [10_000, 100_000] },
  thread: { name: 'one thread, in order', costs: threadCosts, sizes: [10_000, 20_000] },
  reverse: {
    name: 'one thread, backwards one by one',
    costs: reverseCosts,
    sizes: [2_000, 4_000],
  },
  day: { name: "one author's day, unthreaded", costs: dayCosts, sizes: [500, 1_000] },
};

/**
 * What indexing a generated message costs where much is stored already, at two sizes each; a ratio of 1.0 says
 * that size does not count. `--list 10000,100000` takes other sizes, `--only thread` measures one way of growing alone.
 */
export async function reportGrowth(args: readonly string[]): Promise<Report> {
  const names = Object.keys(growths);
  const options = Object.fromEntries([...names, 'only'].map((name) => [name, stringOption]));
  const { values } = parseArgs({ args: [...args], options });
  const figures: Figure[] = [];
  for (const [key, growth] of Object.entries(growths)) {
    if (values['only'] !== undefined && values['only'] !== key) continue;
    const sizes = values[key]?.split(',').map(Number) ?? growth.sizes;
    figures.push(...(await growthFigures(growth, sizes)));
  }
  return { title: 'grow', input: 'generated lists', figures };
}

const stringOption = { type: 'string' } as const;

async function growthFigures({ name, costs }: Growth, sizes: readonly number[]): Promise<Figure[]> {
  const figures: Figure[] = [];
  let firstMs: number | null = null;
  let place = 0;
  for await (const { nodeMs, postgresMs } of costs(sizes)) {
    const at = `${name}, at ${sizes[place]}`;
    figures.push({ name: `${at}: CPU, Node`, value: nodeMs, unit: 'ms/message' });
    figures.push({ name: `${at}: CPU, Postgres`, value: postgresMs, unit: 'ms/message' });
    const bothMs = nodeMs + postgresMs;
    if (firstMs !== null) {
      figures.push({ name: `${at}: of the first`, value: bothMs / firstMs, unit: 'times' });
    }
    firstMs ??= bothMs;
    place += 1;
  }
  return figures;
}

/** The list goes on growing from one size to the next. */
async function* listCosts(sizes: readonly number[]): AsyncGenerator<IndexingCost> {
  const store = await openBenchStore();
  const messageCount = Math.max(...sizes) + nextCount;
  const raws = rawsOf(generateList({ seed, messageCount }));
  let storedCount = 0;
  for (const size of sizes) {
    await store.index(take(raws, size - storedCount), batchSize);
    yield await store.measure([...take(raws, nextCount)], batchSize);
    storedCount = size + nextCount;
  }
  await store.close();
}

async function* threadCosts(sizes: readonly number[]): AsyncGenerator<IndexingCost> {
  for (const messageCount of sizes) {
    yield await freshCost([...rawsOf(generateThread({ seed, messageCount }))], batchSize);
  }
}

async function* reverseCosts(sizes: readonly number[]): AsyncGenerator<IndexingCost> {
  for (const messageCount of sizes) {
    yield await freshCost([...rawsOf(generateThread({ seed, messageCount }))].toReversed(), 1);
  }
}

async function* dayCosts(sizes: readonly number[]): AsyncGenerator<IndexingCost> {
  for (const submissionCount of sizes) {
    yield await freshCost([...rawsOf(generateBusyDay({ seed, submissionCount }))], 1);
  }
}

/** What is compiled while the first messages come must not count. */
const warmUp = { seed, messageCount: 500, listId: 'warm-up.lists.example' };

/** Cost of messages that come into a database without others of their list. */
async function freshCost(raws: readonly Buffer[], atOnce: number): Promise<IndexingCost> {
  const store = await openBenchStore();
  await store.index(rawsOf(generateList(warmUp)), atOnce);
  const cost = await store.measure(raws, atOnce);
  await store.close();
  return cost;
}

function* rawsOf(messages: Iterable<GeneratedMessage>): Generator<Buffer> {
  for (const { raw } of messages) yield raw;
}

/** The next `count` of an iterator, which stays open for more. */
function* take<T>(items: Iterator<T>, count: number): Generator<T> {
  for (let taken = 0; taken < count; taken += 1) {
    const { value, done } = items.next();
    if (done === true) return;
    yield value;
  }
}
