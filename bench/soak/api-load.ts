/** Calls of the API at a steady pace, whatever the answers take. */
import { Agent, request } from 'node:http';

export const CALLS_A_SECOND = 50;

/** What programs ask for all day; lists more rarely than the rest would be kind. */
const METHODS: readonly (readonly [string, ...unknown[]])[] = [
  ['helloWorld', 'hello', 'world'],
  ['clientStatus'],
  ['getAllInboxMessageIds'],
  ['listAddresses'],
  ['getAllSentMessageIds'],
  ['listSubscriptions'],
  ['listConnections'],
  ['getAllInboxMessages'],
  ['listAddressBookEntries'],
  ['decodeAddress', 'BM-2cWzSnwjJ7yRP3nLEWUV5LisTZyREWSzUK'],
];
/** A client that has so many calls under way waits. */
const MOST_OPEN = 100;
const TICK_MS = 20;

export class ApiLoad {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 8 });
  readonly #port: number;
  readonly #timer: NodeJS.Timeout;
  #open = 0;
  #latencies: number[] = [];
  calls = 0;
  failures = 0;

  constructor(port: number) {
    this.#port = port;
    const startMs = performance.now();
    this.#timer = setInterval(() => {
      // Timers come late on a busy machine; the pace is kept all the same.
      const due = ((performance.now() - startMs) / 1_000) * CALLS_A_SECOND;
      while (this.calls < due && this.#open < MOST_OPEN) this.#call();
    }, TICK_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#agent.destroy();
  }

  /** Sorted times of the calls answered since the last time this was read, milliseconds. */
  takeLatencies(): number[] {
    const taken = this.#latencies.sort((a, b) => a - b);
    this.#latencies = [];
    return taken;
  }

  #call(): void {
    const [method, ...params] = METHODS[this.calls++ % METHODS.length] ?? ['helloWorld'];
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    const begunMs = performance.now();
    this.#open++;
    const done = (isGood: boolean): void => {
      this.#open--;
      if (isGood) this.#latencies.push(performance.now() - begunMs);
      else this.failures++;
    };
    const sent = request(
      {
        host: '127.0.0.1',
        port: this.#port,
        method: 'POST',
        auth: 'username:password',
        agent: this.#agent,
        headers: {
          'content-type': 'application/json-rpc',
          'content-length': Buffer.byteLength(body),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          done(response.statusCode === 200 && !text.includes('"error": {'));
        });
      },
    );
    sent.once('error', () => done(false));
    sent.end(body);
  }
}
