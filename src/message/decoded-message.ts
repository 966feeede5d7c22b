/** One header field as it stood in the message; order and repeats are kept by the list that holds it. */
export interface HeaderField {
  /** As written: "Message-Id". */
  readonly name: string;
  /** The value without the leading blank; folds are "\n" plus the blanks that followed; encoded words are left alone. */
  readonly value: string;
}

/** One leaf of the MIME tree whose main type is text, or an attachment that its name marks as a patch. */
export interface TextPart {
  /** Lower case: "text/plain", "text/x-patch", "application/octet-stream". */
  readonly contentType: string;
  /** File name of an attachment; null when the part has none. */
  readonly filename: string | null;
  /** Decoded characters, line ends LF (a CR that stood before an LF inside a decoded part is kept); without NUL and lone surrogates. */
  readonly text: string;
}

/**
 * Header-like fields and texts of one message, decoded but not interpreted.
 * The adapter in src/parsing makes it from raw bytes; `messageFacts` interprets it.
 */
export interface DecodedMessage {
  readonly fields: readonly HeaderField[];
  readonly textParts: readonly TextPart[];
  /** Text of an HTML body where no text/plain part says anything; null otherwise, and until it has been made. */
  readonly htmlText: string | null;
  /** Everything after the header, undecoded, one character a byte, line ends LF: what the content key is over. */
  readonly body: string;
  readonly flags: readonly MessageFlag[];
}

/**
 * Readable text of a header value: "=?utf-8?q?test=20s=c3=bcbject?=" -> "test sübject"; null when it cannot be decoded.
 * The charset tables belong to the adapter, so the core takes the decoder as an argument.
 */
export type HeaderTextDecoder = (value: string) => string | null;

/**
 * What was wrong with a message, or was guessed or repaired. Each is a word that the operator can count and filter by.
 */
export type MessageFlag =
  | 'message-id-missing'
  | 'message-id-too-long'
  | 'message-id-conflict'
  | 'date-missing'
  | 'date-unparsable'
  | 'submitter-unparsable'
  | 'subject-missing'
  | 'header-undecodable'
  | 'header-limited'
  | 'charset-unknown'
  | 'charset-mismatch'
  | 'text-repaired'
  | 'html-only'
  | 'mime-limited'
  | 'mime-broken'
  | 'diff-in-reply'
  | 'diff-damaged'
  | 'diff-files-limited'
  | 'attachment-split'
  | 'trailers-limited'
  | 'parse-timeout'
  | 'parse-memory'
  | 'parse-failed';
