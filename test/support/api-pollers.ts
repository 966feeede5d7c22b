import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { AnyAnswer } from './api-scene.ts';

/** What a poller saw of a series when it first took it for complete. */
export interface SeenSeries {
  readonly name: string;
  readonly patchNames: readonly string[];
}

/** Series in the order in which they were seen. */
export type Seen = SeenSeries[];

const pauseMs = 50;

/** Asks again and again; once more after `isDone`. */
async function poll(isDone: () => boolean, once: () => Promise<void>): Promise<void> {
  for (;;) {
    const wasDone = isDone();
    await once();
    if (wasDone) return;
    await delay(pauseMs);
  }
}

async function ask(url: string): Promise<AnyAnswer> {
  const response = await fetch(url);
  const text = await response.text();
  assert.equal(response.status, 200, `${url}: ${text}`);
  return JSON.parse(text);
}

/** All pages of a list, by the Link header, split at "," and ";" as such clients do. */
async function askAll(url: string): Promise<AnyAnswer[]> {
  const rows: AnyAnswer[] = [];
  for (let next: string | null = url; next !== null;) {
    const response: Response = await fetch(next);
    assert.equal(response.status, 200, `${next}: ${await response.clone().text()}`);
    rows.push(...((await response.json()) as AnyAnswer[]));
    const link = (response.headers.get('link') ?? '').split(', ');
    const found = link.find((one) => one.split('; ')[1] === 'rel="next"');
    next = found === undefined ? null : found.split('; ')[0]!.slice(1, -1);
  }
  return rows;
}

async function seenSeries(series: AnyAnswer): Promise<SeenSeries> {
  const mbox = await fetch(series.mbox);
  assert.equal(mbox.status, 200, series.mbox);
  return {
    name: series.name,
    patchNames: series.patches.map(({ name }: AnyAnswer) => name).toSorted(),
  };
}

/**
 * As a CI that builds each series when the event says that it is complete: asks for events since the date of the last
 * one, which it gets again, and reads the series and its patches. An event that it has had is let be; no series is.
 */
export async function pollEvents(
  site: string,
  project: string,
  isDone: () => boolean,
): Promise<Seen> {
  const seen: Seen = [];
  const events = new Set<number>();
  let since = '2020-01-01T00:00:00';
  await poll(isDone, async () => {
    const query = `project=${project}&category=series-completed&order=date&since=${since}`;
    for (const event of await askAll(`${site}/api/1.1/events/?${query}`)) {
      since = event.date;
      if (events.has(event.id)) continue;
      events.add(event.id);
      const series = await ask(`${site}/api/1.1/series/${event.payload.series.id}/`);
      assert.ok(series.received_all, `${series.name} is said to be complete, and is`);
      assert.equal(series.patches.length, series.total);
      for (const { id } of series.patches) await ask(`${site}/api/1.1/patches/${id}/`);
      seen.push(await seenSeries(series));
    }
  });
  return seen;
}

/**
 * As a bot that makes a branch of each series: asks for all patches that wait for review, by the numbers of states, and
 * for the series of each; a series that is not complete yet it looks at again. Other versions it finds by their title.
 */
export async function pollPatches(
  site: string,
  project: string,
  isDone: () => boolean,
): Promise<Seen> {
  const seen: Seen = [];
  const known = new Set<number>();
  const states = [1, 2, 5, 7].map((state) => `state=${state}`).join('&');
  await poll(isDone, async () => {
    const query = `project=${project}&archived=False&${states}&since=2020-01-01T00:00:00`;
    const patches = await askAll(`${site}/api/1.2/patches/?${query}`);
    const ids = patches.flatMap((patch) => patch.series.map(({ id }: AnyAnswer) => id));
    for (const id of new Set<number>(ids)) {
      if (known.has(id)) continue;
      const series = await ask(`${site}/api/1.2/series/${id}/`);
      if (!series.received_all) continue;
      known.add(id);
      assert.ok(
        await isFoundByTitle(site, project, series),
        `${series.name} is found by its title`,
      );
      seen.push(await seenSeries(series));
    }
  });
  return seen;
}

/** A cover letter that comes between the two questions gives the series another title: then it is asked for by that. */
async function isFoundByTitle(site: string, project: string, series: AnyAnswer): Promise<boolean> {
  const title = encodeURIComponent(series.name);
  const named = await askAll(`${site}/api/1.2/series/?project=${project}&q=${title}`);
  if (named.some((other) => other.id === series.id)) return true;
  const now = await ask(`${site}/api/1.2/series/${series.id}/`);
  return now.name !== series.name && isFoundByTitle(site, project, now);
}

/** As a reader of the feed that waits for more: numbers of all events. */
export async function pollFeed(site: string, isDone: () => boolean): Promise<number[]> {
  const seen: number[] = [];
  let after = 0;
  await poll(isDone, async () => {
    for (;;) {
      const response = await fetch(`${site}/feed?after=${after}&limit=7&wait=1`);
      const lines = (await response.text())
        .trimEnd()
        .split('\n')
        .filter((line) => line !== '');
      seen.push(...lines.map((line) => JSON.parse(line).seq));
      after = Number(response.headers.get('patchloom-next'));
      if (lines.length === 0) return;
    }
  });
  return seen;
}
