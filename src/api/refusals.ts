/** Answers to requests that do not get as far as a command. */
import type { FastifyReply, FastifyRequest } from 'fastify';

const PATHS = new Set(['/', '/RPC2']);

/**
 * What is wrong with a request before its login is looked at, already answered; undefined for
 * nothing. The order is PyBitmessage's.
 */
export function refuseEarly(
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply | undefined {
  if (request.method !== 'POST') return refuseMethod(request, reply);
  if (!PATHS.has(request.url)) return reply.code(404).type('text/plain').send('No such page');
  return hasNoLength(request) ? reply.code(411).send() : undefined;
}

export function refuseHost(reply: FastifyReply): FastifyReply {
  const advice = 'To allow it: bitmessagesettings.apiallowedhosts';
  const text = `This API is not called by that host name. ${advice}\n`;
  return reply.code(403).type('text/plain').send(text);
}

function hasNoLength({ headers }: FastifyRequest): boolean {
  return headers['content-length'] === undefined && headers['transfer-encoding'] === undefined;
}

/** For a method that PyBitmessage does not know: all but POST. */
export function refuseMethod(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const text = `Unsupported method ('${request.method}')`;
  const page = `<html><head><title>501</title></head><body><p>${text}.</p></body></html>\n`;
  return reply.code(501).type('text/html').send(page);
}
