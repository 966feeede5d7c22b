import { serveParser } from '../../src/parsing/parser-thread-server.ts';

const kept: unknown[] = [];

/** Repeats the text of a message, unless it names something that a parser must not do. */
function misbehavingParse(raw: Buffer): string | Promise<string> {
  const text = raw.toString();
  const [deed = ''] = text.split(' ');
  switch (deed) {
    case 'loop':
      for (;;) kept.length = 0;
    case 'wait':
      return new Promise(() => undefined);
    case 'allocate':
      for (;;) kept.push(Array.from({ length: 1000 }, (_, index) => ({ index })));
    case 'throw':
      throw new Error('no such charset');
    case 'reject':
      return Promise.reject(new Error('no such part'));
    case 'exit':
      process.exit(7);
    case 'throw-later':
      setImmediate(() => {
        throw new Error('thrown later');
      });
      return new Promise(() => undefined);
    case 'busy': {
      const until = performance.now() + 100;
      while (performance.now() < until) kept.length = 0;
      return text;
    }
    case 'environment':
      return String(process.env['PATH']);
    default:
      return text;
  }
}

serveParser(misbehavingParse);
