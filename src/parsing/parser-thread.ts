/** Thread script of the parser pool that the indexer opens. */
import { storableFacts } from '../message/storable-facts.ts';
import { collectGarbageAfter } from './collect-garbage.ts';
import { parseMessage } from './parse-message.ts';
import { serveParser } from './parser-thread-server.ts';

serveParser(
  async (raw) => {
    const facts = await parseMessage(raw);
    collectGarbageAfter([raw.length]);
    return storableFacts(facts);
  },
  ({ texts }) => [texts.bytes.buffer],
);
