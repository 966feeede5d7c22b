/**
 * A process that uses an embedded Postgres: `embedded-holder.js DATA_FOLDER`. It writes lines of JSON to stdout (opened,
 * restarted, closed, failed), closes when its stdin ends, and with `forget` as second argument never closes at all.
 */
import { EmbeddedPostgresError } from '../../src/store/embedded/embedded-postgres-error.ts';
import { openEmbeddedPostgres } from '../../src/store/embedded/embedded-postgres.ts';

function report(event: string, more: Record<string, unknown> = {}): void {
  console.log(JSON.stringify({ event, ...more }));
}

const [, , dataFolder = '', mode = 'hold'] = process.argv;
try {
  const postgres = await openEmbeddedPostgres({
    dataFolder,
    onLog: (line) => console.error(line),
    onRestart: () => report('restarted'),
  });
  report('opened', {
    startedHere: postgres.startedHere,
    connectionString: postgres.connectionString,
  });
  if (mode === 'hold') {
    process.stdin.resume().once('end', () => {
      void postgres.close().then(() => report('closed'));
    });
  }
} catch (error) {
  const problem = error instanceof EmbeddedPostgresError ? error.problem : 'unexpected';
  report('failed', { problem, message: String(error) });
}
