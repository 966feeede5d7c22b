import type { HeaderField, HeaderTextDecoder } from './decoded-message.ts';
import { fieldValues } from './header-fields.ts';

const listHeaders = ['List-Id', 'X-Mailing-List', 'X-list'] as const;

/** The mailing list that a message names, and the header that names it. */
export interface NamedList {
  /** "qemu-devel.nongnu.org" */
  readonly listId: string;
  readonly listRule: (typeof listHeaders)[number];
}

/** The text inside the last pair of angle brackets, or the whole value when it is one word; null when it is neither. */
function listIdIn(value: string): string | null {
  const close = value.lastIndexOf('>');
  const open = value.lastIndexOf('<', close);
  if (close !== -1 && open !== -1) return value.slice(open + 1, close).trim() || null;
  return value === '' || /[ <>]/.test(value) ? null : value;
}

/**
 * The list that a message names: "QEMU Development <Qemu-Devel.nongnu.org>" -> { listId: "qemu-devel.nongnu.org", listRule: "List-Id" };
 * null when no header does. List-Id is asked first, then X-Mailing-List, then X-list. Lower case, since list ids are compared without case.
 * Source: RFC 2919 sections 3 and 6; Patchwork's rule R8.
 */
export function namedList(
  fields: readonly HeaderField[],
  decodeHeaderText: HeaderTextDecoder,
): NamedList | null {
  for (const listRule of listHeaders) {
    for (const value of fieldValues(fields, listRule.toLowerCase())) {
      const listId = listIdIn(decodeHeaderText(value) ?? '');
      if (listId !== null) return { listId: listId.toLowerCase(), listRule };
    }
  }
  return null;
}

/** Short name of a list, which its members put into subjects: "qemu-devel.nongnu.org" -> "qemu-devel"; "" without a list. */
export function listLabel(listId: string | null): string {
  return listId?.split(/[.@]/, 1)[0] ?? '';
}
