import type { MessageRole } from '../../../src/message/message-facts.ts';
import type { MessageTruth, SeriesTruth } from './generated-message.ts';

/** What can be compared of a message's place: ids stand for messages. */
export interface ToldPlace {
  readonly shape: string;
  readonly messageId: string;
  readonly role: MessageRole;
  readonly isFirst: boolean;
  readonly parent: string | null;
  readonly target: string | null;
  readonly series: ToldSeries | 'ambiguous' | null;
}

export interface ToldSeries {
  /** ["0 <a@b>", "1 <c@d>"] */
  readonly members: readonly string[];
  /** null: not to be told. */
  readonly version: number | null;
  readonly total: number;
  readonly isComplete: boolean;
  readonly cover: string | null;
}

/** The truth about a message; `namelessId` is the message-id that stands for it where it has none. */
export function toldTruth(truth: MessageTruth, namelessId: string): ToldPlace {
  const { shape, role, isFirst, parent, target, series } = truth;
  return {
    shape,
    messageId: truth.messageId ?? namelessId,
    role,
    isFirst,
    parent,
    target,
    series: series === null ? null : toldSeries(series, namelessId),
  };
}

/** The only message without Message-ID that is in a series is alone in it. */
function toldSeries(series: SeriesTruth, namelessId: string): ToldSeries | 'ambiguous' {
  if (!series.isUnambiguous) return 'ambiguous';
  const { members, version, total, isComplete, cover } = series;
  return {
    members: members.map(({ messageId, number }) => `${number} ${messageId ?? namelessId}`),
    version,
    total,
    isComplete,
    cover,
  };
}

/** A series that was found, told only as far as the truth is: what it leaves open is left out. */
export function asFarAsTold(
  found: ToldSeries | null,
  truth: ToldPlace['series'],
): ToldPlace['series'] {
  if (truth === 'ambiguous') return truth;
  if (found === null || truth === null || truth.version !== null) return found;
  return { ...found, version: null };
}
