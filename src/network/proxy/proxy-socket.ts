import { connect, type Socket } from 'node:net';
import type { Clock } from '../../util/clock.js';
import { errorText } from '../../util/errors.js';
import type { HostPort } from '../options.js';
import type { Conversation, Exchange, Subject } from './conversation.js';
import { ProxyError } from './proxy-error.js';

export interface ProxySocketOptions {
  readonly proxy: HostPort;
  /** What to say, made for one connection. */
  readonly conversation: Conversation;
  /** Time until the proxy has been asked for the target: its own speed. */
  readonly answerMs: number;
  /** Time for everything: how long the target may take. */
  readonly totalMs: number;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/**
 * Opens one connection through a proxy; it is past the proxy's answer, and whatever came together
 * with it is still unread. No socket is left when it fails.
 * @throws ProxyError (rejects)
 */
export function openProxySocket(options: ProxySocketOptions): Promise<Socket> {
  return new Promise((resolve, reject) => new ProxySocket(options, resolve, reject));
}

/**
 * Reads in paused mode, exactly as many bytes as the conversation wants: the stream keeps the rest,
 * so nothing has to be put back and nothing can be lost.
 */
class ProxySocket {
  readonly #options: ProxySocketOptions;
  readonly #socket: Socket;
  readonly #resolve: (socket: Socket) => void;
  readonly #reject: (error: unknown) => void;
  readonly #timers;
  #about: Subject = 'proxy';
  #isOpen = false;
  #isDone = false;
  #wanted = 0;

  constructor(
    options: ProxySocketOptions,
    resolve: (socket: Socket) => void,
    reject: (error: unknown) => void,
  ) {
    const { proxy, clock, signal, answerMs, totalMs } = options;
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#socket = connect({ host: addressOf(proxy.host), port: proxy.port, noDelay: true });
    this.#timers = [
      clock.setTimeout(() => {
        if (this.#about === 'proxy') this.#tooSlow();
      }, answerMs),
      clock.setTimeout(() => this.#tooSlow(), totalMs),
    ];
    this.#socket.on('error', this.#onError);
    this.#socket.on('close', this.#onClose);
    this.#socket.on('readable', this.#onReadable);
    this.#socket.once('connect', () => {
      this.#isOpen = true;
      this.#advance();
    });
    signal.addEventListener('abort', this.#onAbort, { once: true });
    if (signal.aborted) this.#onAbort();
  }

  readonly #onError = (error: Error): void => {
    if (this.#isOpen) this.#closedEarly(error);
    else this.#fail(new ProxyError('unreachable', errorText(error), { cause: error }));
  };

  readonly #onClose = (): void => this.#closedEarly(undefined);

  readonly #onAbort = (): void => this.#fail(new ProxyError('target', 'dial was given up'));

  readonly #onReadable = (): void => {
    while (!this.#isDone && this.#isOpen) {
      const answer = this.#socket.read(this.#wanted) as Buffer | null;
      if (!answer) return;
      // The stream's end gives what is left, however little.
      if (answer.length < this.#wanted) this.#closedEarly(undefined);
      else this.#advance(answer);
    }
  };

  #advance(answer?: Uint8Array): void {
    try {
      const { conversation } = this.#options;
      const next = answer ? conversation.next(answer) : conversation.next();
      if (next.done) this.#succeed();
      else this.#exchange(next.value);
    } catch (error) {
      this.#fail(error);
    }
  }

  #exchange({ send, read, about }: Exchange): void {
    this.#about = about;
    this.#wanted = read;
    if (send.length > 0) this.#socket.write(send);
  }

  #tooSlow(): void {
    if (this.#about === 'target') {
      this.#fail(new ProxyError('target', 'the proxy did not reach it in time'));
    } else if (this.#isOpen) {
      this.#fail(new ProxyError('silent', 'the proxy does not answer'));
    } else {
      this.#fail(new ProxyError('unreachable', 'connecting took too long'));
    }
  }

  #closedEarly(cause: Error | undefined): void {
    const code = this.#about === 'target' ? 'target' : 'garbage';
    this.#fail(new ProxyError(code, 'the proxy closed the connection', { cause }));
  }

  #fail(error: unknown): void {
    if (this.#isDone) return;
    this.#finish();
    // A late error of the socket must find somebody, so the listener stays.
    this.#socket.on('error', () => undefined);
    this.#socket.destroy();
    this.#reject(error);
  }

  #succeed(): void {
    this.#finish();
    // After the stream has noticed that nobody waits for 'readable': only then can it flow.
    process.nextTick(() => this.#resolve(this.#socket));
  }

  #finish(): void {
    this.#isDone = true;
    for (const timer of this.#timers) this.#options.clock.clear(timer);
    this.#options.signal.removeEventListener('abort', this.#onAbort);
    this.#socket.removeListener('error', this.#onError);
    this.#socket.removeListener('close', this.#onClose);
    this.#socket.removeListener('readable', this.#onReadable);
  }
}

/** The default name of a proxy's host; asking a resolver for it could leave the machine. */
function addressOf(host: string): string {
  return host.toLowerCase() === 'localhost' ? '127.0.0.1' : host;
}
