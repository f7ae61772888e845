/** A real Petrel: `bin/petrel start` as its own process on loopback, driven through its JSON-RPC API. */
import { spawn, type ChildProcess } from 'node:child_process';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.js';
import { projectRoot } from './vectors.js';

const PETREL = fileURLToPath(new URL('bin/petrel', projectRoot));
/** A process that is not ready by then is broken. */
const READY_LIMIT_MS = 120_000;
/** A process that has not stopped by then is killed and the test fails. */
const STOP_LIMIT_MS = 60_000;

export interface PetrelProcessOptions {
  readonly dataDir: string;
  /** `HOST:PORT` of the peers to dial; nobody else is dialled. */
  readonly trustedPeers?: readonly string[];
  /** Listening address; 127.0.0.1. */
  readonly bind?: string;
  readonly port?: number;
  /** Of the API; a free one. */
  readonly apiPort?: number;
  /** 1000/1000 instead of 10/10 when false. */
  readonly testMode?: boolean;
  /** More `--set SECTION.OPTION=VALUE`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** `debug` */
  readonly logLevel?: string;
  /** Besides this process's own. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface InboxMessage {
  readonly msgid: string;
  readonly toAddress: string;
  readonly fromAddress: string;
  readonly subject: string;
  readonly message: string;
}

export class PetrelProcess {
  readonly port: number;
  readonly apiPort: number;
  /** All that it printed so far. */
  output = '';
  readonly #child: ChildProcess;
  readonly #exited: Promise<number | string>;

  private constructor(child: ChildProcess, port: number, apiPort: number) {
    this.#child = child;
    this.port = port;
    this.apiPort = apiPort;
    const collect = (chunk: Buffer): void => {
      this.output += chunk.toString('utf8');
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    this.#exited = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve(code ?? signal ?? 'gone'));
    });
  }

  /** Resolves when the process has printed its `ready` line. */
  static async start(options: PetrelProcessOptions): Promise<PetrelProcess> {
    const port = options.port ?? (await freePort());
    const apiPort = options.apiPort ?? (await freePort());
    const settings: Record<string, string> = {
      'bitmessagesettings.port': String(port),
      'bitmessagesettings.apiport': String(apiPort),
      'bitmessagesettings.apiusername': 'username',
      'bitmessagesettings.apipassword': 'password',
      'bitmessagesettings.apivariant': 'json',
      'network.bind': options.bind ?? '127.0.0.1',
      ...options.settings,
    };
    const logLevel = options.logLevel ?? 'debug';
    const args = ['start', '--data-dir', options.dataDir, '--offline', '--log-level', logLevel];
    if (options.testMode !== false) args.push('--test-mode');
    for (const peer of options.trustedPeers ?? []) args.push('--trusted-peer', peer);
    for (const [name, value] of Object.entries(settings)) args.push('--set', `${name}=${value}`);
    const child = spawn(PETREL, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.environment, PETREL_OFFLINE: '1' },
    });
    const started = new PetrelProcess(child, port, apiPort);
    await started.#ready();
    return started;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Result of one JSON-RPC call; throws with the server's text when it answers an error. */
  async call(method: string, ...params: unknown[]): Promise<unknown> {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    const text = await new Promise<string>((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port: this.apiPort,
          path: '/',
          method: 'POST',
          auth: 'username:password',
          agent: false,
          headers: {
            'content-type': 'application/json-rpc',
            'content-length': Buffer.byteLength(body),
          },
        },
        (response) => {
          let received = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => (received += chunk));
          response.once('end', () => resolve(received));
          response.once('error', reject);
        },
      );
      sent.once('error', reject);
      sent.end(body);
    });
    const answer = JSON.parse(text) as { result?: unknown; error?: { message: string } };
    if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
    return answer.result;
  }

  async createAddress(label: string): Promise<string> {
    return (await this.call('createRandomAddress', base64(label))) as string;
  }

  async send(
    to: string,
    from: string,
    subject: string,
    body: string,
    ttlS = 3600,
  ): Promise<string> {
    const params = [to, from, base64(subject), base64(body), 2, ttlS];
    return (await this.call('sendMessage', ...params)) as string;
  }

  async inbox(): Promise<InboxMessage[]> {
    const { inboxMessages } = (await this.call('getAllInboxMessages')) as {
      inboxMessages: InboxMessage[];
    };
    return inboxMessages.map((message) => ({
      ...message,
      subject: fromBase64(message.subject),
      message: fromBase64(message.message),
    }));
  }

  async status(ackData: string): Promise<string> {
    return (await this.call('getStatus', ackData)) as string;
  }

  /** SIGTERM; the exit status, or the name of the signal that ended it. */
  async stop(): Promise<number | string> {
    if (this.running) this.#child.kill('SIGTERM');
    const limit = setTimeout(() => this.#child.kill('SIGKILL'), STOP_LIMIT_MS);
    const exit = await this.#exited;
    clearTimeout(limit);
    return exit;
  }

  /** SIGKILL, as a power cut would. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  async #ready(): Promise<void> {
    let poll: NodeJS.Timeout | undefined;
    let limit: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        poll = setInterval(() => /^ready/m.test(this.output) && resolve(), 20);
        limit = setTimeout(() => reject(new Error(`not ready: ${this.output}`)), READY_LIMIT_MS);
        void this.#exited.then((exit) => reject(new Error(`exit ${exit}: ${this.output}`)));
      });
    } catch (error) {
      this.#child.kill('SIGKILL');
      throw error;
    } finally {
      clearInterval(poll);
      clearTimeout(limit);
    }
  }
}

export function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

export function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8');
}
