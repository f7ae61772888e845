/** Two people who write to each other all the time, and clear their inboxes. */
import type { PetrelProcess } from '../../test/support/petrel-process.js';

/** Both ways together. */
const MESSAGES_A_MINUTE = 10;
/** Read messages go to the trash after so long. */
const KEEP_MS = 300_000;
const BODY = 'A line that somebody wrote to somebody else.\n'.repeat(20);
const TTL_S = 3_600;
const LOOK_EVERY_MS = 5_000;

interface Letter {
  readonly from: PetrelProcess;
  readonly to: PetrelProcess;
  readonly ackData: string;
  readonly sentMs: number;
  arrivedMs?: number;
  isAcknowledged?: boolean;
}

export class Correspondence {
  readonly #letters = new Map<string, Letter>();
  readonly #trash: { node: PetrelProcess; msgid: string; atMs: number }[] = [];
  readonly #seen = new Set<string>();
  #timers: NodeJS.Timeout[] = [];
  #isLooking = false;
  /** Messages that were in an inbox twice, and calls that failed. */
  twice = 0;
  readonly failures: string[] = [];

  static async start(one: PetrelProcess, other: PetrelProcess): Promise<Correspondence> {
    const correspondence = new Correspondence();
    const addresses = new Map([
      [one, await one.createAddress('one')],
      [other, await other.createAddress('other')],
    ]);
    let number = 0;
    const write = (): void => {
      const [from, to] = ++number % 2 === 0 ? [one, other] : [other, one];
      correspondence.#write(from, to, addresses, `letter ${number}`).catch(correspondence.#fail);
    };
    correspondence.#timers = [
      setInterval(write, 60_000 / MESSAGES_A_MINUTE),
      setInterval(() => void correspondence.look([one, other]), LOOK_EVERY_MS),
    ];
    return correspondence;
  }

  get sent(): number {
    return this.#letters.size;
  }

  get arrived(): number {
    return [...this.#letters.values()].filter(({ arrivedMs }) => arrivedMs !== undefined).length;
  }

  get acknowledged(): number {
    return [...this.#letters.values()].filter(({ isAcknowledged }) => isAcknowledged).length;
  }

  /** Sorted times from sending to the inbox; as exact as {@link LOOK_EVERY_MS}. */
  get delaysMs(): number[] {
    return [...this.#letters.values()]
      .flatMap(({ arrivedMs, sentMs }) => (arrivedMs === undefined ? [] : [arrivedMs - sentMs]))
      .sort((a, b) => a - b);
  }

  /** No more letters; looking goes on until {@link stop}. */
  stopWriting(): void {
    clearInterval(this.#timers[0]);
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  async look(nodes: readonly PetrelProcess[]): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      for (const node of nodes) await this.#lookAt(node);
      await this.#askForStates();
      await this.#clear();
    } catch (error) {
      this.#fail(error);
    }
    this.#isLooking = false;
  }

  async #write(
    from: PetrelProcess,
    to: PetrelProcess,
    addresses: ReadonlyMap<PetrelProcess, string>,
    subject: string,
  ): Promise<void> {
    const [fromAddress, toAddress] = [addresses.get(from) ?? '', addresses.get(to) ?? ''];
    const sentMs = Date.now();
    const ackData = await from.send(toAddress, fromAddress, subject, BODY, TTL_S);
    this.#letters.set(subject, { from, to, ackData, sentMs });
  }

  async #lookAt(node: PetrelProcess): Promise<void> {
    for (const { msgid, subject } of await node.inbox()) {
      const letter = this.#letters.get(subject);
      if (letter === undefined || this.#seen.has(msgid)) continue;
      this.#seen.add(msgid);
      if (letter.arrivedMs !== undefined) this.twice++;
      letter.arrivedMs = Date.now();
      this.#trash.push({ node, msgid, atMs: letter.arrivedMs + KEEP_MS });
    }
  }

  async #askForStates(): Promise<void> {
    for (const letter of this.#letters.values()) {
      if (letter.isAcknowledged || letter.arrivedMs === undefined) continue;
      letter.isAcknowledged = (await letter.from.status(letter.ackData)) === 'ackreceived';
    }
  }

  async #clear(): Promise<void> {
    while ((this.#trash[0]?.atMs ?? Infinity) < Date.now()) {
      const { node, msgid } = this.#trash.shift() as { node: PetrelProcess; msgid: string };
      await node.call('trashInboxMessage', msgid);
    }
  }

  readonly #fail = (error: unknown): void => {
    this.failures.push(String(error));
  };
}
