import type { HeaderPairs } from './header-object.ts';
import { mailboxText } from './mailbox-text.ts';
import { responseLines } from './response-lines.ts';

/** What the mbox of a patch or cover letter is made of. */
export interface Submission {
  /** What the API shows as its id. */
  readonly id: number;
  /** "2017-08-30T08:32:05Z" */
  readonly date: string;
  readonly headers: HeaderPairs;
  readonly content: string | null;
  readonly diff: string | null;
  readonly submitterName: string | null;
  readonly submitterEmail: string;
  readonly delegateEmail: string | null;
  /** Contents of the comments on it, oldest first. */
  readonly comments: readonly string[];
  /** Address of the list: a From that names it was rewritten. */
  readonly listEmail: string;
}

/**
 * A patch or cover letter as one message of an mbox, with what reviewers said in comments added at the end of the commit
 * message. Source: what Patchwork sends for a download.
 */
export function mboxMessage(submission: Submission): string {
  const body = messageBody(submission);
  const headers = [...ownHeaders(submission, body), ...mailHeaders(submission)];
  const header = headers.map(([name, value]) => `${name}: ${foldedSafely(value)}\n`).join('');
  return `From patchwork ${cTime(submission.date)}\n${header}\n${body}`;
}

/** Several messages as one mbox, in UTF-8; one at a time is in memory. */
export async function* mboxOf(submissions: AsyncIterable<Submission>): AsyncGenerator<Buffer> {
  let separator = '';
  for await (const submission of submissions) {
    yield Buffer.from(separator + mboxMessage(submission), 'utf8');
    separator = '\n';
  }
}

function messageBody({ content, diff, comments }: Submission): string {
  const { before, after } = splitPostscript(`${(content ?? '').trim()}\n`);
  const responses = comments.flatMap(responseLines).map((line) => `${line}\n`);
  const message = `${before.trim()}\n${responses.join('')}`;
  const postscript = after === '' ? '' : `---\n${after}\n`;
  return diff === null ? message + postscript : `${message}${postscript}\n${diff}`;
}

/** Splits text at the first line "--" or "---", with or without a blank after it; the line itself is dropped. */
function splitPostscript(text: string): { before: string; after: string } {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => separators.has(line));
  if (at === -1) return { before: text, after: '' };
  return {
    before: lines.slice(0, at).join('\n'),
    after: lines
      .slice(at + 1)
      .join('\n')
      .trimEnd(),
  };
}

const separators = new Set(['--', '---', '-- ', '--- ']);

type Pairs = (readonly [string, string])[];

function ownHeaders(submission: Submission, body: string): Pairs {
  const { id, submitterName, submitterEmail, delegateEmail } = submission;
  const encoding = /[^\x00-\x7f]/.test(body) ? '8bit' : '7bit';
  const headers: Pairs = [
    ['Content-Type', 'text/plain; charset="utf-8"'],
    ['MIME-Version', '1.0'],
    ['Content-Transfer-Encoding', encoding],
    ['X-Patchwork-Submitter', mailboxText(submitterName, submitterEmail)],
    ['X-Patchwork-Id', String(id)],
  ];
  if (delegateEmail !== null) headers.push(['X-Patchwork-Delegate', delegateEmail]);
  return headers;
}

function mailHeaders({ headers, listEmail, submitterName, submitterEmail, date }: Submission) {
  const kept = headers.filter(
    ([name]) => name !== 'Content-Type' && name !== 'Content-Transfer-Encoding',
  );
  const shown = kept.flatMap(([name, value]): Pairs => {
    if (name.toLowerCase() !== 'from' || addressIn(value) !== listEmail.toLowerCase()) {
      return [[name, value]];
    }
    return [
      ['X-Patchwork-Original-From', value],
      ['From', mailboxText(submitterName, submitterEmail)],
    ];
  });
  if (!kept.some(([name]) => name.toLowerCase() === 'date')) shown.push(['Date', mailDate(date)]);
  return shown;
}

/** The address of a From value, in lower case: "A via list <L@b.example>" -> "l@b.example" */
function addressIn(from: string): string {
  const open = from.lastIndexOf('<');
  const close = from.indexOf('>', open);
  const address = open === -1 || close === -1 ? from : from.slice(open + 1, close);
  return address.trim().toLowerCase();
}

/** A value whose lines after the first all begin with white space, so that none is taken for a field of its own. */
function foldedSafely(value: string): string {
  return value.includes('\n') ? value.replace(/\r?\n(?![ \t])/g, '\n ') : value;
}

const days = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ');
const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

interface TimeParts {
  readonly day: string;
  readonly month: string;
  readonly date: number;
  readonly time: string;
  readonly year: number;
}

function timeParts(iso: string): TimeParts {
  const at = new Date(iso);
  return {
    day: days[at.getUTCDay()] ?? '',
    month: months[at.getUTCMonth()] ?? '',
    date: at.getUTCDate(),
    time: at.toISOString().slice(-13, -5),
    year: at.getUTCFullYear(),
  };
}

/** "Wed Oct  7 19:07:49 2020", as C's asctime writes it. */
function cTime(iso: string): string {
  const { day, month, date, time, year } = timeParts(iso);
  return `${day} ${month} ${String(date).padStart(2)} ${time} ${String(year).padStart(4, '0')}`;
}

/** "Wed, 07 Oct 2020 19:07:49 -0000" (RFC 5322 section 3.3) */
function mailDate(iso: string): string {
  const { day, month, date, time, year } = timeParts(iso);
  const twoDigits = String(date).padStart(2, '0');
  return `${day}, ${twoDigits} ${month} ${String(year).padStart(4, '0')} ${time} -0000`;
}
