/** Thread script of the parser pool that the indexer opens. */
import { storableFacts } from '../message/storable-facts.ts';
import { parseMessage } from './parse-message.ts';
import { serveParser } from './parser-thread-server.ts';

serveParser(
  async (raw) => storableFacts(await parseMessage(raw)),
  ({ texts }) => [texts.bytes.buffer],
);
