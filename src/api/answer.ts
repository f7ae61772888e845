/** From the body of a request to the body of its answer, in the wire form that fits. */
import { strictText } from '../util/bytes.js';
import type { ApiVariant, Command } from './command.js';
import { Dispatcher, type DispatcherDependencies } from './dispatcher.js';
import { answerJsonRpc, JSON_CONTENT_TYPE } from './jsonrpc.js';
import { variantOf, type Caller } from './wire-form.js';
import { answerXmlRpc, XML_CONTENT_TYPE } from './xmlrpc.js';

export interface Answer {
  readonly contentType: string;
  readonly text: string | Promise<string>;
}

export interface AnswererOptions {
  readonly variant: ApiVariant;
  readonly testMode: boolean;
}

export class Answerer {
  readonly #configured: ApiVariant;
  readonly #dispatchers: Readonly<Record<ApiVariant, Dispatcher>>;

  constructor(
    commands: readonly Command[],
    { variant: configured, testMode }: AnswererOptions,
    dependencies: DispatcherDependencies,
  ) {
    this.#configured = configured;
    const dispatcher = (variant: ApiVariant): Dispatcher =>
      new Dispatcher(commands, { variant, testMode }, dependencies);
    this.#dispatchers = {
      json: dispatcher('json'),
      xml: dispatcher('xml'),
      legacy: dispatcher('legacy'),
    };
  }

  /**
   * @param afterReply takes what is to run when the answer has gone out
   * @returns undefined when the body is in no encoding that this variant reads
   */
  answer(body: Uint8Array, afterReply: (run: () => void) => void): Answer | undefined {
    const variant = variantOf(body, this.#configured);
    const dispatcher = this.#dispatchers[variant];
    const call: Caller = (name, params) => dispatcher.call({ name, params, afterReply });
    // As PyBitmessage's json variant: other encodings than UTF-8 are not even looked at.
    const isUtf8Only = variant === 'json' || this.#configured === 'json';
    const text = isUtf8Only ? strictText(body) : '';
    if (text === undefined) return undefined;
    if (variant === 'json') {
      return { contentType: JSON_CONTENT_TYPE, text: answerJsonRpc(text, call) };
    }
    return { contentType: XML_CONTENT_TYPE, text: answerXmlRpc(body, call, variant) };
  }
}
