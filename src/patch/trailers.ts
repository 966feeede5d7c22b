/** One trailer line of a commit message or reply: "Reviewed-by: Petr Vorel <pvorel@suse.cz>". */
export interface Trailer {
  /** As written, without the colon: "Reviewed-by". */
  readonly kind: string;
  /** The rest of the line, continuation lines joined by one space. */
  readonly value: string;
}
