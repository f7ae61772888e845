/** `bitmessage:` links: an address with what the sender of the link proposes. */

export interface BitmessageLink {
  readonly address: string;
  readonly label?: string;
  readonly subject?: string;
  readonly body?: string;
}

/** A text longer than this is no link that somebody wrote by hand or as a QR code. */
const MAX_LENGTH = 8_000;

/** @returns undefined when the text is no such link. */
export function parseBitmessageLink(text: string): BitmessageLink | undefined {
  const match =
    /^(?:web\+)?bitmessage:(?:\/\/)?(BM-[1-9A-HJ-NP-Za-km-z]{20,60})\/?(?:\?(.*))?$/i.exec(
      text.trim(),
    );
  if (!match?.[1] || text.length > MAX_LENGTH) return undefined;
  const query = new URLSearchParams(match[2] ?? '');
  const link: Record<string, string> = { address: match[1] };
  for (const name of ['label', 'subject', 'body'] as const) {
    const value = query.get(name);
    if (value) link[name] = value;
  }
  return link as unknown as BitmessageLink;
}

export function formatBitmessageLink({ address, label, subject, body }: BitmessageLink): string {
  const pairs = Object.entries({ label, subject, body }).filter(([, value]) => value);
  const query = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value ?? '')}`);
  return `bitmessage:${address}${query.length > 0 ? `?${query.join('&')}` : ''}`;
}
