/** Tells what happens in the demonstration, with the time since its beginning. */
import type { NodeEventLog } from '../../node/events.js';
import type { Clock } from '../../util/clock.js';

const NAME_WIDTH = 2;
const TIME_WIDTH = 5;

export class Narrator {
  readonly #print: (line: string) => void;
  readonly #clock: Clock;
  readonly #startMs: number;
  readonly #names = new Map<string, string>();

  constructor(print: (line: string) => void, clock: Clock) {
    this.#print = print;
    this.#clock = clock;
    this.#startMs = clock.monotonicMs();
  }

  get elapsedS(): number {
    return (this.#clock.monotonicMs() - this.#startMs) / 1000;
  }

  /** From now on that address is called so. */
  name(address: string, name: string): void {
    this.#names.set(address, name);
  }

  nameOf(address: string): string {
    return this.#names.get(address) ?? address;
  }

  heading(text: string): void {
    this.#print('');
    this.#print(text);
  }

  /** @param node '' for what concerns all */
  say(node: string, text: string): void {
    const time = this.elapsedS.toFixed(1).padStart(TIME_WIDTH);
    this.#print(`${time} s  ${node.padEnd(NAME_WIDTH)} ${text}`);
  }

  /** Tells of what one node does by itself. */
  follow(node: string, events: NodeEventLog): void {
    events.on('powDone', ({ purpose, trials, elapsedMs }) =>
      this.say(node, `proof of work for ${article(purpose)}: ${rate(trials, elapsedMs)}`),
    );
    events.on('keyRequested', ({ address }) =>
      this.say(node, `asks the network for the public key of ${this.nameOf(address)}`),
    );
    events.on('keyAnswered', ({ address }) =>
      this.say(node, `publishes the public key of ${this.nameOf(address)}`),
    );
    events.on('keyLearned', ({ address }) =>
      this.say(node, `learns the public key of ${this.nameOf(address)}`),
    );
    events.on('sentStateChanged', ({ toAddress, to }) =>
      this.say(node, `state of the message to ${this.nameOf(toAddress)}: ${to}`),
    );
  }
}

function article(purpose: string): string {
  return /^[aeiou]/.test(purpose) ? `an ${purpose}` : `a ${purpose}`;
}

function rate(trials: number, elapsedMs: number): string {
  const seconds = Math.max(elapsedMs, 1) / 1000;
  const perSecond = Math.round(trials / seconds).toLocaleString('en');
  return `${trials.toLocaleString('en')} trials in ${seconds.toFixed(2)} s (${perSecond} per second)`;
}
