/** Where the API listens, and what happens when the port is taken. */
import type { FastifyInstance } from 'fastify';
import { UserError } from '../util/errors.js';
import { randomInt } from '../util/random.js';
import type { Credentials } from './auth.js';
import { isLoopbackName } from './host-check.js';

export interface ListenOptions {
  /** Address to listen on. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** A taken port is an error; otherwise another one is taken. */
  readonly portFixed: boolean;
}

/** What PyBitmessage does when its port is taken [api.py:singleAPI.run]. */
const PORT_TRIES = 50;
const MIN_RANDOM_PORT = 32_767;
const MAX_RANDOM_PORT = 65_535;

/** @throws UserError when it cannot listen. */
export async function listen(app: FastifyInstance, options: ListenOptions): Promise<void> {
  const { host, portFixed } = options;
  let { port } = options;
  for (let tries = 1; ; tries++) {
    const failure = await tryToListen(app, host, port);
    if (!failure) return;
    const isTaken = failure.code === 'EADDRINUSE';
    if (!isTaken || portFixed || tries >= PORT_TRIES) {
      throw listenError(host, port, failure, isTaken);
    }
    port = randomInt(MIN_RANDOM_PORT, MAX_RANDOM_PORT);
  }
}

/**
 * Others reach an API beyond loopback: it needs a login that only its users know.
 * @param isLoginPublic user and password are known to everybody
 * @throws UserError
 */
export function refuseUnprotected(
  host: string,
  { username, password }: Credentials,
  isLoginPublic: boolean,
): void {
  if (isLoopbackName(host)) return;
  const isUnset = username === '' || password.reveal() === '';
  if (!isUnset && !isLoginPublic) return;
  const reason = isLoginPublic
    ? "user and password are those of PyBitmessage's tests"
    : 'bitmessagesettings.apiusername and apipassword are not both set';
  throw new UserError(`the API does not listen on ${host}, where others can reach it: ${reason}`);
}

async function tryToListen(
  app: FastifyInstance,
  host: string,
  port: number,
): Promise<NodeJS.ErrnoException | undefined> {
  try {
    await app.listen({ host, port });
    return undefined;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}

function listenError(
  host: string,
  port: number,
  failure: NodeJS.ErrnoException,
  isTaken: boolean,
): UserError {
  const place = `the API cannot listen on ${host} port ${port}`;
  const text = isTaken
    ? `${place}: the port is taken; choose another with --set bitmessagesettings.apiport=PORT`
    : `${place} (${failure.code ?? failure.message}); check bitmessagesettings.apiinterface and apiport`;
  return new UserError(text, { cause: failure });
}
