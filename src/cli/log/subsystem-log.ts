/** The log that the layers write to: decides what becomes a line, and what may stand in it. */
import type { Clock } from '../../util/clock.js';
import {
  isSubsystem,
  LEVEL_NUMBERS,
  SUBSYSTEMS,
  type LevelChanges,
  type LogControl,
  type LogLevel,
  type Subsystem,
} from '../../util/log-levels.js';
import type { Log, LogBindings } from '../../util/log.js';
import type { Redactor } from '../../util/redactor.js';
import { LineLimiter, type LeftOut } from './line-limiter.js';
import { safeFields, safeText, type SafeOptions } from './safe-fields.js';

/** A line that is to be written; `fields` hold the layer, and nothing that may not be seen. */
export type LineSink = (
  level: number,
  fields: Readonly<Record<string, unknown>>,
  message: string,
) => void;

export interface SubsystemLogOptions {
  readonly levels: LevelChanges;
  /** Undefined: addresses and hosts are written whole at every level. */
  readonly redactor: Redactor | undefined;
  readonly sink: LineSink;
  readonly clock: Clock;
}

/** At `error` and above only, unless a level is wished. */
export const DEFAULT_LEVEL: LogLevel = 'warn';
/** Lines without a layer. */
const MAIN: Subsystem = 'node';
const MS_PER_S = 1_000;

/** What all loggers of a run share. */
export class LogRoot implements LogControl {
  readonly #options: SubsystemLogOptions;
  readonly #levels: Record<Subsystem, LogLevel>;
  /** Seen by the loggers at each line: a number is all that a line which is not written costs. */
  readonly thresholds: Record<Subsystem, { level: number }>;
  readonly #limiter: LineLimiter;

  constructor(options: SubsystemLogOptions) {
    this.#options = options;
    this.#levels = record(() => DEFAULT_LEVEL);
    this.thresholds = record(() => ({ level: LEVEL_NUMBERS[DEFAULT_LEVEL] }));
    const onLeftOut = (leftOut: LeftOut): void => this.#tellLeftOut(leftOut);
    this.#limiter = new LineLimiter({ clock: options.clock, onLeftOut });
    this.change(options.levels);
  }

  get showsAddresses(): boolean {
    return this.#options.redactor === undefined;
  }

  levels(): Record<Subsystem, LogLevel> {
    return { ...this.#levels };
  }

  change({ level, subsystems = {} }: LevelChanges): void {
    for (const name of SUBSYSTEMS) {
      this.#levels[name] = subsystems[name] ?? level ?? this.#levels[name];
      this.thresholds[name].level = LEVEL_NUMBERS[this.#levels[name]];
    }
  }

  /** Tells what the limiter has left out: before the program ends. */
  flush(): void {
    this.#limiter.flush();
  }

  write(level: number, bindings: Readonly<Record<string, unknown>>, line: Line): void {
    const layer = layerOf(bindings);
    if (!this.#limiter.mayPass({ level, layer, message: line.message })) return;
    const options = this.#safeOptions(layer);
    const fields = safeFields({ ...bindings, ...line.fields }, options);
    this.#options.sink(level, fields, safeText(line.message, options));
  }

  /** A level below info is wished by somebody who wants to see more. */
  #safeOptions(layer: Subsystem): SafeOptions {
    const isDetailed = this.thresholds[layer].level < LEVEL_NUMBERS.info;
    const redactor = isDetailed ? undefined : this.#options.redactor;
    return { redactor, withStack: isDetailed };
  }

  #tellLeftOut({ kind: { level, layer, message }, count, overMs }: LeftOut): void {
    const fields = { ...(layer !== MAIN && { layer }), leftOut: count };
    const text = `${message} (${count} more like it within ${Math.ceil(overMs / MS_PER_S)} s)`;
    this.#options.sink(level, fields, safeText(text, this.#safeOptions(layerOf({ layer }))));
  }
}

interface Line {
  readonly fields: object;
  readonly message: string;
}

export class SubsystemLog implements Log {
  readonly #root: LogRoot;
  readonly #bindings: Readonly<Record<string, unknown>>;
  readonly #threshold: { readonly level: number };

  constructor(root: LogRoot, bindings: Readonly<Record<string, unknown>> = {}) {
    this.#root = root;
    this.#bindings = bindings;
    this.#threshold = root.thresholds[layerOf(bindings)];
  }

  trace(first: object | string, message?: string): void {
    this.#write(LEVEL_NUMBERS.trace, first, message);
  }

  debug(first: object | string, message?: string): void {
    this.#write(LEVEL_NUMBERS.debug, first, message);
  }

  info(first: object | string, message?: string): void {
    this.#write(LEVEL_NUMBERS.info, first, message);
  }

  warn(first: object | string, message?: string): void {
    this.#write(LEVEL_NUMBERS.warn, first, message);
  }

  error(first: object | string, message?: string): void {
    this.#write(LEVEL_NUMBERS.error, first, message);
  }

  child(bindings: LogBindings): Log {
    return new SubsystemLog(this.#root, { ...this.#bindings, ...bindings });
  }

  #write(level: number, first: object | string, message = ''): void {
    if (level < this.#threshold.level) return;
    const line =
      typeof first === 'string' ? { fields: {}, message: first } : { fields: first, message };
    this.#root.write(level, this.#bindings, line);
  }
}

function layerOf({ layer }: Readonly<Record<string, unknown>>): Subsystem {
  return typeof layer === 'string' && isSubsystem(layer) ? layer : MAIN;
}

function record<Value>(make: () => Value): Record<Subsystem, Value> {
  return Object.fromEntries(SUBSYSTEMS.map((name) => [name, make()])) as Record<Subsystem, Value>;
}
