/** Long work on the main thread in slices, between which it does everything else. */
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Does `work` for each item, so many in a turn of the event loop. */
export async function inSlices<Item>(
  items: Iterable<Item>,
  perSlice: number,
  work: (item: Item) => void,
): Promise<void> {
  let done = 0;
  for (const item of items) {
    if (done > 0 && done % perSlice === 0) await nextTurn();
    work(item);
    done++;
  }
}
