/** A scrape: the value of each series by its name with labels, 'patchloom_queue_jobs{state="waiting"}'. */
export type Scrape = ReadonlyMap<string, number>;

/** Reads Prometheus's text format 0.0.4 as far as Patchloom writes it. */
export function readExposition(text: string): Scrape {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(' ');
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
}

/** What GET /metrics says at an address. */
export async function scrape(address: string): Promise<Scrape> {
  const response = await fetch(`http://${address}/metrics`);
  return readExposition(await response.text());
}

/** Value of a series that must be there. */
export function valueOf(scraped: Scrape, series: string): number {
  const value = scraped.get(series);
  if (value === undefined) throw new Error(`no ${series} among ${[...scraped.keys()].join('\n')}`);
  return value;
}
