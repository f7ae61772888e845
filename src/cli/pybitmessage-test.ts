/**
 * What PyBitmessage's option -t does besides its settings: four messages in the inbox, and an end by
 * itself when nobody calls [testmode_init.py, bitmessagemain.py]. Its own API tests rely on both.
 */
import type { Repositories } from '../store/repositories.js';
import { utf8 } from '../util/bytes.js';
import type { Clock } from '../util/clock.js';
import { randomBytes } from '../util/random.js';

/** Address of version 4 of the tests' known passphrase. */
const ADDRESS = 'BM-2cWzSnwjJ7yRP3nLEWUV5LisTZyREWSzUK';
/** Texts, unlike real ones: the tests ask for just these. */
const MESSAGE_IDS = [
  '27e644765a3e4b2e973ee7ccf958ea20',
  '51fc5531-3989-4d69-bbb5-68d64b756f5b',
  '2c975c515f8b414db5eea60ba57ba455',
  'bc1f2d8a-681c-4cc0-9a12-6067c7e1ac24',
];
const SIG_HASH_BYTES = 32;
const ENCODING = 2;

/** Without a call for so long the node ends: nobody is left to stop it. */
const IDLE_LIMIT_MS = 30_000;

/** Does nothing for messages that are there already. */
export async function addTestMessages(
  { journal }: Pick<Repositories, 'journal'>,
  clock: Clock,
): Promise<void> {
  for (const [index, id] of MESSAGE_IDS.entries()) {
    await journal.commit({
      inbox: {
        msgid: utf8(id),
        sigHash: randomBytes(SIG_HASH_BYTES),
        toAddress: ADDRESS,
        fromAddress: ADDRESS,
        subject: utf8(`Test${index + 1} subject`),
        body: utf8(`Test${index + 1} body`),
        encoding: ENCODING,
        receivedS: clock.nowS(),
        folder: 'inbox',
        read: false,
      },
    });
  }
}

/** Runs `end` when no call has come for a while. */
export class IdleEnd {
  readonly #clock: Clock;
  readonly #end: () => void;
  #timer: AbortController | undefined;

  constructor(clock: Clock, end: () => void) {
    this.#clock = clock;
    this.#end = end;
  }

  /** Begins the wait, or begins it anew. */
  touch(): void {
    this.#timer?.abort();
    const timer = new AbortController();
    this.#timer = timer;
    this.#clock.sleep(IDLE_LIMIT_MS, timer.signal).then(this.#end, () => undefined);
  }

  stop(): void {
    this.#timer?.abort();
  }
}
