/**
 * The program that is run with one word when something arrives (`apinotifypath`), as PyBitmessage
 * does [api.py:singleAPI.run, class_objectProcessor.py]: without a shell, one at a time, in order. Unlike there it
 * runs beside the node: whatever the program does, mail goes on.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import type { NodeEvents } from '../node/events.js';
import type { Clock } from '../util/clock.js';
import type { Emitter } from '../util/emitter.js';
import type { Log } from '../util/log.js';
import type { Service } from '../util/service.js';

/** Every word that the program can be given, and when. */
export const NOTIFY_EVENTS = {
  startingUp: 'The API listens, before the first request is served.',
  newMessage: 'A message for an own address or chan is in the inbox, own ones to oneself included.',
  newBroadcast: 'A broadcast of a subscribed sender is in the inbox.',
} as const;

export type NotifyEvent = keyof typeof NOTIFY_EVENTS;

/** Longer runs are killed: a program that hangs must not hold up the ones to come for ever. */
const RUN_LIMIT_MS = 60_000;
/** Words that may wait; later ones are left out until there is room again. */
const MAX_WAITING = 1_000;
/** When the node stops, a running program gets so long to end. */
const STOP_GRACE_MS = 2_000;

export interface NotifyHookOptions {
  /** The program; its name is searched for on PATH when it holds no slash. */
  readonly path: string;
  readonly runLimitMs?: number;
  readonly maxWaiting?: number;
}

export interface NotifyHookDependencies {
  readonly events: Emitter<NodeEvents>;
  readonly log: Log;
  readonly clock: Clock;
}

export class NotifyHook implements Service {
  readonly #options: Required<NotifyHookOptions>;
  readonly #dependencies: NotifyHookDependencies;
  readonly #waiting: NotifyEvent[] = [];
  #unfollow: (() => void)[] = [];
  #child: ChildProcess | undefined;
  #working: Promise<void> | undefined;
  #leftOut = 0;

  constructor(options: NotifyHookOptions, dependencies: NotifyHookDependencies) {
    this.#options = { runLimitMs: RUN_LIMIT_MS, maxWaiting: MAX_WAITING, ...options };
    this.#dependencies = dependencies;
  }

  /** To be called when the API listens. */
  start(): Promise<void> {
    const { events } = this.#dependencies;
    this.#unfollow = [
      events.on('messageReceived', () => this.#add('newMessage')),
      events.on('broadcastReceived', () => this.#add('newBroadcast')),
    ];
    this.#add('startingUp');
    return Promise.resolve();
  }

  /** Words that still wait are dropped. */
  async stop(): Promise<void> {
    for (const unfollow of this.#unfollow.splice(0)) unfollow();
    this.#waiting.length = 0;
    if (!this.#working) return;
    const { clock } = this.#dependencies;
    const limit = clock.setTimeout(() => this.#child?.kill('SIGKILL'), STOP_GRACE_MS);
    await this.#working;
    clock.clear(limit);
  }

  #add(event: NotifyEvent): void {
    if (this.#waiting.length >= this.#options.maxWaiting) {
      this.#leftOut += 1;
      if (this.#leftOut === 1) {
        this.#dependencies.log.warn({ event }, 'apinotifypath is too slow, words are left out');
      }
      return;
    }
    this.#waiting.push(event);
    this.#working ??= this.#runAll();
  }

  async #runAll(): Promise<void> {
    for (let event = this.#waiting.shift(); event; event = this.#waiting.shift()) {
      await this.#run(event);
    }
    this.#working = undefined;
    if (this.#leftOut === 0) return;
    this.#dependencies.log.warn({ leftOut: this.#leftOut }, 'words for apinotifypath left out');
    this.#leftOut = 0;
  }

  /** Resolves when the program has ended, however it did. */
  #run(event: NotifyEvent): Promise<void> {
    const { clock, log } = this.#dependencies;
    const { path, runLimitMs } = this.#options;
    return new Promise((resolve) => {
      let child: ChildProcess;
      const fail = (error: Error): void => {
        log.warn({ event, path, error: error.message }, 'apinotifypath cannot be run');
        resolve();
      };
      try {
        child = spawn(path, [event], { stdio: 'ignore', shell: false });
      } catch (error) {
        fail(error as Error); // A path with a NUL, for instance.
        return;
      }
      this.#child = child;
      const limit = clock.setTimeout(() => {
        log.warn({ event, path }, 'apinotifypath takes too long and is killed');
        child.kill('SIGKILL');
      }, runLimitMs);
      child.once('error', (error) => {
        clock.clear(limit);
        fail(error);
      });
      child.once('exit', (code, signal) => {
        clock.clear(limit);
        if (code !== 0) log.warn({ event, path, code, signal }, 'apinotifypath failed');
        resolve();
      });
    });
  }
}
