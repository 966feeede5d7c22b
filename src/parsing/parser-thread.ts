/** Thread script of the parser pool that the indexer opens. */
import { parseMessage } from './parse-message.ts';
import { serveParser } from './parser-thread-server.ts';

serveParser((raw) => parseMessage(raw));
