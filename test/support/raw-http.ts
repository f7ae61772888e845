/** HTTP as bytes: what hand-made clients send, and what comes back. */
import { connect } from 'node:net';

const LIMIT_MS = 60_000;

export interface RawAnswer {
  /** Undefined: closed without an HTTP answer. */
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** @param half closes our side after the request */
export async function rawExchange(
  port: number,
  bytes: Uint8Array,
  half = false,
): Promise<RawAnswer> {
  const chunks: Buffer[] = [];
  await new Promise<void>((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(LIMIT_MS, () => socket.destroy());
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      const { length, body } = parse(Buffer.concat(chunks));
      if (length !== undefined && body.length >= length) socket.end();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve());
    socket.on('connect', () => (half ? socket.end(bytes) : socket.write(bytes)));
  });
  const { status, headers, body } = parse(Buffer.concat(chunks));
  return { status, headers, body: body.toString('utf8') };
}

function parse(answer: Buffer) {
  const blank = answer.indexOf('\r\n\r\n');
  const [line = '', ...lines] = answer
    .subarray(0, Math.max(blank, 0))
    .toString('latin1')
    .split('\r\n');
  const found = /^HTTP\/1\.[01] (\d{3})/.exec(line)?.[1];
  const headers = Object.fromEntries(
    lines.map((header) => {
      const colon = header.indexOf(':');
      return [header.slice(0, colon).toLowerCase(), header.slice(colon + 1).trim()];
    }),
  );
  const length = Number(headers['content-length'] ?? NaN);
  return {
    status: found === undefined ? undefined : Number(found),
    headers,
    body: answer.subarray(blank + 4),
    length: found !== undefined && Number.isFinite(length) ? length : undefined,
  };
}
