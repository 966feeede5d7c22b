import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { SMTPServer, SMTPServerOptions } from 'smtp-server';
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import { replies, replyError, replyText, type Reply } from './reply.ts';

type DataCallback = Parameters<NonNullable<SMTPServerOptions['onData']>>[2];

const maxErrorCount = 20;

/**
 * One peer's connection: smtp-server's, with enhanced codes of our own, a budget of errors, and one answer for each
 * accepted recipient in LMTP (smtp-server merges a recipient that was given twice, and its peer waits for the second answer).
 */
export class ListenerConnection extends SMTPConnection {
  /** Recipients accepted in this mail transaction, as often as they were given. */
  acceptedRecipients: string[] = [];
  /** From the DATA command until it is answered. */
  isReceiving = false;
  readonly #isLmtp: boolean;
  readonly #netSocket: Socket | TLSSocket;
  #errorCount = 0;
  #isAnsweringData = false;

  constructor(server: SMTPServer, socket: Socket | TLSSocket, options?: ConnectionOptions) {
    super(server, socket, options);
    this.#isLmtp = server.options.lmtp === true;
    this.#netSocket = socket;
  }

  /** Every reply to the peer passes here. The last error that the budget allows is answered by 421. */
  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    if (code >= 500 && !this.#isAnsweringData && this.#spendsErrorBudget()) return;
    const hasEnhancedCode = typeof data === 'string' && /^[245]\.[0-9]+\.[0-9]+ /.test(data);
    super.send(code, data, hasEnhancedCode ? false : context);
  }

  reply(reply: Reply): void {
    this.send(reply.code, replyText(reply));
  }

  answerData(reply: Reply, callback: DataCallback): void {
    this.#isAnsweringData = true;
    const result = reply.code < 400 ? replyText(reply) : replyError(reply);
    if (this.#isLmtp)
      callback(
        null,
        this.acceptedRecipients.map(() => result),
      );
    else if (typeof result === 'string') callback(null, result);
    else callback(result);
    this.#isAnsweringData = false;
    if (reply.code >= 500) this.#spendsErrorBudget();
    else if (reply.code < 400) this.#errorCount = 0;
  }

  /** Ends the connection as soon as what was written has gone out, without waiting for the peer. */
  destroySoon(): void {
    this.#netSocket.destroySoon();
  }

  #spendsErrorBudget(): boolean {
    this.#errorCount += 1;
    if (this.#errorCount < maxErrorCount) return false;
    this.reply(replies.tooManyErrors);
    return true;
  }
}

type ConnectionOptions = ConstructorParameters<typeof SMTPConnection>[2];
