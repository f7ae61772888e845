import type { Remote } from './protocol.js';
import type { MailTrash } from './repositories.js';

/** Messages deleted in one step: other requests have their turn in between. */
const SLICE_MESSAGES = 500;

/** The main thread's end of the trash. */
export class Trash implements MailTrash {
  readonly #table: Remote<'trash'>;

  constructor(table: Remote<'trash'>) {
    this.#table = table;
  }

  trash(msgid: Uint8Array): Promise<void> {
    return this.#table.trash(msgid);
  }

  async deleteAndVacuum(): Promise<number> {
    let deleted = 0;
    for (let slice = SLICE_MESSAGES; slice === SLICE_MESSAGES; deleted += slice) {
      slice = await this.#table.deleteSome(SLICE_MESSAGES);
    }
    await this.#table.giveBack();
    return deleted;
  }
}
