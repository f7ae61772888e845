/** Many reasons to do a thing soon, one doing. */

/** Events come in bursts; a person does not notice this much. */
const WAIT_MS = 120;

/** @returns asks for `task`; it runs once, a little later, and never twice at the same time. */
export function soon(task: () => Promise<void>, waitMs = WAIT_MS): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;
  let again = false;

  async function run(): Promise<void> {
    timer = undefined;
    if (running) {
      again = true;
      return;
    }
    running = true;
    try {
      await task();
    } catch {
      // The node is away: the event stream says so, and everything is read anew when it is back.
      again = false;
    } finally {
      running = false;
    }
    if (again) {
      again = false;
      ask();
    }
  }

  function ask(): void {
    timer ??= setTimeout(() => void run(), waitMs);
  }
  return ask;
}
