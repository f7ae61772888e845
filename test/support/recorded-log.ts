/** A log whose lines a test can look at. */
import type { Log } from '../../src/util/log.js';

export interface LogLine {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  /** With those of the logger. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface RecordedLog extends Log {
  readonly lines: LogLine[];
}

export function recordedLog(): RecordedLog {
  const lines: LogLine[] = [];
  const make = (bindings: Record<string, unknown>): RecordedLog => {
    const at =
      (level: LogLine['level']) =>
      (first: object | string, second?: string): void => {
        const fields = typeof first === 'string' ? {} : first;
        const message = typeof first === 'string' ? first : (second ?? '');
        lines.push({ level, message, fields: { ...bindings, ...fields } });
      };
    return {
      lines,
      trace: at('trace'),
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      child: (more) => make({ ...bindings, ...more }),
    };
  };
  return make({});
}
