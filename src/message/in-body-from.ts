import type { HeaderTextDecoder } from './decoded-message.ts';
import type { Person } from './message-facts.ts';
import { personIn } from './person.ts';

const inBodyHeader = /^(?:From|Subject|Date):/;
const maxLines = 20;

/**
 * The author that the first lines of a patch's text name, where it is sent by another: "From: Peter Xu <peterx@redhat.com>\n\nFix the leak." ->
 * { name: "Peter Xu", email: "peterx@redhat.com" }. Blank lines and the in-body headers Subject and Date may stand before it; null when it is not there.
 * Source: git-am(1), "in-body headers".
 */
export function inBodyFrom(text: string, decodeHeaderText: HeaderTextDecoder): Person | null {
  let at = 0;
  for (let lineCount = 0; lineCount < maxLines && at < text.length; lineCount += 1) {
    const newline = text.indexOf('\n', at);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(at, Math.min(end, at + 1000));
    if (line.startsWith('From:')) {
      const person = personIn(line.slice('From:'.length), decodeHeaderText);
      return person.email === null ? null : person;
    }
    if (line.trim() !== '' && !inBodyHeader.test(line)) return null;
    at = end + 1;
  }
  return null;
}
