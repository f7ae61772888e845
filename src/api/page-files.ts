/**
 * The files of the web mailbox. They are few and known, so they are read at the start and served from
 * memory by their exact names: no request reaches the file system.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { HostCheck } from './host-check.js';
import { refuseHost, refuseMethod } from './refusals.js';

export interface PageFile {
  readonly contentType: string;
  readonly bytes: Uint8Array;
  /** The same, compressed; undefined where that saves nothing. */
  readonly gzipBytes: Uint8Array | undefined;
  /** Its name changes with its content. */
  readonly isImmutable: boolean;
}

/** By path of the request, `/` for the page itself. */
export type PageFiles = ReadonlyMap<string, PageFile>;

const CONTENT_TYPES: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.json', 'application/json; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.woff2', 'font/woff2'],
  ['.webmanifest', 'application/manifest+json'],
]);

/** Vite puts a hash into the names of what it lays here. */
const HASHED = '/assets/';
const YEAR_S = 365 * 24 * 3600;

/**
 * Nothing from elsewhere, no script that is not a file of ours. Styles may be set by script
 * (`style-src-attr` is about the attribute in HTML, which we do not use). Frames show messages that
 * are HTML: they come from memory, without any right.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  'frame-src blob: data:',
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const SAFETY_HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

/**
 * @param dir where the page was built; files of a kind that a page has not are left out
 * @returns empty when there is no page
 */
export function readPageFiles(dir: string): PageFiles {
  const files = new Map<string, PageFile>();
  const names = namesBelow(dir);
  for (const name of names) {
    const contentType = CONTENT_TYPES.get(extname(name));
    if (contentType === undefined) continue;
    const path = `/${name}`;
    files.set(path === '/index.html' ? '/' : path, {
      contentType,
      bytes: readFileSync(join(dir, name)),
      gzipBytes: names.has(`${name}.gz`) ? readFileSync(join(dir, `${name}.gz`)) : undefined,
      isImmutable: path.startsWith(HASHED),
    });
  }
  return files;
}

/** Names with `/` between folders, as in a URL. */
function namesBelow(dir: string): ReadonlySet<string> {
  try {
    const names = readdirSync(dir, { recursive: true, encoding: 'utf8' });
    return new Set(names.map((name) => name.replaceAll('\\', '/')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Set();
    throw error;
  }
}

/** At the API's own path: programs that GET it are told what PyBitmessage tells them. */
const SHARED_PATH = '/';

/** Routes for GET and HEAD; without a login, for the page asks for it. */
export function addPageRoutes(
  app: FastifyInstance,
  files: PageFiles,
  isHostAllowed: HostCheck,
): void {
  for (const [path, file] of files) {
    app.get(path, (request, reply) => {
      if (path === SHARED_PATH && !isBrowser(request)) return refuseMethod(request, reply);
      if (!isHostAllowed(request)) return refuseHost(reply);
      return sendFile(file, request, reply);
    });
  }
}

/** Browsers name what they want to show; PyBitmessage's clients accept anything or say nothing. */
function isBrowser({ headers }: FastifyRequest): boolean {
  return headers.accept?.includes('text/html') ?? false;
}

function sendFile(file: PageFile, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const takesGzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  const gzipBytes = takesGzip ? file.gzipBytes : undefined;
  void reply
    .headers(SAFETY_HEADERS)
    .header('Cache-Control', file.isImmutable ? `max-age=${YEAR_S}, immutable` : 'no-cache')
    .header('Vary', 'Accept, Accept-Encoding')
    .type(file.contentType);
  if (gzipBytes) void reply.header('Content-Encoding', 'gzip');
  return reply.send(gzipBytes ?? file.bytes);
}
