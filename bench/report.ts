/** A measured figure: { name: 'wall rate', value: 812, unit: 'messages/s' }. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

/** What one benchmark found. */
export interface Report {
  /** "replay" */
  readonly title: string;
  /** What went in: "ltp.mbox, 3000 messages, 32.6 MB". */
  readonly input: string;
  readonly figures: readonly Figure[];
}

/** A report for a terminal. */
export function reportText({ title, input, figures }: Report): string {
  const width = Math.max(...figures.map(({ name }) => name.length)) + 2;
  const lines = figures.map(
    ({ name, value, unit }) => `  ${name.padEnd(width)}${numberText(value).padStart(10)} ${unit}`,
  );
  return [`${title}: ${input}`, ...lines, ''].join('\n');
}

/** A report as a section of a Markdown document. */
export function reportSection({ title, input, figures }: Report): string {
  const rows = figures.map(
    ({ name, value, unit }) =>
      `| ${name.replaceAll('|', '\\|')} | ${numberText(value)} | ${unit} |`,
  );
  return [
    `## ${title}`,
    '',
    input,
    '',
    '| figure | value | unit |',
    '| --- | ---: | --- |',
    ...rows,
  ]
    .join('\n')
    .concat('\n');
}

/** Three significant digits, more before the point: 812, 12.3, 0.0456. */
export function numberText(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 4));
}

/** Figures in megabytes of a million octets. */
export function megabytes(bytes: number): number {
  return bytes / 1_000_000;
}
