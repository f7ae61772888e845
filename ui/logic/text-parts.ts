/** Message text cut into what is text and what may be followed: links and addresses. */

export type TextPart =
  | { readonly kind: 'text'; readonly text: string }
  /** `target` is what would be opened, in full. */
  | { readonly kind: 'link'; readonly text: string; readonly target: string }
  | { readonly kind: 'address'; readonly text: string; readonly address: string };

/** An address is 32 to 38 characters after `BM-` in practice; twice that is not one. */
const PATTERN =
  /\bhttps?:\/\/[^\s<>"'`{}|\\^]+|\bbitmessage:BM-[1-9A-HJ-NP-Za-km-z]{20,60}(?:\?[^\s<>"]*)?|\bBM-[1-9A-HJ-NP-Za-km-z]{20,60}\b/g;
/** What ends a sentence rather than a link. */
const TRAILING = /[.,;:!?)\]]+$/;
/** Beyond this the rest is shown as plain text: a page of links must not stop the page. */
const MAX_PARTS = 2_000;

/** Cuts one piece of text; the parts' texts joined are the text again. */
export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let done = 0;
  for (const match of text.matchAll(PATTERN)) {
    if (parts.length >= MAX_PARTS) break;
    const found = match[0].replace(TRAILING, '');
    if (match.index > done) parts.push({ kind: 'text', text: text.slice(done, match.index) });
    parts.push(followable(found));
    done = match.index + found.length;
  }
  if (done < text.length) parts.push({ kind: 'text', text: text.slice(done) });
  return parts;
}

function followable(found: string): TextPart {
  const address = /^(?:bitmessage:)?(BM-[1-9A-HJ-NP-Za-km-z]+)/.exec(found)?.[1];
  if (address !== undefined) return { kind: 'address', text: found, address };
  try {
    return { kind: 'link', text: found, target: new URL(found).href };
  } catch {
    return { kind: 'text', text: found };
  }
}

export interface TextBlock {
  readonly quoted: boolean;
  readonly text: string;
}

/** Lines that begin with `>` apart from the others. */
export function textBlocks(text: string): TextBlock[] {
  const blocks: { quoted: boolean; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    const quoted = line.startsWith('>');
    const last = blocks.at(-1);
    if (last?.quoted === quoted) last.lines.push(line);
    else blocks.push({ quoted, lines: [line] });
  }
  return blocks.map(({ quoted, lines }) => ({ quoted, text: lines.join('\n') }));
}
