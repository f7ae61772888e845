/** The time, for texts such as `5 minutes ago` that grow old while they are looked at. */

const STEP_MS = 20_000;

class Now {
  ms = $state(Date.now());

  start(): () => void {
    const timer = setInterval(() => (this.ms = Date.now()), STEP_MS);
    return () => clearInterval(timer);
  }
}

export const now = new Now();
