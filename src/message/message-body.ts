import { replacedText } from '../patch/replaced-text.ts';
import { splitDiff } from '../patch/split-diff.ts';
import { withoutSignature } from '../patch/signature.ts';
import type { DecodedMessage, MessageFlag, TextPart } from './decoded-message.ts';
import { patchFile } from './patch-file.ts';

/** What the parts of a message say together. */
export interface MessageBody {
  /** Commit message or comment, without signature and list footer; null when there is none. */
  readonly content: string | null;
  /** As Patchwork stores it. */
  readonly diff: string | null;
  /** The same with all that belongs to it: see `splitDiff`. */
  readonly wholeDiff: string | null;
  /** Header of an attached patch file, which may name its author; "" when there is none. */
  readonly patchFileHeader: string;
  readonly flags: readonly MessageFlag[];
}

/** The body while its parts are read one by one. */
interface BodyDraft {
  readonly comments: string[];
  diff: string | null;
  wholeDiff: string | null;
  patchFileHeader: string;
  readonly flags: MessageFlag[];
}

function isDiffType(part: TextPart): boolean {
  return part.contentType === 'text/x-patch' || part.contentType === 'text/x-diff';
}

function isNamedAsPatch(part: TextPart): boolean {
  return /\.(?:patch|diff)$/i.test(part.filename ?? '');
}

function flagIf(condition: boolean, draft: BodyDraft, flag: MessageFlag): void {
  if (condition) draft.flags.push(flag);
}

/** Takes an attached patch: one that `git format-patch` wrote gives its message and its diff, any other is the diff as a whole. */
function takeAttachment(draft: BodyDraft, text: string): void {
  const file = patchFile(text);
  if (file === null || file.diff === null) {
    draft.diff = text;
    draft.wholeDiff = text;
    flagIf(splitDiff(text).isDamaged, draft, 'diff-damaged');
    return;
  }
  draft.comments.push(withoutSignature(file.message));
  draft.diff = file.diff;
  draft.wholeDiff = file.diff;
  draft.patchFileHeader = file.header;
  draft.flags.push('attachment-split');
  flagIf(file.isDamaged, draft, 'diff-damaged');
}

function takePlainText(draft: BodyDraft, part: TextPart): void {
  if (draft.diff !== null) {
    draft.comments.push(part.text);
    return;
  }
  if (isNamedAsPatch(part) && patchFile(part.text) !== null) {
    takeAttachment(draft, part.text);
    return;
  }
  const { comment, diff, wholeDiff, isDamaged } = splitDiff(part.text);
  draft.comments.push(comment);
  draft.diff = diff;
  draft.wholeDiff = wholeDiff;
  flagIf(isDamaged, draft, 'diff-damaged');
}

/** The comment texts as one: each without white space at its ends, signature and list footer cut, line ends LF; null when nothing is left. */
function joinedContent(comments: readonly string[]): string | null {
  const joined = comments.map((comment) => `${comment.trim()}\n`).join('');
  const lines = replacedText(joined, '\r\n', '\n');
  return withoutSignature(lines) || null;
}

function plainTexts(message: DecodedMessage): string[] {
  const texts = message.textParts
    .filter((part) => part.contentType === 'text/plain')
    .map((part) => part.text);
  return message.htmlText === null ? texts : [message.htmlText, ...texts];
}

/** The text of a reply: a diff in it stays text, attached patches are not part of it. Source: Patchwork's rule R22. */
function replyBody(message: DecodedMessage): MessageBody {
  const texts = plainTexts(message);
  const hasDiff =
    message.textParts.some((part) => isDiffType(part) || isNamedAsPatch(part)) ||
    texts.some((text) => splitDiff(text).diff !== null);
  const flags: MessageFlag[] = hasDiff ? ['diff-in-reply'] : [];
  const content = joinedContent(texts);
  return { content, diff: null, wholeDiff: null, patchFileHeader: '', flags };
}

/**
 * Content and diff of a message out of its parts, in order. In a reply all plain text is content. Else an x-patch or x-diff part is the diff, in place
 * of one found before; plain text is split while there is no diff, and is content after; a part of another type named *.patch or *.diff is the diff where
 * there is no other. HTML is content only. Source: Patchwork's rules R20 to R22 and R24, which ignore parts known only by their name.
 */
export function messageBody(message: DecodedMessage, isReply: boolean): MessageBody {
  if (isReply) return replyBody(message);
  const comments = message.htmlText === null ? [] : [message.htmlText];
  const draft: BodyDraft = {
    comments,
    diff: null,
    wholeDiff: null,
    patchFileHeader: '',
    flags: [],
  };
  for (const part of message.textParts) {
    if (isDiffType(part)) takeAttachment(draft, part.text);
    else if (part.contentType === 'text/plain') takePlainText(draft, part);
  }
  const named = message.textParts.find(
    (part) => isNamedAsPatch(part) && !['text/plain', 'text/html'].includes(part.contentType),
  );
  if (draft.diff === null && named !== undefined) takeAttachment(draft, named.text);
  const { diff, wholeDiff, patchFileHeader, flags } = draft;
  return { content: joinedContent(comments), diff, wholeDiff, patchFileHeader, flags };
}
