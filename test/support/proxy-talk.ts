/** Leads a talk with a proxy without sockets. */
import type { Conversation } from '../../src/network/proxy/conversation.js';
import { ProxyError } from '../../src/network/proxy/proxy-error.js';

export interface Talk {
  /** What the client sent, in order; empty sends left out. */
  readonly sent: Uint8Array[];
  readonly isOpen: boolean;
  readonly error: ProxyError | undefined;
  /** Answers that were not read. */
  readonly rest: Uint8Array;
}

/** Gives the answers as far as they are wanted; neither open nor an error: more are wanted. */
export function talk(conversation: Conversation, answers: Uint8Array): Talk {
  const sent: Uint8Array[] = [];
  let at = 0;
  try {
    let step = conversation.next();
    while (!step.done) {
      const { send, read } = step.value;
      if (send.length > 0) sent.push(send);
      if (read < 1 || read > 257) throw new Error(`reads ${read} bytes`);
      if (at + read > answers.length) {
        return { sent, isOpen: false, error: undefined, rest: answers.subarray(at) };
      }
      step = conversation.next(answers.slice(at, at + read));
      at += read;
    }
    return { sent, isOpen: true, error: undefined, rest: answers.subarray(at) };
  } catch (error) {
    if (!(error instanceof ProxyError)) throw error;
    return { sent, isOpen: false, error, rest: answers.subarray(at) };
  }
}
