/** What a person types into the field of recipients. */

/** Looks like an address; the node decides whether it is one. */
const ADDRESS = /BM-[1-9A-HJ-NP-Za-km-z]{20,60}/;

/**
 * Addresses in `BM-x; Somebody <BM-y>, bitmessage:BM-z?label=Z`, each once, in order; and the pieces
 * without any, which are names to look up.
 */
export function splitRecipients(text: string): { addresses: string[]; names: string[] } {
  const addresses = new Set<string>();
  const names: string[] = [];
  for (const piece of text.split(/[;,\n]/)) {
    const found = ADDRESS.exec(piece)?.[0];
    if (found) addresses.add(found);
    else if (piece.trim()) names.push(piece.trim());
  }
  return { addresses: [...addresses], names };
}

export interface Suggestion {
  readonly address: string;
  readonly label: string;
}

/** At most this many proposals: more is not read. */
const MAX_SUGGESTIONS = 8;

/** Entries whose name or address holds what was typed; names that begin with it first. */
export function suggestRecipients(
  typed: string,
  known: readonly Suggestion[],
  taken: readonly string[] = [],
): Suggestion[] {
  const wanted = typed.trim().toLocaleLowerCase();
  if (wanted === '') return [];
  const rank = ({ label, address }: Suggestion): number => {
    const name = label.toLocaleLowerCase();
    if (name.startsWith(wanted)) return 0;
    if (name.includes(wanted)) return 1;
    return address.toLocaleLowerCase().includes(wanted) ? 2 : 3;
  };
  return known
    .filter(({ address }) => !taken.includes(address))
    .map((entry) => ({ entry, rank: rank(entry) }))
    .filter((candidate) => candidate.rank < 3)
    .sort((one, other) => one.rank - other.rank || one.entry.label.localeCompare(other.entry.label))
    .slice(0, MAX_SUGGESTIONS)
    .map(({ entry }) => entry);
}

/** `Re: x` for x and for any number of `Re:` before it. */
export function replySubject(subject: string): string {
  return `Re: ${subject.replace(/^(\s*re(\[\d+\])?:\s*)+/i, '')}`;
}

/** The text quoted, with an empty line above to write in. */
export function quoteText(text: string): string {
  const quoted = text.split('\n').map((line) => (line.startsWith('>') ? `>${line}` : `> ${line}`));
  return `\n\n${quoted.join('\n')}`;
}
