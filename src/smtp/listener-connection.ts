/* oxlint-disable no-underscore-dangle -- smtp-server hides nothing behind its underscores: they are in its types, and its version is pinned */
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { SMTPServerOptions } from 'smtp-server';
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import { CommandStream } from './command-stream.ts';
import type { ListenerServer } from './listener-server.ts';
import { replies, replyError, replyText, type Reply } from './reply.ts';

type DataCallback = Parameters<NonNullable<SMTPServerOptions['onData']>>[2];
type ConnectionOptions = ConstructorParameters<typeof SMTPConnection>[2];

/** Commands that bring a message on its way; all others are what Postfix calls junk. */
const usefulCommands = new Set(['MAIL', 'RCPT', 'DATA', 'QUIT']);

/**
 * One peer's connection: smtp-server's, with enhanced codes of our own, budgets of errors and of junk commands,
 * deadlines that trickled bytes do not extend, no command with a bare CR or LF, and one answer for each accepted
 * recipient in LMTP (smtp-server merges a recipient that was given twice, and its peer waits for the second answer).
 */
export class ListenerConnection extends SMTPConnection {
  /** Recipients accepted in this mail transaction, as often as they were given. */
  acceptedRecipients: string[] = [];
  /** When the last command came; on the clock of performance.now(). */
  lastCommandMs = performance.now();
  readonly #server: ListenerServer;
  #errorCount = 0;
  #junkCount = 0;
  #isReceiving = false;
  #isAnsweringData = false;
  #commandTimer: NodeJS.Timeout | null = null;
  #phaseTimer: NodeJS.Timeout | null = null;

  constructor(server: ListenerServer, socket: Socket | TLSSocket, options?: ConnectionOptions) {
    super(server, socket, options);
    this.#server = server;
    this.#startPhase();
  }

  /** From the DATA command until it is answered. */
  get isReceiving(): boolean {
    return this.#isReceiving;
  }

  /** Since when nothing has come that we work at; null while a message comes in or a command is worked at. */
  get waitingSinceMs(): number | null {
    return this.#isReceiving || this._handlerPending ? null : this.lastCommandMs;
  }

  /** Every reply to the peer passes here. The last error that the budget allows is answered by 421. */
  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    if (this.#isOverBudget(code)) return;
    this.#server.noteReply(code);
    const hasEnhancedCode = typeof data === 'string' && /^[245]\.[0-9]+\.[0-9]+ /.test(data);
    super.send(code, data, hasEnhancedCode ? false : context);
    // smtp-server obeys no further command before these have gone out.
    if (this._socket.writableNeedDrain) this.#releaseReplies();
  }

  reply(reply: Reply): void {
    this.send(reply.code, replyText(reply));
  }

  beginData(): void {
    this.#isReceiving = true;
    this.#stopTimers();
  }

  endData(): void {
    this.#isReceiving = false;
    this.lastCommandMs = performance.now();
    this.#startPhase();
  }

  answerData(reply: Reply, callback: DataCallback): void {
    this.#isAnsweringData = true;
    const result = reply.code < 400 ? replyText(reply) : replyError(reply);
    if (this.#server.options.lmtp === true)
      callback(
        null,
        this.acceptedRecipients.map(() => result),
      );
    else if (typeof result === 'string') callback(null, result);
    else callback(result);
    this.#isAnsweringData = false;
    if (reply.code >= 500) this.#spendError();
    else if (reply.code < 400) {
      this.#errorCount = 0;
      this.#junkCount = 0;
    }
  }

  /** Ends the connection as soon as what was written has gone out, without waiting for the peer. */
  destroySoon(): void {
    this._socket.destroySoon();
  }

  override _createParser(): CommandStream {
    // smtp-server calls this in its constructor, when fields of this class do not exist yet.
    const parser = new CommandStream({
      refuseBareLine: (line, next) => this.#refuseBareLine(line, next),
      holdReplies: () => this.#holdReplies(),
      noteUnfinishedLine: (isUnfinished) => this.#noteUnfinishedLine(isUnfinished),
    });
    parser.oncommand = (command, callback) => this._onCommand(command, callback);
    parser.on('error', (error) => this.send(421, `4.7.0 ${error.message}`));
    return parser;
  }

  override _onCommand(command: Buffer, callback?: () => void): void {
    this.lastCommandMs = performance.now();
    const name = command.toString('latin1').split(' ', 1)[0]?.toUpperCase() ?? '';
    // What comes in plain text during a TLS handshake is dropped by smtp-server, without a reply.
    const isJunk = !this._upgrading && !usefulCommands.has(name);
    if (isJunk && this.#spendJunk()) return;
    super._onCommand(command, callback);
  }

  override handler_STARTTLS(command: Buffer, callback: () => void): void {
    // The answer must be on its way before the handshake takes the socket over.
    this.#releaseReplies();
    this.#startCommand();
    super.handler_STARTTLS(command, callback);
  }

  override handler_DATA(command: Buffer, callback: () => void): void {
    if (this.session.envelope.rcptTo.length > 0 && !this.#server.hasRoomFor(0)) {
      this.reply(replies.tooMuchAtOnce);
      callback();
    } else super.handler_DATA(command, callback);
  }

  override _onClose(): void {
    this.#stopTimers();
    super._onClose();
  }

  #refuseBareLine(line: Buffer, next: () => void): void {
    // A peer that talks before the greeting, or during a TLS handshake, is told what smtp-server tells it.
    if (!this._ready || this._upgrading) {
      this._onCommand(line, next);
      return;
    }
    this.lastCommandMs = performance.now();
    this.reply(replies.bareCommandEnd);
    setImmediate(next);
  }

  #holdReplies(): () => void {
    const socket = this._socket;
    socket.cork();
    return () => socket.uncork();
  }

  /** Holds may be one inside the other: what follows a message in its piece is a piece of its own. */
  #releaseReplies(): void {
    while (this._socket.writableCorked > 0) this._socket.uncork();
  }

  #noteUnfinishedLine(isUnfinished: boolean): void {
    if (isUnfinished) this.#startCommand();
    else this.#stopCommand();
  }

  #startCommand(): void {
    if (this.#commandTimer !== null || this._closed) return;
    const end = (): void => this.reply(replies.commandTooSlow);
    this.#commandTimer = setTimeout(end, this.#server.limits.commandMs);
  }

  #stopCommand(): void {
    if (this.#commandTimer !== null) clearTimeout(this.#commandTimer);
    this.#commandTimer = null;
  }

  #startPhase(): void {
    if (this._closed) return;
    const end = (): void => this.reply(replies.noMessage);
    this.#phaseTimer ??= setTimeout(end, this.#server.limits.commandPhaseMs);
  }

  #stopTimers(): void {
    this.#stopCommand();
    if (this.#phaseTimer !== null) clearTimeout(this.#phaseTimer);
    this.#phaseTimer = null;
  }

  /** True when a reply is one refusal too many, and 421 was said in its place. */
  #isOverBudget(code: number): boolean {
    if (this.#isAnsweringData || code < 400 || code === 421) return false;
    return code >= 500 ? this.#spendError() : this.#spendJunk();
  }

  #spendError(): boolean {
    this.#errorCount += 1;
    if (this.#errorCount < this.#server.limits.maxErrorCount) return false;
    this.reply(replies.tooManyErrors);
    return true;
  }

  #spendJunk(): boolean {
    this.#junkCount += 1;
    if (this.#junkCount <= this.#server.limits.maxJunkCommandCount) return false;
    this.reply(replies.tooManyCommands);
    return true;
  }
}
