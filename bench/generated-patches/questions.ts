import type { Database } from '../../src/store/database.ts';

const bigList = 'list1';
const smallList = 'list7';
/** In a list that is shorter, 404. */
const deepPage = 5_000;

/** What is asked, by name, with the paths that are asked in turn; those with numbers are drawn from all of the database. */
export async function questionsOf(database: Database): Promise<Map<string, string[]>> {
  const draw = async (select: string): Promise<string[]> => {
    const { rows } = await database.query<{ value: string }>(
      `SELECT value FROM (${select}) AS drawn (value) ORDER BY md5(value::text) LIMIT 1000`,
    );
    return rows.map(({ value }) => encodeURIComponent(value));
  };
  const patches = await draw('SELECT id FROM patchloom.patch');
  const series = await draw('SELECT public_id FROM patchloom.series');
  const titles = await draw('SELECT name FROM patchloom.series WHERE id % 50 < 2');
  const messageIds = await draw(
    `SELECT btrim(message_id, '<>') FROM patchloom.message WHERE kind = 'patch' AND id % 5 = 0`,
  );
  const hashes = await draw(
    `SELECT encode(patchwork_hash, 'hex') FROM patchloom.message WHERE kind = 'patch' AND id % 5 = 0`,
  );
  const {
    rows: [newest],
  } = await database.query<{ since: string }>(
    `SELECT to_char(max(created_at) - interval '7 days', 'YYYY-MM-DD') AS since FROM patchloom.event`,
  );
  const since = newest?.since ?? '';
  const each = (path: string, values: readonly string[]): string[] =>
    values.map((value) => path.replace('*', value));
  return new Map([
    ...fixedQuestions(since),
    ['/patches/ID/', each('/api/patches/*/', patches)],
    ['/patches/?msgid=…', each('/api/patches/?msgid=*', messageIds)],
    ['/patches/?hash=…', each('/api/patches/?hash=*', hashes)],
    ['/series/ID/', each('/api/series/*/', series)],
    ['/series/?q=a title (kernel-patches-daemon)', each('/api/series/?q=*', titles)],
    ['/patches/?q=a title', each('/api/patches/?q=*', titles)],
    ['/patches/ID/comments/', each('/api/patches/*/comments/', patches)],
    ['/events/?patch=ID', each('/api/events/?patch=*', patches)],
    ['/series/ID/mbox/', each('/series/*/mbox/', series)],
  ]);
}

function fixedQuestions(since: string): [string, string[]][] {
  const live = `project=${bigList}&state=new&state=under-review&archived=false`;
  return [
    `/patches/?per_page=100`,
    `/patches/?project=${bigList}&per_page=100`,
    `/patches/?project=${smallList}&order=-date&per_page=100`,
    `/patches/?${live}&order=-date&per_page=250`,
    `/patches/?${live}&per_page=250`,
    `/patches/?state=new&per_page=100`,
    `/patches/?state=deferred&order=-date&per_page=100`,
    `/patches/?state=deferred&archived=true&project=${smallList}`,
    `/patches/?submitter=1500&order=-date`,
    `/patches/?delegate=user2&project=${bigList}&per_page=100`,
    `/patches/?project=${bigList}&since=${since}&per_page=100`,
    `/patches/?project=${bigList}&order=-submitter`,
    `/patches/?project=${bigList}&order=state`,
    `/patches/?page=${deepPage}`,
    `/patches/?project=${bigList}&order=-date&page=${deepPage}`,
    `/patches/?state=superseded&page=${deepPage}`,
    `/patches/?project=${bigList}&order=name`,
    `/patches/?project=${bigList}&order=check`,
    `/covers/?project=${bigList}&order=-date&per_page=100`,
    `/series/?project=${bigList}&order=-id&per_page=250`,
    `/series/?order=-date&per_page=100`,
    `/events/?per_page=100`,
    `/events/?category=series-completed&since=${since}&project=${bigList}`,
  ].map((path) => [path, [`/api${path}`]]);
}
