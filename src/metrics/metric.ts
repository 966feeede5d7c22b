/** Names and values of labels; the values come from closed sets of our own, never out of a message. */
export type Labels = Readonly<Record<string, string>>;

/** One number. `suffix` is "" but for the parts of a histogram: "_bucket", "_sum", "_count". */
export interface Sample {
  readonly suffix: string;
  readonly labels: Labels;
  readonly value: number;
}

/** Everything of one name. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly samples: () => readonly Sample[];
}

/** A metric that grows by what is recorded. */
export interface RecordingMetric extends Metric {
  record(labels: Labels, value: number): void;
}

/** A counter that adds up. The label sets in `known` are there from the start, as 0, so that the first event is a change. */
export function newCounter(
  name: string,
  help: string,
  known: readonly Labels[] = [],
): RecordingMetric {
  const totals = new Map(known.map((labels) => [labelText(labels), { labels, value: 0 }]));
  return {
    name,
    help,
    type: 'counter',
    samples: () => [...totals.values()].map((total) => ({ suffix: '', ...total })),
    record(labels, value) {
      const total = totals.get(labelText(labels));
      if (total === undefined) totals.set(labelText(labels), { labels, value });
      else total.value += value;
    },
  };
}

/** A histogram with these upper bounds, in rising order; what is above the last is in "+Inf". */
export function newHistogram(
  name: string,
  help: string,
  bounds: readonly number[],
  known: readonly Labels[] = [{}],
): RecordingMetric {
  const newSeries = (labels: Labels) => ({ labels, counts: bounds.map(() => 0), count: 0, sum: 0 });
  const all = new Map(known.map((labels) => [labelText(labels), newSeries(labels)]));
  return {
    name,
    help,
    type: 'histogram',
    samples: () =>
      [...all.values()].flatMap(({ labels, counts, count, sum }) => [
        ...bounds.map((bound, index) => bucket(labels, String(bound), counts[index] ?? 0)),
        bucket(labels, '+Inf', count),
        { suffix: '_sum', labels, value: sum },
        { suffix: '_count', labels, value: count },
      ]),
    record(labels, value) {
      const series = all.get(labelText(labels)) ?? newSeries(labels);
      all.set(labelText(labels), series);
      for (const [index, bound] of bounds.entries()) {
        if (value <= bound) series.counts[index] = (series.counts[index] ?? 0) + 1;
      }
      series.count += 1;
      series.sum += value;
    },
  };
}

function bucket(labels: Labels, le: string, value: number): Sample {
  return { suffix: '_bucket', labels: { ...labels, le }, value };
}

/** A value as it is now, or, as `type` "counter", one that only grows and is counted elsewhere. */
export function gauge(
  name: string,
  help: string,
  values: readonly (readonly [Labels, number])[],
  type: 'gauge' | 'counter' = 'gauge',
): Metric {
  const samples = values.map(([labels, value]) => ({ suffix: '', labels, value }));
  return { name, help, type, samples: () => samples };
}

/** Source: Prometheus, exposition formats, text format 0.0.4. */
export function expositionOf(metrics: readonly Metric[]): string {
  return metrics.map(textOf).join('');
}

function textOf({ name, help, type, samples }: Metric): string {
  const lines = samples().map(
    ({ suffix, labels, value }) => `${name}${suffix}${labelText(labels)} ${value}\n`,
  );
  const helpText = help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return `# HELP ${name} ${helpText}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

/** '{source="smtp"}'; "" without labels. */
function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
