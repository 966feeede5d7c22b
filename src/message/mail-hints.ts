import type { HeaderField } from './decoded-message.ts';
import { fieldValues } from './header-fields.ts';
import { collapseWhiteSpace } from './white-space.ts';

/** What the sender of a message asks of whoever keeps track of patches. */
export interface MailHints {
  /** Whether the message is to be passed over. */
  readonly isIgnored: boolean;
  /** Name of the state that the patch is to have: "Changes Requested"; null: not said. */
  readonly state: string | null;
  /** Address of the user who is to look after the patch; null: not said. */
  readonly delegateEmail: string | null;
  /** Whether the comment asks for something to be done. */
  readonly isActionRequired: boolean;
}

/** Hints among the header fields of a message. Source: Patchwork's rules R6, R35, R36, R49. */
export function mailHints(fields: readonly HeaderField[]): MailHints {
  return {
    isIgnored: firstText(fields, 'x-patchwork-hint')?.toLowerCase() === 'ignore',
    state: firstText(fields, 'x-patchwork-state'),
    delegateEmail: firstText(fields, 'x-patchwork-delegate'),
    isActionRequired: fieldValues(fields, 'x-patchwork-action-required').length > 0,
  };
}

function firstText(fields: readonly HeaderField[], name: string): string | null {
  const [value = ''] = fieldValues(fields, name);
  const text = collapseWhiteSpace(value);
  return text === '' ? null : text;
}
