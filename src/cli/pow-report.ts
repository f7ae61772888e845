/** Says how a proof of work gets on when it takes long. */
import type { PowPoolEvents } from '../pow/pool-options.js';
import type { PowProgress } from '../pow/solver.js';
import type { Emitter } from '../util/emitter.js';

/** Shorter work is not worth a line; longer gets one as often. */
const REPORT_PERIOD_MS = 10_000;

export class PowReport {
  readonly #print: (line: string) => void;
  readonly #end: () => void;
  #reportAtMs = REPORT_PERIOD_MS;

  constructor(events: Emitter<PowPoolEvents>, print: (line: string) => void) {
    this.#print = print;
    const ends = [
      events.on('jobStarted', () => (this.#reportAtMs = REPORT_PERIOD_MS)),
      events.on('jobProgress', (progress) => this.#tell(progress)),
    ];
    this.#end = () => ends.forEach((end) => end());
  }

  stop(): void {
    this.#end();
  }

  #tell(progress: PowProgress): void {
    if (progress.elapsedMs < this.#reportAtMs) return;
    this.#reportAtMs = progress.elapsedMs + REPORT_PERIOD_MS;
    this.#print(progressText(progress));
  }
}

/** `proof of work (message): 10 s, 23.1 M of about 14.2 M trials, 2.3 M/s; …` */
export function progressText(progress: PowProgress): string {
  const { purpose, elapsedMs, trials, expectedTrials, trialsPerSecond, timeLeft } = progress;
  const millions = (count: number): string => `${(count / 1e6).toFixed(1)} M`;
  const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
  const left = timeLeft
    ? `; half of such jobs end within ${seconds(timeLeft.p50Ms)} more, nine of ten within ${seconds(timeLeft.p90Ms)}`
    : '';
  return (
    `proof of work (${purpose}): ${seconds(elapsedMs)}, ` +
    `${millions(trials)} trials of ${millions(expectedTrials)} on average, ` +
    `${millions(trialsPerSecond)}/s${left}`
  );
}
