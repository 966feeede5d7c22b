/** What lets go of the parts of a daemon, each step in the order in which its part was started. */
export type Stops = (() => Promise<void>)[];

/** Lets go of the parts, the last one first. */
export async function runStops(stops: Stops): Promise<void> {
  for (let stop = stops.pop(); stop !== undefined; stop = stops.pop()) await stop();
}
