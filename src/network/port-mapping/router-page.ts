import { request } from 'node:http';
import { SaxesParser } from 'saxes';
import { MAX_ROUTER_PAGE_BYTES } from '../limits.js';
import { PortMappingError } from './port-mapping.js';

export interface RouterPage {
  readonly status: number;
  readonly text: string;
  /** Our address towards the router. */
  readonly ownHost: string;
}

/** GET, or POST when there is a body; at most {@link MAX_ROUTER_PAGE_BYTES}, no redirects. */
export function askRouter(
  url: URL,
  signal: AbortSignal,
  post?: { readonly body: string; readonly action: string },
): Promise<RouterPage> {
  return new Promise((resolve, reject) => {
    const headers = post && {
      'Content-Type': 'text/xml; charset="utf-8"',
      'Content-Length': Buffer.byteLength(post.body),
      SOAPAction: `"${post.action}"`,
    };
    const sent = request(url, {
      method: post ? 'POST' : 'GET',
      agent: false,
      signal,
      ...(headers && { headers }),
    });
    sent.once('error', reject);
    sent.once('response', (response) => {
      const ownHost = response.socket.localAddress ?? '';
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('error', reject);
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_ROUTER_PAGE_BYTES) {
          response.destroy(new PortMappingError('the router sends too much'));
        } else chunks.push(chunk);
      });
      response.once('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, text, ownHost });
      });
    });
    sent.end(post?.body);
  });
}

/** An element's texts by the names of its children, without prefixes. */
export type Fields = ReadonlyMap<string, string>;

/**
 * All elements that have children with text, in the order of their ends: whatever is needed of a
 * router's answers is such a group (`service` with its `controlURL`, an answer with its arguments).
 * @throws PortMappingError for what is not XML, or declares entities
 */
export function readGroups(text: string): { readonly name: string; readonly fields: Fields }[] {
  const groups: { name: string; fields: Map<string, string> }[] = [];
  const open: { name: string; text: string; fields: Map<string, string> }[] = [];
  const parser = new SaxesParser();
  const fail = (reason: string): never => {
    throw new PortMappingError(`the router's answer cannot be read: ${reason}`);
  };
  parser.on('error', () => fail('it is not XML'));
  parser.on('doctype', () => fail('it has a document type'));
  parser.on('opentag', ({ name }) => {
    open.push({ name: name.slice(name.indexOf(':') + 1), text: '', fields: new Map() });
  });
  const addText = (part: string): void => {
    const element = open.at(-1);
    if (element) element.text += part;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const element = open.pop();
    if (!element) return;
    if (element.fields.size > 0) groups.push(element);
    else open.at(-1)?.fields.set(element.name, element.text.trim());
  });
  parser.write(text).close();
  return groups;
}
