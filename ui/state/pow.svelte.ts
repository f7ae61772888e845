/** The proof of work that runs right now, as the events tell. */
import { live } from './live.svelte.js';
import type { EventOf } from './records.js';

class Pow {
  progress = $state.raw<EventOf<'pow.progress'>>();

  start(): () => void {
    const ends = [
      live.on(['pow.progress'], ({ data }) => (this.progress = data)),
      live.on(['pow.done', 'resync'], () => (this.progress = undefined)),
    ];
    return () => ends.forEach((end) => end());
  }
}

export const pow = new Pow();
