const letters: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/**
 * Columns of a row in the text format of COPY, those at `places` alone; null for "\N". The others, whole messages among
 * them, cost nothing more than to be found. Source: PostgreSQL's manual, COPY, File Formats.
 */
export function copyFields(line: string, places: readonly number[]): (string | null)[] {
  const fields = line.split('\t');
  return places.map((place) => {
    const field = fields[place] ?? '\\N';
    return field === '\\N' ? null : unescaped(field);
  });
}

function unescaped(field: string): string {
  if (!field.includes('\\')) return field;
  let text = '';
  for (let at = 0; at < field.length; at += 1) {
    if (field[at] !== '\\') {
      text += field[at];
      continue;
    }
    at += 1;
    const letter = field[at] ?? '';
    text += letters[letter] ?? letter;
  }
  return text;
}

/** A table whose rows follow. */
export interface CopyHead {
  /** Without schema. */
  readonly table: string;
  readonly columns: readonly string[];
}

/** `COPY public.patchwork_state (id, name) FROM stdin;` -> { table: 'patchwork_state', columns: ['id', 'name'] } */
export function copyHead(line: string): CopyHead | null {
  const start = line.indexOf(' (');
  if (!line.startsWith('COPY ') || start === -1 || !line.endsWith(') FROM stdin;')) return null;
  const name = line.slice('COPY '.length, start).replaceAll('"', '');
  const columns = line.slice(start + 2, line.lastIndexOf(') FROM stdin;'));
  return {
    table: name.slice(name.indexOf('.') + 1),
    columns: columns.split(',').map((column) => column.trim().replaceAll('"', '')),
  };
}
