import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';

/**
 * Lets everything else on the machine go before the calling thread, where the system gives threads a
 * nice value of their own (Linux); nothing happens elsewhere.
 * @param niceness 0 (leave it as it is) to 19
 */
export function stepBack(niceness: number): void {
  if (niceness === 0 || process.platform !== 'linux') return;
  try {
    const threadId = Number(readlinkSync('/proc/thread-self').split('/').pop());
    if (threadId > 0) setPriority(threadId, niceness);
  } catch {
    // A sandbox without /proc or the right to do so: the work is done at normal priority.
  }
}
